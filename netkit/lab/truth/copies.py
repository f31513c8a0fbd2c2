"""Of a probe that a link sent twice, the way of one copy.

Copies have one key, so that nothing tells them apart but where they are: one goes on from where it
has got to, another enters a link that was entered before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from netkit.lab.truth.crossings import Traversal

WayOf = Callable[[int], tuple[str, str]]
"""From a cable end to the node that enters there, and the one at the other end."""


class OneCopy(NamedTuple):
    """What one copy crossed, in order; ``doubled``: there were others."""

    traversals: list[Traversal]
    doubled: bool


def one_copy(traversals: Iterable[Traversal], way_of: WayOf) -> OneCopy:
    """``traversals`` in order of arrival. Where a link lost one copy and let another through, the
    probe got through. A probe that comes by again, in a loop, has been elsewhere between."""
    kept: list[Traversal] = []
    place: dict[int, int] = {}
    at, doubled = "", False
    for one in traversals:
        near, far = way_of(one.end)
        before = place.get(one.end)
        if before is None or near == at:
            place[one.end] = len(kept)
            kept.append(one)
            at = far
            continue
        doubled = True
        if kept[before].release_ns is None:
            kept[before] = one
    return OneCopy(kept, doubled)
