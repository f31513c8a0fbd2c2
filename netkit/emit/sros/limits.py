"""What SR OS takes, by version, from the YANG of the vendor (nokia/7x50_YangModels, 24.10:
``nokia-conf-router-segment-routing`` 2024-07-24, ``nokia-conf-router-twamp-light`` 2024-03-01)."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.versions import by_version
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.model.router_state import RouterState

NAME_LENGTH = 64
SEGMENTS = 24
LISTS = 16
"""32 can be configured, but ``sr-policies ecmp``, which says how many forward, ends at 16."""

STATIC_POLICIES = 32768
LOCATORS = 16
ENDS_A_LOCATOR = 8
FUNCTION_BITS = (16, *range(20, 97))
LAST_FUNCTION = 1_048_575
ARGUMENT_BITS = (0, 16)
BLOCK_BITS = 96
REFLECTOR_PORTS = (862, *range(64364, 64374))
REFLECTOR_PREFIXES = 50

OLDEST = "24.10"
VERSIONS = {
    OLDEST: Limits(
        sids_a_list=SEGMENTS,
        lists_a_path=LISTS,
        policies=STATIC_POLICIES,
        locators=LOCATORS,
        preferences=range(1, 2**32),
        colors=range(2**32),
        weights=range(1, 2**32),
        function_bits=range(16, 97),
        locator_name_length=NAME_LENGTH,
        policy_name_length=NAME_LENGTH,
    ),
}
"""The oldest version that was looked at is the only one: policies are there since 22.7.R1."""


def beyond(state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
    """All that SR OS in that version does not take of ``state``."""
    return (*exceeded(state, by_version(VERSIONS, version)), *_own(state))


def _own(state: RouterState) -> Iterator[Exceeded]:
    """Limits that no other platform has."""
    paths = sum(len(one.candidate_paths) for one in state.policies)
    if paths > STATIC_POLICIES:
        most = f"up to {STATIC_POLICIES}"
        yield Exceeded(state.router, "sr-policies", "candidate paths", str(paths), most)
    for locator in state.locators:
        bits = locator.structure.function_bits
        if bits in range(17, 20):
            where = f"locator {locator.name}"
            yield Exceeded(state.router, where, "function bits", str(bits), "16, or 20 to 96")
    containers = [one.prefix for one in state.locators if one.usid]
    for policy in state.policies:
        bound = policy.binding_sid
        if bound is not None and any(bound in prefix for prefix in containers):
            where = f"policy {policy.name or policy.color}"
            fits = "one in a locator of classic SIDs"
            yield Exceeded(state.router, where, "binding SID in a uSID locator", str(bound), fits)
