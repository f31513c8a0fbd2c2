"""Lists that no headend can push in one piece, cut where binding SIDs take over.

Problem: lists cut by binding SIDs (RFC 8402 §5; End.B6.Encaps of RFC 8986 §4.13), within one
operator or where the next operator takes over. A cut list is forwarded as the whole list is, so it
costs what that costs; the cuts only change who pushes what, and so which platforms' limits (RFC
9352 §4) count where.

Invariant: the ways to cut are tried in the order of preference, fewest binding SIDs and then fewest
SIDs in all; in each, what a limit asks of a segment rules out steps, and one label search finds the
best list that is left. So the first list found is the best. Exponential in the number of cuts, of
which there are at most :data:`MOST_BINDINGS`; a label search for each way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from netkit.model.network.elements import SidLimits
from netkit.model.srv6.segment_list import Binding, Segment
from netkit.planner.arrays import BoolArray, FloatArray
from netkit.planner.search.binding_layouts import (
    BindingCut,
    BindingLayout,
    SegmentSide,
    SidPosition,
    cuts,
)
from netkit.planner.search.fewest_sids import SEARCH_LIMIT, fewest_sids, most_segments
from netkit.planner.search.label_search import LabelSearch, Move, Moves
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
            search.best(_split_layouts(search, many, sids))
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
            search.best(_stitched_layouts(search, many, sids))
            for many in range(MOST_BINDINGS + 1 if self.cuts else 1)
            for sids in search.totals(many + 1)
        )
        return next(filter(None, tried), None)


def _split_layouts(search: CutSearch, many: int, sids: int) -> Iterator[BindingLayout]:
    """The ways to cut that have ``many`` binding SIDs and ``sids`` SIDs in all; shorter lists
    first, so that no End is there only for a binding SID to stand in its place."""
    for following in range(many, -1, -1):
        length = sids - 1 - following
        if search.tries(length, many, following):
            for found in cuts(length, many, following, search.most_pushed):
                yield BindingLayout(length, found)


def _stitched_layouts(search: CutSearch, many: int, sids: int) -> Iterator[BindingLayout]:
    """The ways with ``many`` binding SIDs before the hand-over and ``sids`` SIDs in all."""
    for length in range(max(1, search.shortest), min(sids - 1, SEARCH_LIMIT) + 1):
        for over in range(length):
            rest = length - 1 - over
            following = sids - 1 - length - (rest > 0)
            if rest > search.most_pushed or not 0 <= following <= many:
                continue
            border = (BindingCut(over + 1, length, replaces=False),) if rest else ()
            parts = (
                *over * (SegmentSide.OWN,),
                SegmentSide.HAND_OVER,
                *rest * (SegmentSide.NEIGHBOUR,),
            )
            for own in cuts(over + 1, many, following, search.most_pushed):
                yield BindingLayout(length, (*own, *border), parts)


class CutSearch:
    """Lists from ``src`` to ``dst`` for given layouts.

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
        self._to_go: dict[tuple[SidPosition, ...], FloatArray] = {}
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

    def best(self, layouts: Iterable[BindingLayout]) -> CutList | None:
        """The list of least (metric, delay) of any of the layouts, the earlier of equal ones."""
        labels = self._labels
        tried = (
            (labels.best((None,), layout.length, self._moves(layout.sid_positions)), layout)
            for layout in layouts
            if layout.size <= self._most_items
        )
        found = [(one, layout) for one, layout in tried if one is not None]
        if not found:
            return None
        best, layout = min(found, key=lambda one: one[0][:2])
        segments = labels.segments(best)
        return CutList(segments, tuple(self._binding(segments, cut) for cut in layout.cuts))

    def _moves(self, sid_positions: tuple[SidPosition, ...]) -> Moves[None]:
        """For each SID position of a layout in turn, the steps that can stand there."""
        return lambda _, left: (
            Move(
                self._fits(sid_positions[-left]),
                self._behind(sid_positions[len(sid_positions) - left + 1 :]),
                None,
            ),
        )

    def _behind(self, sid_positions: tuple[SidPosition, ...]) -> FloatArray:
        """Least sums from everywhere over segments for SID positions to the end, (r, k)."""
        if not sid_positions:
            return self._labels.home
        if sid_positions not in self._to_go:
            behind = self._behind(sid_positions[1:])
            if np.isfinite(behind).any():
                behind = self._labels.one_more(behind, self._fits(sid_positions[0]))
            self._to_go[sid_positions] = behind
        return self._to_go[sid_positions]

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
