"""Binary heaps of (key, item) pairs in two arrays, and heaps of whole numbers, four to a node, with
a key and an item packed into each. Of equal keys the lesser item comes first.

Comparing one number is quicker than comparing pairs, and a shallow heap touches less memory
(LaMarca & Ladner 1996). Keys of packed numbers are shifted by as many bits as items fit into.
"""

from __future__ import annotations

from netkit.planner.arrays import FloatArray, IntArray
from netkit.planner.compiled.compiler import inner


@inner
def sift_in(keys: FloatArray, items: IntArray, size: int, key: float, item: int) -> None:
    """Put a pair into a heap of ``size``; there must be room."""
    place = size
    while place > 0:
        above = (place - 1) // 2
        if keys[above] < key or (keys[above] == key and items[above] <= item):
            break
        keys[place], items[place] = keys[above], items[above]
        place = above
    keys[place], items[place] = key, item


@inner
def sift_out(keys: FloatArray, items: IntArray, size: int) -> None:
    """Take the first pair off a heap of ``size``, which the caller has read."""
    last = size - 1
    key, item = keys[last], items[last]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= last:
            break
        other = below + 1
        if other < last and (
            keys[other] < keys[below]
            or (keys[other] == keys[below] and items[other] < items[below])
        ):
            below = other
        if key < keys[below] or (key == keys[below] and item <= items[below]):
            break
        keys[place], items[place] = keys[below], items[below]
        place = below
    keys[place], items[place] = key, item


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
