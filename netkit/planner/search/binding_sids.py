"""Lists that no headend can push in one piece, cut where binding SIDs take over.

A cut list is forwarded as the whole list is, so it costs what that costs; the cuts only change who
pushes what, and so which platforms' limits count where. The search tries the ways to cut in the
order of preference; in each, what a limit asks of a segment rules out steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from netkit.model.network.elements import SidLimits
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Binding, Segment
from netkit.planner.network.network import BoolArray, FloatArray
from netkit.planner.search.binding_layouts import (
    BindingCut,
    BindingLayout,
    SegmentSide,
    SidPosition,
    cuts,
)
from netkit.planner.search.constrained_lists import ConditionedSearch
from netkit.planner.search.fewest_sids import (
    SEARCH_LIMIT,
    cheapest,
    fewest_sids,
    most_segments,
    onward_us,
)
from netkit.planner.search.search_graph import SearchGraph
from netkit.planner.search.segment_costs import SteeringCosts

MOST_BINDINGS = 3
"""More cuts than this are never tried; each is state in the network."""

_UNLIMITED = SidLimits(SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT)


@dataclass(frozen=True, slots=True)
class CutList:
    """A list without its service SID, and where it is cut."""

    segments: tuple[Segment, ...]
    bindings: tuple[Binding, ...] = ()


def split_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None = None
) -> CutList | None:
    """The cut list from ``src`` to ``dst`` that guarantees ``bound_us``; None where there is none.

    Least in binding SIDs, then in SIDs pushed by all, metric, guaranteed delay; then the shorter
    list, the earlier cut, a fixed order of segments. ``max_sids`` bounds what each node pushes.
    """
    search = CutSearch(costs, src, dst, bound_us, max_sids)
    for many in range(1, MOST_BINDINGS + 1):
        for sids in search.totals(many):
            found = search.best(_layouts(search, many, sids))
            if found is not None:
                return found
    return None


def _layouts(search: CutSearch, many: int, sids: int) -> Iterator[BindingLayout]:
    """The ways to cut that have ``many`` binding SIDs and ``sids`` SIDs in all; shorter lists
    first, so that no End is there only for a binding SID to stand in its place."""
    for following in range(many, -1, -1):
        length = sids - 1 - following
        if search.tries(length, many, following):
            for found in cuts(length, many, following, search.most_pushed):
                yield BindingLayout(length, found)


class CutSearch:
    """Lists from ``src`` to ``dst`` for given layouts.

    ``shortest``: segments of the shortest list that keeps the bound, platforms' limits aside, or
    more than are tried if there is none; ``most_pushed``: SIDs that some node can push.
    """

    def __init__(
        self, costs: SteeringCosts, src: int, dst: int, bound_us: float, max_sids: int | None
    ) -> None:
        network = costs.igp.network
        free = fewest_sids(unlimited(costs), src, dst, bound_us).segments
        self.shortest = SEARCH_LIMIT + 1 if free is None else len(free)
        self._most_items = most_segments(network, src, dst, max_sids)
        self._src, self._bound_us = src, bound_us
        self._network = network
        if free is None:
            return
        self._window = window = SearchGraph(costs, src, dst, bound_us)
        most = int(network.max_h_encaps[window.nodes].max())
        self.most_pushed = most if max_sids is None else min(most, max_sids)
        self._conditioned = (
            None if costs.plain else ConditionedSearch(window, dst, bound_us, self._fits)
        )
        self._to_go: dict[tuple[SidPosition, ...], FloatArray] = {(): window.home_us}
        self._able: dict[SidPosition, BoolArray] = {}

    def totals(self, bindings: int) -> range:
        """The numbers of SIDs, all that are pushed counted, that a cut list can have."""
        return range(self.shortest + 1, SEARCH_LIMIT + bindings + 2) if self._possible else range(0)

    def tries(self, length: int, many: int, following: int) -> bool:
        """Can any list of that many segments and cuts be one that the headend pushes?"""
        least_items = length - many * (self.most_pushed - 1) - (many - following)
        return self.shortest <= length <= SEARCH_LIMIT and least_items <= self._most_items

    @property
    def _possible(self) -> bool:
        return self.shortest <= SEARCH_LIMIT and self._most_items > 0

    def best(self, layouts: Iterable[BindingLayout]) -> CutList | None:
        """The list of least (metric, delay) of any of the layouts, the earlier of equal ones."""
        found: list[tuple[float, float, int, CutList]] = []
        for number, layout in enumerate(layouts):
            if layout.size <= self._most_items:
                for cost, delay_us, segments in self._of(layout.slots):
                    whole = CutList(segments, self._bindings(segments, layout.cuts))
                    found.append((cost, delay_us, number, whole))
        return min(found, key=lambda one: one[:3])[-1] if found else None

    def _of(
        self, slots: tuple[SidPosition, ...]
    ) -> Iterator[tuple[float, float, tuple[Segment, ...]]]:
        """Metric, delay and segments of the best list, if there is one."""
        window, bound_us = self._window, self._bound_us
        if not slots:
            return
        onward = onward_us(window, self._behind(slots[1:]), self._fits(slots[0]))
        if (window.first_us[0] + onward).min() > bound_us:
            return
        if self._conditioned is None:
            able = [self._fits(slot) for slot in slots]
            to_go = [self._behind(slots[len(slots) - left :]) for left in range(len(slots))]
            best = cheapest(window, bound_us, to_go, able)
            yield best.cost, best.delay_us, best.segments
        else:
            partial = self._conditioned.best(slots)
            if partial is not None:
                segments = tuple(window.segment(step) for step in partial.steps)
                yield partial.cost, partial.delay_us, segments

    def _behind(self, slots: tuple[SidPosition, ...]) -> FloatArray:
        """Least delay from every position over segments for ``slots`` to the end, shape (k,)."""
        if slots not in self._to_go:
            behind = self._behind(slots[1:])
            if np.isfinite(behind).any():
                onward = onward_us(self._window, behind, self._fits(slots[0]))
                behind = (self._window.all_us + onward).min(axis=1)
            self._to_go[slots] = behind
        return self._to_go[slots]

    def _fits(self, slot: SidPosition) -> BoolArray:
        """The steps of the window that can stand in ``slot``, shape (p,)."""
        if slot not in self._able:
            network, window = self._network, self._window
            able = window.able(slot.segments_left)
            by, onto = window.by, window.nodes[window.to]
            if slot.end:
                able &= window.kind == 0
            if slot.pushes:
                able &= network.max_h_encaps[onto] >= slot.pushes
                able &= network.max_segments_left[onto] >= slot.binding_left
                able &= onto != self._src
            if slot.header is not None:
                able &= network.max_end_d[by] >= slot.header
            if slot.part is not None:
                able &= self._lies(slot.part)
            self._able[slot] = able
        return self._able[slot]

    def _lies(self, part: SegmentSide) -> BoolArray:
        network, window = self._network, self._window
        across: BoolArray = window.kind == 1
        across[across] = ~network.igp[window.number[across]]
        if part is SegmentSide.HAND_OVER:
            return across
        own: BoolArray = network.operator[window.by] == network.operator[self._src]
        here: BoolArray = ~across & (own if part is SegmentSide.OWN else ~own)
        return here

    def _bindings(
        self, segments: tuple[Segment, ...], made: tuple[BindingCut, ...]
    ) -> tuple[Binding, ...]:
        return tuple(self._binding(segments[cut.first - 1], cut) for cut in made)

    def _binding(self, before: Segment, cut: BindingCut) -> Binding:
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


def stitched_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, options: PlanOptions
) -> CutList | None:
    """The list from ``src`` to ``dst`` of another operator; None where there is none.

    Least in SIDs pushed by headend and border together, then in metric, guaranteed delay; then the
    shorter list, the earlier hand-over in it, a fixed order of segments. Where none fits and
    binding SIDs are allowed, the part before the hand-over is cut as well, as seldom as can be.
    """
    search = CutSearch(costs, src, dst, bound_us, options.max_sids)
    for many in range(MOST_BINDINGS + 1 if options.binding_sids else 1):
        for sids in search.totals(many + 1):
            found = search.best(_stitched_layouts(search, many, sids))
            if found is not None:
                return found
    return None


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
