"""Which adjacency of one side is which of the other.

Both ends of a link say the same addresses, or link ids (RFC 5307 §1.1). Where they say neither,
parallel links are put together by their figures, never by the order in which anything is printed.
What several links share, such as the borrowed address of unnumbered ones, tells none of them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from ipaddress import ip_interface

from netkit.files.importers.link_state.network.arcs import StateArc
from netkit.files.importers.link_state.records import Pair

Both = tuple[StateArc | None, StateArc | None]
"""There and back; one of them may be missing."""

_KINDS = range(3)
"""The kinds of ends that :attr:`StateArc.ends` has: IPv6, IPv4, link ids."""


def paired(there: Sequence[StateArc], back: Sequence[StateArc]) -> tuple[list[Both], bool]:
    """Which adjacency of one side is which of the other; and whether that had to be guessed.

    O(n log n) for n adjacencies between the two routers, whatever they state.
    """
    if len(there) == len(back) == 1 and not _contradict(there[0], back[0]):
        return [(there[0], back[0])], False
    sides = _Sides(there, back)
    for own, other in (*_WHOLE, *_HALVES):
        sides.pair_alone(own, other)
    for kind, (own, other) in enumerate(_WHOLE[: len(_KINDS)]):
        for mine, theirs in sides.sharing(own, other):
            sides.pair_by_figures(mine, theirs, told=1 << kind)
    sides.pair_by_figures(list(sides.left.values()), list(sides.right.values()))
    alone: list[Both] = [(arc, None) for arc in sides.left.values()]
    alone += [(None, arc) for arc in sides.right.values()]
    return sorted([*sides.found, *alone], key=_pair_order), sides.guessed


_Key = Callable[[StateArc], Hashable]
_Side = dict[int, StateArc]


class _Sides:
    """Adjacencies there and back that have no partner yet, and the pairs that were found."""

    def __init__(self, there: Iterable[StateArc], back: Iterable[StateArc]) -> None:
        self.left: _Side = {id(arc): arc for arc in there}
        self.right: _Side = {id(arc): arc for arc in back}
        self.found: list[Both] = []
        self.guessed = False

    def pair_alone(self, own: _Key, other: _Key) -> None:
        """Pair those that share a key with one of the other side, and nobody else has it."""
        for mine, theirs in self.sharing(own, other):
            if len(mine) == len(theirs) == 1 and not _contradict(mine[0], theirs[0]):
                self._pair(mine[0], theirs[0])

    def sharing(self, own: _Key, other: _Key) -> list[tuple[list[StateArc], list[StateArc]]]:
        """Those of both sides that have one key."""
        left, right = _by_key(self.left.values(), own), _by_key(self.right.values(), other)
        return [(mine, right[key]) for key, mine in left.items() if key in right]

    def pair_by_figures(
        self, mine: Sequence[StateArc], theirs: Sequence[StateArc], told: int = 0
    ) -> None:
        """Pair those of equal ends, then those of which only one end says them; each time those
        alike in metric first. ``told`` is the kind of ends, as a bit, that all of them share."""
        mine = [arc for arc in mine if id(arc) in self.left]
        theirs = [arc for arc in theirs if id(arc) in self.right]
        before = len(self.found)
        for same in (True, False):
            self._pair_queued(
                mine, theirs, same,
                lambda arc: ((arc.lan, arc.ends),), lambda arc: (arc.lan, _turned(arc)),
            )  # fmt: skip
        for same in (True, False):
            self._pair_queued(
                mine, theirs, same,
                lambda arc: ((arc.lan, mask) for mask in _FREE_OF[_mask(arc) & ~told]),
                lambda arc: (arc.lan, _mask(arc) & ~told),
            )  # fmt: skip
        if len(mine) + len(theirs) > 2 and len(self.found) > before:
            self.guessed |= any(
                len({arc.order()[2:] for arc in side}) > 1 for side in (mine, theirs)
            )

    def _pair_queued(
        self, mine: Iterable[StateArc], theirs: Iterable[StateArc], same: bool,
        fits: Callable[[StateArc], Iterable[Hashable]], key: _Key,
    ) -> None:  # fmt: skip
        """Each of ``mine`` with the first of ``theirs`` whose key is one that ``fits``."""
        waiting: dict[Hashable, deque[StateArc]] = defaultdict(deque)
        for arc in theirs:
            if id(arc) in self.right:
                waiting[key(arc), arc.metric if same else None].append(arc)
        for arc in mine:
            if id(arc) in self.left:
                wanted = ((one, arc.metric if same else None) for one in fits(arc))
                queue = next((waiting[one] for one in wanted if waiting.get(one)), None)
                if queue:
                    self._pair(arc, queue.popleft())

    def _pair(self, arc: StateArc, partner: StateArc) -> None:
        self.found.append((arc, partner))
        del self.left[id(arc)], self.right[id(partner)]


def _by_key(arcs: Iterable[StateArc], key: _Key) -> dict[Hashable, list[StateArc]]:
    found: dict[Hashable, list[StateArc]] = defaultdict(list)
    for arc in arcs:
        own = key(arc)
        if own is not None:
            found[own].append(arc)
    return found


def _differ(side: Iterable[StateArc]) -> bool:
    """Whether it matters which of them is which."""
    return len({arc.order()[2:] for arc in side}) > 1


def _pair_order(pair: Both) -> tuple[object, ...]:
    return tuple(() if arc is None else arc.order() for arc in pair)


def _turned(arc: StateArc) -> tuple[Pair, ...]:
    return tuple((far, near) for near, far in arc.ends)


def _mask(arc: StateArc) -> int:
    """The kinds of which both ends are stated, a bit each."""
    return sum(1 << kind for kind, ends in enumerate(arc.ends) if None not in ends)


_FREE_OF = tuple(
    tuple(other for other in range(1 << len(_KINDS)) if not other & mask)
    for mask in range(1 << len(_KINDS))
)
"""The masks that have no kind of a mask: arcs of these cannot contradict each other."""


def _contradict(arc: StateArc, other: StateArc) -> bool:
    """Do both say who is at the other end, and not each other?"""
    if arc.lan != other.lan:
        return True
    stated = [
        (mine, theirs)
        for mine, theirs in zip(arc.ends, other.ends, strict=True)
        if None not in mine and None not in theirs
    ]
    return any(mine != (theirs[1], theirs[0]) for mine, theirs in stated)


def _whole(kind: int, arc: StateArc) -> Hashable:
    ends = arc.ends[kind]
    return None if None in ends else ends


def _whole_back(kind: int, arc: StateArc) -> Hashable:
    ends = arc.ends[kind]
    return None if None in ends else (ends[1], ends[0])


def _near(kind: int, arc: StateArc) -> Hashable:
    return arc.ends[kind][0]


def _far(kind: int, arc: StateArc) -> Hashable:
    return arc.ends[kind][1]


def _lan(arc: StateArc) -> Hashable:
    return arc.lan


def _subnet(kind: int, length: int, arc: StateArc) -> Hashable:
    """A network that a link may be, where only near ends, or only far ones, are stated."""
    near, far = arc.ends[kind]
    stated = near or far
    return None if stated is None else ip_interface(f"{stated}/{length}").network


_Keys = tuple[_Key, _Key]
_WHOLE: tuple[_Keys, ...] = (
    *((partial(_whole, kind), partial(_whole_back, kind)) for kind in _KINDS), (_lan, _lan),
)  # fmt: skip
_SUBNETS = ((0, 127), (1, 31), (0, 126), (1, 30), (0, 125), (1, 29), (0, 64))
_HALVES: tuple[_Keys, ...] = (
    *((partial(_far, kind), partial(_near, kind)) for kind in _KINDS),
    *((partial(_near, kind), partial(_far, kind)) for kind in _KINDS),
    *((key, key) for key in (partial(_subnet, kind, length) for kind, length in _SUBNETS)),
)
