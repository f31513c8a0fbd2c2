"""SIDs as SR OS can be told them: static functions of a locator, with an SRH mode."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv6Address

from netkit.emit.common.left_out import Reasons
from netkit.emit.common.sids import home
from netkit.emit.common.usid import NEXT
from netkit.emit.dialect import Unmade
from netkit.emit.sros.limits import ENDS_A_LOCATOR, LAST_FUNCTION
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    RouterState,
)

SRH_MODES = {
    frozenset({Flavor.PSP}): "psp",
    frozenset({Flavor.USP}): "usp",
    frozenset({Flavor.PSP, Flavor.USD}): "psp-usd",
    frozenset({Flavor.USP, Flavor.USD}): "usp-usd",
    frozenset({Flavor.PSP, Flavor.USP, Flavor.USD}): "psp-usp-usd",
}
"""Flavours by the words of the leaf ``srh-mode``; there is none without PSP and USP."""

INTERFACE_LENGTH = 32

WHY_NO_USID = "which uSID a static function of SR OS gets is not confirmed"
WHY_USP = "srh-mode has no such value: it is usp, which acts only where a SID is the last one"


def is_interface(name: str) -> bool:
    """Can a user's interface be called that?"""
    plain = name.isascii() and name.isprintable() and '"' not in name and "\\" not in name
    return (
        plain and 0 < len(name) <= INTERFACE_LENGTH and name[0].isalpha() and name == name.strip()
    )


def function_of(sid: LocalSid, locator: LocatorState) -> int | None:
    """The value of the static function that a SID is; None where it is none of that locator."""
    bits = locator.structure.function_bits
    length = locator.prefix.prefixlen + bits
    if sid.prefix.prefixlen != length or not sid.prefix.subnet_of(locator.prefix):
        return None
    value = int(sid.sid) >> (128 - length) & (1 << bits) - 1
    return value if 1 <= value <= LAST_FUNCTION else None


def usid_node(locator: LocatorState, sids: Iterable[LocalSid]) -> LocalSid | None:
    """The uN that is a whole locator; None where it has none, or its number is 0."""
    number = int(locator.prefix.network_address) >> 80 & 0xFFFF
    for one in sids:
        if (
            one.prefix == locator.prefix
            and one.behavior is EndpointBehavior.END
            and Flavor.NEXT_CSID in one.flavors
            and number
        ):
            return one
    return None


def project_sids(
    sids: Iterable[LocalSid], locators: tuple[LocatorState, ...], reasons: Reasons
) -> tuple[LocalSid, ...]:
    """The SIDs that SR OS can be told; ``reasons`` get why not the others."""
    kept, ends = list[LocalSid](), Counter[str]()
    for one in sids:
        locator = home(one.sid, locators)
        why = "its locator is left out" if locator is None else _why_not(one, locator)
        if why is None and locator is not None and one.behavior is EndpointBehavior.END:
            ends[locator.name] += 1
            if ends[locator.name] > ENDS_A_LOCATOR:
                why = f"SR OS takes {ENDS_A_LOCATOR} End a locator"
        if why is not None:
            reasons.add(str(one.behavior), one.prefix, why)
            continue
        found = _as_said(one)
        if found.flavors != one.flavors:
            reasons.add("having neither PSP nor USP, of", one.sid, WHY_USP)
        kept.append(found)
    return tuple(kept)


def unmade(state: RouterState) -> dict[IPv6Address, Unmade]:
    """The functions of uSID locators: which uSID a number stands for nobody has confirmed."""
    containers = tuple(one for one in state.locators if one.usid)
    nodes = {one.prefix for one in containers}
    return {
        sid.sid: Unmade(WHY_NO_USID, "a uN of the router")
        for sid in state.sids
        if sid.prefix not in nodes and home(sid.sid, containers) is not None
    }


def _why_not(one: LocalSid, locator: LocatorState) -> str | None:
    if locator.usid:
        if one.prefix == locator.prefix and one.behavior is EndpointBehavior.END:
            return None if Flavor.NEXT_CSID in one.flavors else "in a uSID locator it is no uSID"
        return WHY_NO_USID
    if Flavor.NEXT_CSID in one.flavors:
        return "a uSID in a locator of classic SIDs"
    if function_of(one, locator) is None:
        return f"it is no function 1 to {LAST_FUNCTION} of its locator"
    if one.behavior is EndpointBehavior.END_X and one.interface is None:
        return "its interface is not known"
    if one.behavior is EndpointBehavior.END_X and not is_interface(one.interface or ""):
        return f"names of interfaces have 1 to {INTERFACE_LENGTH} characters from a letter on"
    if one.behavior not in {EndpointBehavior.END, EndpointBehavior.END_X}:
        return _why_no_service(one)
    return None


def _why_no_service(one: LocalSid) -> str | None:
    if one.vrf is not None:
        return f"the VPRN {one.vrf} is the operator's: BGP allocates its SID there"
    return "it has flavours" if one.flavors else None


def _as_said(one: LocalSid) -> LocalSid:
    """The SID with the flavours that it gets; its interface says where an End.X leads."""
    if one.behavior not in {EndpointBehavior.END, EndpointBehavior.END_X}:
        return replace(one, interface=None, next_hop=None)
    usid = one.flavors & NEXT
    flavors = one.flavors - NEXT
    if flavors not in SRH_MODES:
        flavors |= {Flavor.USP}
    interface = one.interface if one.behavior is EndpointBehavior.END_X else None
    return LocalSid(one.prefix, one.behavior, flavors | usid, interface)
