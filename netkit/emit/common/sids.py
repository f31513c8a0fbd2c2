"""What a SID of a router matches where its platform states only the address of it."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.limits import ADDRESS_BITS
from netkit.model.router_state import LocatorState, WeightedList


def home(sid: IPv6Address, locators: Iterable[LocatorState]) -> LocatorState | None:
    """The locator that ``sid`` lies in, the longest of several."""
    fitting = [one for one in locators if sid in one.prefix]
    return max(fitting, key=lambda one: one.prefix.prefixlen, default=None)


def matched(sid: IPv6Address, locator: LocatorState) -> IPv6Network:
    """The prefix that ``sid`` matches: its locator and function, or all of it, where further bits
    are set or the parts are longer than an address."""
    parts = locator.structure
    length = min(ADDRESS_BITS, locator.prefix.prefixlen + parts.function_bits)
    if int(sid) & ((1 << (ADDRESS_BITS - length)) - 1):
        length = ADDRESS_BITS
    return IPv6Network((sid, length))


def in_order(lists: Iterable[WeightedList]) -> tuple[WeightedList, ...]:
    """Lists of a path in their canonical order: the heaviest first, then by their SIDs."""
    return tuple(sorted(lists, key=lambda one: (-one.weight, [int(s.sid) for s in one.segments])))
