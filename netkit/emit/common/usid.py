"""uSID containers as the uSIDs in them, for platforms whose lists take one uSID an entry.

A container (RFC 9800 §4.1, layout F3216) is a 32-bit block and six slots of 16 bits, which end at
the first that is zero. Where a function stands among nodes, only the numbers tell them apart: in
netkit's address plan nodes end at ``cfff`` (:data:`~netkit.model.srv6.usid.LAST_USID_NODE`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor, SegmentState
from netkit.model.srv6.usid import LAST_USID_NODE, SLOTS

NEXT = frozenset({Flavor.NEXT_CSID})
F3216 = SidStructure(32, 16, 16, 0)
UN = SidStructure(32, 16, 0, 0)
"""The parts of a uN, which has no function."""

SERVICES = frozenset({EndpointBehavior.END_DT6, EndpointBehavior.END_DT46})

FIRST_LOCAL = 0xE000
"""Where the local numbers of uSIDs begin (RFC 9800 §8 calls them LIB): functions below are
netkit's services."""

_SLOT_BITS = 16
_FIRST_SHIFT = 80


def is_usid(segment: SegmentState) -> bool:
    """Is it a uSID, or a container of them, in the layout F3216? The structure of a container is
    that of its first uSID, which may be a uN.

    >>> is_usid(SegmentState(IPv6Address("5f00:0:4:9:d046::"), EndpointBehavior.END, NEXT, UN))
    True
    """
    return Flavor.NEXT_CSID in segment.flavors and (
        segment.structure is None or is_f3216(segment.structure)
    )


def is_f3216(structure: SidStructure) -> bool:
    """Are these the parts of a uSID of the layout, whatever argument a router states behind them?

    >>> is_f3216(SidStructure(32, 16, 0, 80)), is_f3216(SidStructure(40, 24, 16))
    (True, False)
    """
    return replace(structure, argument_bits=0) in (F3216, UN)


def usids(container: SegmentState) -> tuple[SegmentState, ...]:
    """The uSIDs of a container in order of travel, each by itself: uN, uA and uDT.

    A uN has no function in its address and in its structure; uA and uDT have their node in front.

    >>> wide = SegmentState(IPv6Address("5f00:0:4:7:e001:9:d046:0"), None, NEXT, F3216)
    >>> [str(one.sid) for one in usids(wide)]
    ['5f00:0:4::', '5f00:0:7:e001::', '5f00:0:9:d046::']
    """
    block = int(container.sid) >> 96 << 96
    found = [_usid(block, node, function) for node, function in _pairs(container.sid)]
    if found and container.behavior in SERVICES and _is_one(container.sid):
        found[0] = SegmentState(found[0].sid, container.behavior, NEXT, F3216)
    return tuple(found)


def _pairs(sid: IPv6Address) -> Iterator[tuple[int, int | None]]:
    """Nodes, each with the function behind it or None."""
    slots = [int(sid) >> (_FIRST_SHIFT - _SLOT_BITS * place) & 0xFFFF for place in range(SLOTS)]
    slots = slots[: slots.index(0)] if 0 in slots else slots
    place = 0
    while place < len(slots):
        after = slots[place + 1] if place + 1 < len(slots) else 0
        function = after if after > LAST_USID_NODE else None
        yield slots[place], function
        place += 1 if function is None else 2


def _is_one(sid: IPv6Address) -> bool:
    return len(list(_pairs(sid))) == 1


def _usid(block: int, node: int, function: int | None) -> SegmentState:
    base = block | node << _FIRST_SHIFT
    if function is None:
        return SegmentState(IPv6Address(base), EndpointBehavior.END, NEXT, UN)
    sid = IPv6Address(base | function << _FIRST_SHIFT - _SLOT_BITS)
    behavior = EndpointBehavior.END_X if function >= FIRST_LOCAL else EndpointBehavior.END_DT6
    return SegmentState(sid, behavior, NEXT, F3216)


def node_of(usid: SegmentState) -> SegmentState:
    """The uN of the node that a uSID is of."""
    network = IPv6Network((int(usid.sid) >> _FIRST_SHIFT << _FIRST_SHIFT, 48))
    return SegmentState(network.network_address, EndpointBehavior.END, NEXT, UN)
