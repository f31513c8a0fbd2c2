"""What Junos takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netkit.emit.common.versions import by_version
from netkit.emit.junos.segments import is_mixed, said, sid_count
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.model.router_state import Flavor, PolicyState, RouterState, WeightedList

# Of YANG 24.4R1 (junos-conf-protocols, junos-conf-routing-options): lengths of names, ranges,
# max-elements, and `binding-sid`, which is an MPLS label there. uSIDs: the CLI reference has
# `micro-srv6-sid` from 23.4R1 on; of those the depth counts containers, for it speaks of more than
# six SIDs, and a list has room for six containers of six.
LIMITS = {
    "24.4": Limits(
        sids_a_list=6,
        lists_a_path=128,
        preferences=range(1, 2**32),
        colors=range(2**32),
        weights=range(1, 2**32),
        function_bits=range(16, 33),
        locator_name_length=64,
        policy_name_length=64,
        list_name_length=64,
        binding_sids=False,
    ),
}

HOPS = 36
"""Of one list (YANG)."""


def exceeded_by(state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that Junos refuses; uSIDs of a list are counted in containers."""
    counted = replace(state, policies=tuple(map(_as_counted, state.policies)))
    found = exceeded(counted, by_version(LIMITS, version))
    return (*found, *_lists(state), *_flavors(state))


def _as_counted(policy: PolicyState) -> PolicyState:
    paths = tuple(
        replace(path, lists=tuple(map(_counted, path.lists))) for path in policy.candidate_paths
    )
    return replace(policy, candidate_paths=paths)


def _counted(one: WeightedList) -> WeightedList:
    return replace(one, segments=said(one.segments)[: sid_count(one.segments)])


def _lists(state: RouterState) -> Iterator[Exceeded]:
    """A list is all ``micro-srv6-sid`` or none (commit error otherwise), and of so many hops."""
    for policy in state.policies:
        for path in policy.candidate_paths:
            where = f"policy {policy.name}, preference {path.preference}"
            for one in path.lists:
                hops = len(said(one.segments))
                if is_mixed(one.segments):
                    value, fits = "uSIDs and others", "all of one kind"
                    yield Exceeded(state.router, where, "SIDs of a list", value, fits)
                if hops > HOPS:
                    yield Exceeded(state.router, where, "hops", str(hops), f"up to {HOPS}")


def _flavors(state: RouterState) -> Iterator[Exceeded]:
    """The SIDs of a uSID locator have its flavors (CLI reference, ``micro-sid``)."""
    for locator in (one for one in state.locators if one.usid):
        own = {
            sid.flavors - {Flavor.NEXT_CSID}
            for sid in state.sids
            if Flavor.NEXT_CSID in sid.flavors and sid.prefix.subnet_of(locator.prefix)
        }
        if len(own) > 1:
            yield Exceeded(state.router, f"locator {locator.name}", "sets of flavors",
                           str(len(own)), "one for all its uSIDs")  # fmt: skip
