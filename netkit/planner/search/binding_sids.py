"""Lists that no headend can push in one piece, cut where binding SIDs take over.

Problem: lists cut by binding SIDs (RFC 8402 §5; End.B6.Encaps of RFC 8986 §4.13), within one
operator or where the next operator takes over. A cut list is forwarded as the whole list is, so it
costs what that costs; the cuts only change who pushes what, and so which platforms' limits (RFC
9352 §4) count where.

Invariant: the ways to cut are tried in the order of preference, fewest binding SIDs and then fewest
SIDs in all; what a limit asks of a segment rules out steps. One label search for each number of
segments grows the lists of all ways at once, its state being the cuts made so far: ways that begin
alike share their labels, and one that can no longer keep the bound is followed no further. So the
first list found is the best. There are O(L^2b) ways to make b cuts in L segments, b being at most
:data:`MOST_BINDINGS`; what is least still to come is known for all of them by O(L^3 b^2) shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from netkit.model.network.elements import SidLimits
from netkit.model.srv6.segment_list import Binding, Segment
from netkit.planner.arrays import BoolArray, FloatArray
from netkit.planner.search.binding_layouts import (
    DONE,
    BindingCut,
    Layouts,
    SegmentSide,
    Shape,
    SidPosition,
)
from netkit.planner.search.fewest_sids import SEARCH_LIMIT, fewest_sids, most_segments
from netkit.planner.search.label_search import Found, LabelSearch, Move, Moves
from netkit.planner.search.list_search import CutList
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

MOST_BINDINGS = 3
"""More cuts than this are never tried; each is state in the network."""

_UNLIMITED = SidLimits(SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT)


@dataclass(frozen=True, slots=True)
class SplitLists:
    """Lists of fewest SIDs, cut inside the operator only where no whole one fits the platforms.

    Of cut ones least in binding SIDs, then in SIDs pushed by all, metric, guaranteed delay; then
    the shorter list, the earlier cut, a fixed order of segments. ``max_sids`` bounds what each node
    pushes.
    """

    def found(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> CutList | None:
        """The best list from ``src`` to ``dst``; None where there is none."""
        whole = fewest_sids(costs, src, dst, bound_us, max_sids)
        if whole is not None:
            return CutList(whole)
        search = CutSearch(costs, src, dst, bound_us, max_sids)
        tried = (
            search.best(_split_lists(search, many, sids))
            for many in range(1, MOST_BINDINGS + 1)
            for sids in search.totals(many)
        )
        return next(filter(None, tried), None)


@dataclass(frozen=True, slots=True)
class StitchedLists:
    """Lists to another operator, whose border pushes what lies beyond the hand-over.

    Least in SIDs pushed by headend and border together, then in metric, guaranteed delay; then the
    shorter list, the earlier hand-over in it, a fixed order of segments. Where none fits and
    ``cuts`` are allowed, the part before the hand-over is cut as well, as seldom as can be.
    """

    cuts: bool

    def found(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> CutList | None:
        """The best list from ``src`` to ``dst``; None where there is none."""
        search = CutSearch(costs, src, dst, bound_us, max_sids)
        tried = (
            search.best(_stitched_lists(search, many, sids))
            for many in range(MOST_BINDINGS + 1 if self.cuts else 1)
            for sids in search.totals(many + 1)
        )
        return next(filter(None, tried), None)


class _Lists(NamedTuple):
    """Lists of ``length`` segments and ``many`` cuts, ``following`` with a SID of their own."""

    length: int
    many: int
    following: int
    beyond: int | None = None


def _split_lists(search: CutSearch, many: int, sids: int) -> Iterator[_Lists]:
    """Those with ``many`` binding SIDs and ``sids`` SIDs in all; shorter lists first, so that no
    End is there only for a binding SID to stand in its place."""
    for following in range(many, -1, -1):
        length = sids - 1 - following
        if search.tries(length, many, following):
            yield _Lists(length, many, following)


def _stitched_lists(search: CutSearch, many: int, sids: int) -> Iterator[_Lists]:
    """Those with ``many`` binding SIDs before the hand-over and ``sids`` SIDs in all."""
    for length in range(max(1, search.shortest), min(sids - 1, SEARCH_LIMIT) + 1):
        for over in range(length):
            beyond = length - 1 - over
            border = beyond > 0
            following = sids - 1 - length - border
            if beyond <= search.most_pushed and 0 <= following <= many:
                yield _Lists(length, many + border, following + border, beyond)


class _Cuts(NamedTuple):
    """The state of a search: what is to come, and the cuts made so far."""

    shape: Shape
    made: tuple[BindingCut, ...] = ()


class CutSearch:
    """Lists from ``src`` to ``dst``, cut in given ways.

    ``shortest``: segments of the shortest list that keeps the bound, platforms' limits aside, or
    more than are tried if there is none.
    """

    def __init__(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> None:
        network = costs.igp.network
        free = fewest_sids(unlimited(costs), src, dst, bound_us)
        self.shortest = SEARCH_LIMIT + 1 if free is None else len(free)
        self._most_items = most_segments(network, src, dst, max_sids)
        self._costs, self._ends, self._bound_us = costs, (src, dst), bound_us
        self._network, self._max_sids = network, max_sids
        self._to_go: dict[tuple[Layouts, Shape, int], FloatArray | None] = {}
        self._able: dict[SidPosition, BoolArray] = {}

    @cached_property
    def _labels(self) -> LabelSearch:
        graph = SearchGraph(self._costs, *self._ends, self._bound_us)
        return LabelSearch(graph, self._bound_us)

    @cached_property
    def most_pushed(self) -> int:
        """SIDs that some node can push."""
        most = int(self._network.max_h_encaps[self._labels.graph.nodes].max())
        return most if self._max_sids is None else min(most, self._max_sids)

    def totals(self, bindings: int) -> range:
        """The numbers of SIDs, all that are pushed counted, that a cut list can have."""
        possible = self.shortest <= SEARCH_LIMIT and self._most_items > 0
        return range(self.shortest + 1, SEARCH_LIMIT + bindings + 2) if possible else range(0)

    def tries(self, length: int, many: int, following: int) -> bool:
        """Can any list of that many segments and cuts be one that the headend pushes?"""
        least_items = length - many * (self.most_pushed - 1) - (many - following)
        return self.shortest <= length <= SEARCH_LIMIT and least_items <= self._most_items

    def best(self, kinds: Iterable[_Lists]) -> CutList | None:
        """The list of least (metric, delay) of any of the kinds; of equal ones that of the first
        kind, with the earlier cut."""
        found = [
            (one[:2], number, tuple(cut.order for cut in made), one, made)
            for number, kind in enumerate(kinds)
            for made, one in self._lists(kind)
        ]
        if not found:
            return None
        *_, best, made = min(found)
        segments = self._labels.segments(best)
        return CutList(segments, tuple(self._binding(segments, cut) for cut in made))

    def _lists(self, kind: _Lists) -> Iterator[tuple[tuple[BindingCut, ...], Found]]:
        """The best list of each way to cut."""
        layouts = Layouts(self.most_pushed, kind.beyond)
        starts = (
            _Cuts(Shape(items, kind.many, kind.following))
            for items in range(1, min(self._most_items, kind.length + kind.following) + 1)
        )
        moves = self._moves(layouts, kind.length)
        for state, found in self._labels.found(starts, kind.length, moves).items():
            yield state.made, found

    def _moves(self, layouts: Layouts, length: int) -> Moves[_Cuts]:
        def moves(state: _Cuts, left: int) -> Iterator[Move[_Cuts]]:
            for position, shape, begins in layouts.choices(state.shape, left):
                behind = self._behind(layouts, shape, left - 1)
                if behind is not None:
                    made = state.made
                    if begins:
                        first = length - left + 1
                        made = (*made, BindingCut(first, first + shape.size, position.end))
                    yield Move(self._fits(position), behind, _Cuts(shape, made))

        return moves

    def _behind(self, layouts: Layouts, shape: Shape, left: int) -> FloatArray | None:
        """Least sums (r, k) from everywhere over ``left`` segments of that shape to the end, each
        sum by itself; None if no such list ends."""
        if left == 0:
            return self._labels.home if shape == DONE else None
        key = layouts, shape, left
        if key not in self._to_go:
            least = None
            for position, then, _ in layouts.choices(shape, left):
                behind = self._behind(layouts, then, left - 1)
                if behind is not None:
                    more = self._labels.one_more(behind, self._fits(position))
                    least = more if least is None else np.minimum(least, more)
            self._to_go[key] = least if least is not None and np.isfinite(least).any() else None
        return self._to_go[key]

    def _fits(self, position: SidPosition) -> BoolArray:
        """The steps of the search graph that can stand in a SID position, shape (p,)."""
        if position not in self._able:
            network, graph = self._network, self._labels.graph
            able = graph.able(position.segments_left)
            onto = graph.nodes[graph.to]
            if position.end:
                able &= ~graph.end_x
            if position.pushes:
                able &= network.max_h_encaps[onto] >= position.pushes
                able &= network.max_segments_left[onto] >= position.binding_left
                able &= onto != self._ends[0]
            if position.header is not None:
                able &= network.max_end_d[graph.by] >= position.header
            if position.part is not None:
                able &= self._lies(position.part)
            self._able[position] = able
        return self._able[position]

    def _lies(self, part: SegmentSide) -> BoolArray:
        network, graph = self._network, self._labels.graph
        across: BoolArray = graph.end_x.copy()
        across[across] = ~network.igp[graph.number[across]]
        if part is SegmentSide.HAND_OVER:
            return across
        own: BoolArray = network.operator[graph.by] == network.operator[self._ends[0]]
        here: BoolArray = ~across & (own if part is SegmentSide.OWN else ~own)
        return here

    def _binding(self, segments: tuple[Segment, ...], cut: BindingCut) -> Binding:
        before = segments[cut.first - 1]
        if before.link is None:
            algorithm = before.algorithm if cut.replaces else 0
            return Binding(before.node, cut.first, cut.end, algorithm=algorithm)
        arc = self._network.arcs[self._network.arc_index[before.link, before.node]]
        return Binding(arc.dst, cut.first, cut.end)


def unlimited(costs: SteeringCosts) -> SteeringCosts:
    """The same on platforms without limits."""
    network = costs.igp.network
    nodes = tuple(replace(node, sid_limits=_UNLIMITED) for node in network.nodes)
    return replace(costs, igp=replace(costs.igp, network=replace(network, nodes=nodes)))
