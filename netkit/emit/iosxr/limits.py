"""What IOS XR takes, and how its models say it, by release: from the YANG of the vendor
(YangModels/yang, vendor/cisco/xr/2442, 2541, 2611, 2621)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import IPv6Address

from netkit.emit.common.versions import by_version
from netkit.emit.limits import Exceeded, Limits, exceeded
from netkit.model.router_state import RouterState

FIRST_EXPLICIT, LAST_EXPLICIT = 65024, 65279
"""Functions of static SIDs: the explicit part of the LIB, where nothing else is configured
(``Srv6u-sid-elib-start-range`` ends at 65279; 65024 is what routers show as the start)."""

REFLECTOR_PORTS = frozenset({862, *range(1024, 15000)})


@dataclass(frozen=True, slots=True)
class Release:
    """One release's ``limits``, and where its models differ from those before.

    ``identification``: static SIDs say ``…-sid-identification``, not ``allocation-context-…``;
    ``options``: policies say ``srv6-options``, and may have an explicit binding SID;
    ``source_container``: the source address is a container and no leaf.
    """

    limits: Limits
    identification: bool = False
    options: bool = False
    source_container: bool = False


_OLDEST = Limits(
    sids_a_list=255,  # maximum-sid-depth; what a platform pushes is a limit of the topology
    preferences=range(1, 65536),
    colors=range(1, 2**32),
    weights=range(1, 2**32),
    locator_prefix_bits=range(48, 49),  # the uN of F3216; the locator itself may have 32 to 112
    function_bits=range(16, 17),
    locator_name_length=58,
    policy_name_length=59,
    list_name_length=128,
    classic=False,  # the one format of a list's SIDs is micro-sid
    binding_sids=False,
)

RELEASES = {
    "24.4.2": Release(_OLDEST),
    "25.4.1": Release(_OLDEST, identification=True),
    "26.1.1": Release(replace(_OLDEST, binding_sids=True), identification=True, options=True),
    "26.2.1": Release(
        replace(_OLDEST, binding_sids=True),
        identification=True,
        options=True,
        source_container=True,
    ),
}


def release(version: str | None) -> Release:
    """What is known of a version; of none, the oldest."""
    return by_version(RELEASES, version)


def function_of(sid: IPv6Address) -> int:
    """The function of a uSID that has its node in front."""
    return int(sid) >> 64 & 0xFFFF


def is_explicit(sid: IPv6Address) -> bool:
    """Is it a SID that can be configured: a function of the explicit LIB, and nothing behind it?"""
    return function_of(sid) in range(FIRST_EXPLICIT, LAST_EXPLICIT + 1) and not int(sid) & 2**64 - 1


def beyond(state: RouterState, version: str | None) -> tuple[Exceeded, ...]:
    """All that IOS XR in that version does not take of ``state``."""
    limits = release(version).limits
    own = _bindings(state) if limits.binding_sids else ()
    return (*exceeded(state, limits), *own)


def _bindings(state: RouterState) -> Iterator[Exceeded]:
    fits = f"functions {FIRST_EXPLICIT:#06x} to {LAST_EXPLICIT:#06x}"
    for policy in state.policies:
        bound = policy.binding_sid
        if bound is not None and not is_explicit(bound):
            where = f"policy {policy.name or policy.color}"
            yield Exceeded(state.router, where, "binding SID", str(bound), fits)
