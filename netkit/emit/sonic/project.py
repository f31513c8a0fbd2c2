"""What of a state CONFIG_DB can say, and what it leaves out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netkit.emit.common.sids import home
from netkit.emit.dialect import Carried, LeftOut
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    RouterState,
)

VRF_PREFIX = "Vrf"
"""What the names of VRFs begin with (``sonic-vrf.yang``)."""

DEFAULT_VRF = "default"

_SHIFTS = frozenset({Flavor.NEXT_CSID})
_DECAPSULATES = (EndpointBehavior.END_DT6, EndpointBehavior.END_DT46)
_NOT_IN_CONFIG_DB = {
    "source": ("source address of what it encapsulates", "CONFIG_DB has no table for it"),
    "policies": (
        "policies",
        "CONFIG_DB has none (SONiC#2422 is open); through vtysh, as target frr",
    ),
    "edge": ("edge filter", "sonic-srv6 has none, and its ACL tables are not confirmed for it"),
    "customers": ("customer ports", "interfaces and their VRF are in tables of their own"),
    "reflectors": ("STAMP reflector", "SONiC has none"),
}


def carried(state: RouterState) -> Carried:
    """``state`` in the words of CONFIG_DB."""
    left: list[LeftOut] = []
    locators = tuple(_locators(state, left))
    sids = tuple(_sids(state, locators, left))
    left.extend(LeftOut(*why) for field, why in _NOT_IN_CONFIG_DB.items() if getattr(state, field))
    return Carried(RouterState(state.router, locators=locators, sids=sids), tuple(left))


def _locators(state: RouterState, left: list[LeftOut]) -> Iterator[LocatorState]:
    """bgpcfgd makes all of them locators of uSIDs, of algorithm 0."""
    for one in state.locators:
        if one.algorithm != 0:
            why = f"SRV6_MY_LOCATORS has no algorithm, this is of {one.algorithm}"
            left.append(LeftOut(f"locator {one.name} and its SIDs", why))
        elif not one.usid:
            why = "bgpcfgd makes every locator one of uSIDs"
            left.append(LeftOut(f"locator {one.name} and its SIDs", why))
        else:
            yield one


def _sids(
    state: RouterState, locators: tuple[LocatorState, ...], left: list[LeftOut]
) -> Iterator[LocalSid]:
    given_up = [one.prefix for one in state.locators if one not in locators]
    for sid in state.sids:
        if any(sid.prefix.subnet_of(prefix) for prefix in given_up):
            continue
        what = f"SID {sid.prefix}, {sid.behavior}"
        why = _unsayable(sid, locators)
        if why is not None:
            left.append(LeftOut(what, why))
            continue
        if sid.behavior is EndpointBehavior.END_DT6:
            said = "SONiC has uDT46 alone, which is written: it takes IPv4 as well"
            left.append(LeftOut(what, said))
        yield _plain(sid)


def _unsayable(sid: LocalSid, locators: tuple[LocatorState, ...]) -> str | None:
    """Why CONFIG_DB cannot say a SID; None if it can."""
    if home(sid.sid, locators) is None:
        return "it lies in no locator"
    if sid.behavior not in _DECAPSULATES and sid.flavors != _SHIFTS:
        return "SIDs of SONiC are of flavor NEXT-CSID alone"
    if sid.behavior is EndpointBehavior.END and sid.prefix not in [one.prefix for one in locators]:
        return "a uN is the whole locator"
    if sid.behavior is EndpointBehavior.END_X and sid.interface is None:
        return "a uA needs its interface"
    return None


def _plain(sid: LocalSid) -> LocalSid:
    if sid.behavior in _DECAPSULATES:
        return LocalSid(sid.prefix, EndpointBehavior.END_DT46, vrf=_vrf(sid.vrf))
    if sid.behavior is EndpointBehavior.END:
        return LocalSid(sid.prefix, sid.behavior, sid.flavors)
    return replace(sid, vrf=None)


def _vrf(name: str | None) -> str | None:
    """A VRF by the name that SONiC lets it have."""
    if name in (None, DEFAULT_VRF):
        return None
    return name if name.startswith(VRF_PREFIX) else VRF_PREFIX + name
