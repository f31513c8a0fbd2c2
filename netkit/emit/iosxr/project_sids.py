"""Which SIDs IOS XR can be told: the uN that a locator is, and static uA and uDT46."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.emit.common.naming import plain
from netkit.emit.common.sids import home
from netkit.emit.common.usid import NEXT
from netkit.emit.dialect import Unmade
from netkit.emit.iosxr.limits import is_explicit
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    RouterState,
)

UNODES = {
    NEXT: "shift-only",
    NEXT | {Flavor.PSP, Flavor.USD}: "psp-usd",
}
"""Flavours of the uN that a locator is, by the words for it."""

STATIC_UAS = {
    NEXT | {Flavor.PSP}: "ua-psp",
    NEXT | {Flavor.PSP, Flavor.USD}: "ua-psp-usd",
}

SID_BITS = 64
"""Of a uA or uDT of the layout F3216."""

FIT_STATIC = "a uN, or a uA or uDT46 of a function 0xfe00 to 0xfeff"

WHY_DYNAMIC = (
    "its function lies outside what can be configured (0xfe00 to 0xfeff): the router allocates"
    " one, and a list over the planned one does not arrive"
)


def unmade(state: RouterState) -> dict[IPv6Address, Unmade]:
    """The uSIDs that IOS XR allocates by itself, other ones than planned."""
    nodes = {one.prefix for one in state.locators}
    return {
        sid.sid: Unmade(_why_allocated(sid), FIT_STATIC)
        for sid in state.sids
        if sid.prefix not in nodes and _why_allocated(sid)
    }


def _why_allocated(sid: LocalSid) -> str:
    if sid.behavior not in (EndpointBehavior.END_X, EndpointBehavior.END_DT46):
        return f"there is no static SID of behaviour {sid.behavior}"
    return "" if sid.prefix.prefixlen == SID_BITS and is_explicit(sid.sid) else WHY_DYNAMIC


def is_unode(sid: LocalSid) -> bool:
    """Is it the uN that a locator of IOS XR is?"""
    return sid.behavior is EndpointBehavior.END and sid.flavors in UNODES


def why_not_static(sid: LocalSid, locators: tuple[LocatorState, ...]) -> str | None:
    """Why a SID cannot be configured as a static one of these locators; None where it can."""
    if home(sid.sid, locators) is None:
        return "its locator is left out"
    if sid.prefix.prefixlen != SID_BITS or not is_explicit(sid.sid):
        return WHY_DYNAMIC
    if sid.behavior is EndpointBehavior.END_X:
        if sid.flavors not in STATIC_UAS:
            return "static uA have PSP, or PSP and USD"
        named = sid.interface is not None and plain(sid.interface)
        return None if named else "its interface has no name that IOS XR knows"
    if sid.behavior is not EndpointBehavior.END_DT46 or sid.flavors - NEXT:
        return "static SIDs are uA and uDT46"
    return None if sid.vrf is not None and plain(sid.vrf) else "its VRF has no plain name"


def static(sid: LocalSid) -> LocalSid:
    """What a static SID says of it."""
    if sid.behavior is EndpointBehavior.END_X:
        return LocalSid(sid.prefix, sid.behavior, sid.flavors, sid.interface)
    return LocalSid(sid.prefix, sid.behavior, vrf=sid.vrf)
