"""What a NE40E takes, and what of a state it would take but not forward."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.sids import home
from netkit.emit.common.versions import by_version
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.model.router_state import CandidatePathState, RouterState

# Of YANG 8.22.0 (huawei-srpolicy, huawei-srv6): lengths of names, ranges, max-elements. Lengths of
# 16-bit uSIDs are not in that YANG. The guide of V800R023 has them, entry by entry of a list and
# with a node range that is the same network-wide: what its opcodes stand for there is not
# confirmed, so uSIDs are refused.
LIMITS = {
    "8.22": Limits(
        sids_a_list=10,
        lists_a_path=64,
        paths_a_policy=64,
        preferences=range(1, 65_536),
        colors=range(2**32),
        weights=range(1, 2**32),
        locator_prefix_bits=range(32, 121),
        function_bits=range(97),
        locator_name_length=31,
        policy_name_length=31,
        list_name_length=31,
        usid=False,
    ),
}

BALANCING_ENTRIES = 16
"""Over which the weights of a path's lists are spread (configuration guide, SRv6 TE Policy)."""

PATH_MTU_BYTES = range(1_280, 9_601)
"""Of a segment list in a candidate path (YANG), headers included."""


def exceeded_by(state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that a NE40E refuses, or takes and ignores."""
    found = exceeded(state, by_version(LIMITS, version))
    return (*found, *_ignored_weights(state), *_bindings(state))


def _ignored_weights(state: RouterState) -> Iterator[Exceeded]:
    """A list that gets less than one of the entries forwards nothing."""
    for policy in state.policies:
        for path in policy.candidate_paths:
            least = _least_weight(path)
            for one in path.lists:
                if one.weight < least:
                    where = f"policy {policy.name}, preference {path.preference}"
                    what = f"weight below 1/{BALANCING_ENTRIES} of all"
                    yield Exceeded(state.router, where, what, str(one.weight), f"{least} or more")


def _least_weight(path: CandidatePathState) -> int:
    return -(-sum(one.weight for one in path.lists) // BALANCING_ENTRIES)


def _bindings(state: RouterState) -> Iterator[Exceeded]:
    """One ``srv6-te-policy locator`` holds all binding SIDs."""
    bound = [one.binding_sid for one in state.policies if one.binding_sid is not None]
    homes = {own.name for sid in bound if (own := home(sid, state.locators)) is not None}
    if len(homes) > 1:
        value = ", ".join(sorted(homes))
        yield Exceeded(state.router, "binding SIDs", "locators", value, "one of them")
