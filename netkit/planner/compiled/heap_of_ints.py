"""A heap of whole numbers, four to a node: a key and an item packed into each.

Comparing one number is quicker than comparing pairs, and a shallow heap touches less memory
(LaMarca & Ladner 1996). Keys are shifted by ``shift`` bits, which items must fit into; of equal
keys the lesser item comes first.
"""

from __future__ import annotations

from netkit.planner.arrays import IntArray
from netkit.planner.compiled.compiler import inner


@inner
def push(heap: IntArray, size: int, value: int) -> None:
    """Put a number into a heap of ``size``; there must be room."""
    place = size
    while place > 0:
        above = (place - 1) >> 2
        if heap[above] <= value:
            break
        heap[place] = heap[above]
        place = above
    heap[place] = value


@inner
def pop(heap: IntArray, size: int) -> None:
    """Take the least number, ``heap[0]``, off a heap of ``size``."""
    last, place = size - 1, 0
    value = heap[last]
    while True:
        below = 4 * place + 1
        if below >= last:
            break
        least = below
        for other in range(below + 1, min(below + 4, last)):
            if heap[other] < heap[least]:
                least = other
        if heap[least] >= value:
            break
        heap[place] = heap[least]
        place = least
    heap[place] = value
