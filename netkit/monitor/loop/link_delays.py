"""Delays of links from delays of paths: which can be told, and how well.

A path's least delay is the sum of those of its links, each in one direction. So what is measured is
a system of linear equations, and a link can be told by itself where its unit vector lies in the row
space. Where an end of a link has no probe that is seldom so: behind a router that every probe only
passes, what comes in may be longer by as much as what goes out is shorter, and nobody ever sees a
difference. Of such links only sums are known; they get the correction of least norm to what was
believed of them, which leaves every sum that was measured exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LinkKey = tuple[str, str]
"""A link in one direction: its id and its headend."""

_Floats = NDArray[np.float64]
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class PathDelay:
    """The least delay of a path over ``links``, in order; it may be off by ``uncertainty_us``."""

    links: tuple[LinkKey, ...]
    delay_us: float
    uncertainty_us: float


@dataclass(frozen=True, slots=True)
class LinkDelay:
    """The least delay of a link in one direction; ``alone`` is False where only sums with other
    links are known, and ``uncertainty_us`` is None then."""

    link: LinkKey
    delay_us: float
    uncertainty_us: float | None

    @property
    def alone(self) -> bool:
        """Whether the link can be told from all others."""
        return self.uncertainty_us is not None


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which links some paths tell: each ``alone``, or only ``together`` with others."""

    alone: frozenset[LinkKey]
    together: tuple[frozenset[LinkKey], ...]


def resolution(paths: Sequence[Sequence[LinkKey]]) -> Resolution:
    """What can be told from the delays of these paths. O(p l²) for p paths over l links.

    >>> resolution([[("x", "a")], [("x", "a"), ("y", "b")]]).together
    ()
    >>> sorted(*resolution([[("x", "a"), ("y", "b")]]).together)
    [('x', 'a'), ('y', 'b')]
    """
    links = _columns(paths)
    if not links:
        return Resolution(frozenset(), ())
    crossed = _matrix(paths, links)
    projector = np.linalg.pinv(crossed) @ crossed
    alone = _alone(projector)
    told = frozenset(link for link, known in zip(links, alone, strict=True) if known)
    return Resolution(told, tuple(_together(projector, links, alone)))


def link_delays(
    measured: Sequence[PathDelay], believed_us: Mapping[LinkKey, float]
) -> tuple[LinkDelay, ...]:
    """The delay of every link that is crossed, from what was measured and was ``believed_us``.

    The uncertainty is that of the worst case: all paths off by as much as they may be, each in the
    worse direction.
    """
    links = _columns([one.links for one in measured])
    if not links:
        return ()
    crossed = _matrix([one.links for one in measured], links)
    inverse = np.linalg.pinv(crossed)
    believed = np.array([believed_us[link] for link in links])
    delays = np.array([one.delay_us for one in measured])
    found = believed + inverse @ (delays - crossed @ believed)
    off = np.abs(inverse) @ np.array([one.uncertainty_us for one in measured])
    alone = _alone(inverse @ crossed)
    return tuple(
        LinkDelay(link, float(found[place]), float(off[place]) if alone[place] else None)
        for place, link in enumerate(links)
    )


def _columns(paths: Iterable[Iterable[LinkKey]]) -> list[LinkKey]:
    return sorted({link for path in paths for link in path})


def _matrix(paths: Sequence[Sequence[LinkKey]], links: Sequence[LinkKey]) -> _Floats:
    place = {link: number for number, link in enumerate(links)}
    crossed = np.zeros((len(paths), len(links)))
    for row, path in enumerate(paths):
        for link in path:
            crossed[row, place[link]] += 1
    return crossed


def _alone(projector: _Floats) -> list[bool]:
    """Of each link, whether its unit vector is its own projection onto the row space."""
    return [bool(one > 1 - _TOLERANCE) for one in np.diagonal(projector)]


def _together(
    projector: _Floats, links: Sequence[LinkKey], alone: Sequence[bool]
) -> Iterable[frozenset[LinkKey]]:
    """The links that are told only with others, by the others that they hang together with."""
    left = {place for place, known in enumerate(alone) if not known}
    while left:
        group, new = set[int](), {min(left)}
        while new:
            group |= new
            near = np.flatnonzero((np.abs(projector[sorted(new)]) > _TOLERANCE).any(axis=0))
            new = (set(near.tolist()) & left) - group
        left -= group
        yield frozenset(links[place] for place in group)
