"""How segments go into uSID containers (RFC 9800, NEXT-CSID, layout F3216).

A container is one SID: a 32-bit block and six slots of 16 bits. ``End`` becomes a uN, one slot;
``End.X`` becomes a uA with its node in front, so that it is routable, two slots that stay together;
so does the service SID, as uDT. A container holds SIDs of one block, that is of one algorithm.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

SLOTS = 6
END_SLOTS = 1
END_X_SLOTS = 2
SERVICE_SLOTS = 2

LAST_USID_NODE = 0xCFFF
"""Greater SID indices would be taken for functions, which share a container's slots with nodes."""

Item = tuple[int, int]
"""The algorithm and the slots of one SID."""


def container_starts(items: Sequence[Item]) -> tuple[int, ...]:
    """Where each container begins, as few as there can be for these SIDs in this order.

    Containers are filled from the last one on. So behind every SID there are as few containers as
    any packing leaves, which is what a node's limit of segments left counts.

    Seven uN and the service SID of algorithm 0 take nine slots; the last container is the full one.

    >>> container_starts([*[(0, END_SLOTS)] * 7, (0, SERVICE_SLOTS)])
    (0, 3)
    """
    starts: list[int] = []
    algorithm, free = -1, 0
    for number in range(len(items) - 1, -1, -1):
        own, slots = items[number]
        if own == algorithm and slots <= free:
            starts[-1], free = number, free - slots
        else:
            starts.append(number)
            algorithm, free = own, SLOTS - slots
    return tuple(reversed(starts))


def packed(items: Sequence[Item]) -> tuple[range, ...]:
    """The SIDs of each container, by their places in ``items``.

    >>> packed([(0, END_X_SLOTS), (128, END_SLOTS), (0, SERVICE_SLOTS)])
    (range(0, 1), range(1, 2), range(2, 3))
    """
    ends = (*container_starts(items), len(items))
    return tuple(range(first, after) for first, after in pairwise(ends))
