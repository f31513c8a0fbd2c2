"""Two disjoint paths inside a bound, of least total delay, all of them: branch and bound in Python.

The plain reference of :mod:`netkit.planner.compiled.two_paths`, which says how it goes about it:
the same pairs, or as unsure after as many steps, so that both lead to the same lists.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from netkit.planner.arrays import DEEPEST, MOST_PAIRS, Way

Legs = tuple[list[int], list[int]]
"""The arcs of the faster and of the slower path, in no order."""


def best_pairs(way: Way, src: int, dst: int, bound_us: float, budget: int) -> list[Legs] | None:
    """Every pair of least total delay; a pair whose paths take as long comes both ways round. None
    where that takes more than ``budget`` steps, or finds too many. Delays must be above 0."""
    search = _Search(way, src, dst, bound_us, budget)
    try:
        return search.pairs()
    except _UnsureError:
        return None


class _UnsureError(Exception):
    """It takes too long, or there are too many."""


class _Search:
    """The faster path at hand: its arcs, its nodes between the ends, how often it has each risk."""

    def __init__(self, way: Way, src: int, dst: int, bound_us: float, budget: int) -> None:
        self._src, self._dst, self._bound_us, self._budget = src, dst, bound_us, budget
        self._near, self._far = way.near.tolist(), way.far.tolist()
        self._delay_us, self._left_us = way.delay_us.tolist(), way.left_us.tolist()
        first, risks, fits = way.first_risk.tolist(), way.risks.tolist(), way.fits.tolist()
        self._risks = [risks[start:end] for start, end in pairwise(first)]
        arcs, starts = way.arcs.tolist(), way.starts.tolist()
        self._leaving = [
            [arc for arc in arcs[start:end] if fits[arc]] for start, end in pairwise(starts)
        ]
        self._entering: list[list[int]] = [[] for _ in self._leaving]
        for arc in (arc for own in self._leaving for arc in own):
            self._entering[self._far[arc]].append(arc)
        self._taken: list[int] = []
        self._nodes, self._had = set[int](), [0] * (max(risks, default=-1) + 1)
        self._best_us, self._steps, self._found = 2 * bound_us, 0, list[Legs]()

    def pairs(self) -> list[Legs]:
        """All best pairs; none where no two paths keep clear of each other inside the bound."""
        sums, by = self._least_sums()
        if sums[self._dst] < math.inf:
            self._grow(self._src, 0.0, self._back(by), sums[self._dst])
        return self._found

    def _grow(self, node: int, gone_us: float, slower: list[int], slower_us: float) -> None:
        """Try every way on from the node that the faster path has come to. ``slower`` keeps clear
        of it so far, and takes the least that does: ``slower_us``."""
        for arc in self._leaving[node]:
            head = self._far[arc]
            onward_us = gone_us + self._delay_us[arc]
            whole_us = onward_us + self._left_us[head]
            if head in self._nodes or 2 * whole_us > self._best_us:
                continue
            if self._steps >= self._budget or len(self._taken) + 1 == DEEPEST:
                raise _UnsureError
            self._steps += 1
            self._take(arc)
            if head == self._dst:
                self._end(whole_us)
            else:
                other, other_us = slower, slower_us
                if not all(map(self._clear, slower)):
                    sums, by = self._least_sums()
                    other_us = sums[self._dst]
                    other = self._back(by) if other_us < math.inf else []
                if whole_us + max(whole_us, other_us) <= self._best_us:
                    self._grow(head, onward_us, other, other_us)
            self._take_back(arc)

    def _end(self, whole_us: float) -> None:
        """The faster path is at its end: note it with each of the slower ones, if it is best."""
        sums, _ = self._least_sums()
        slower_us = sums[self._dst]
        total_us = whole_us + max(whole_us, slower_us)
        if total_us > self._best_us or slower_us < whole_us:
            return
        if total_us < self._best_us:
            self._found.clear()
        self._best_us = total_us
        for other in self._least_paths(sums, self._dst, []):
            if len(self._found) == MOST_PAIRS:
                raise _UnsureError
            self._found.append((list(self._taken), other))

    def _least_paths(
        self, sums: Sequence[float], node: int, behind: list[int]
    ) -> Iterator[list[int]]:
        """Every path to ``node`` that keeps clear and takes as little as there is, with the arcs
        ``behind`` it."""
        if node == self._src:
            yield list(behind)
            return
        for arc in self._entering[node]:
            before_us = sums[self._near[arc]]
            if before_us + self._delay_us[arc] == sums[node] and self._clear(arc):
                if len(behind) == DEEPEST:
                    raise _UnsureError
                yield from self._least_paths(sums, self._near[arc], [*behind, arc])

    def _take(self, arc: int) -> None:
        self._taken.append(arc)
        if self._far[arc] != self._dst:
            self._nodes.add(self._far[arc])
        for risk in self._risks[arc]:
            self._had[risk] += 1

    def _take_back(self, arc: int) -> None:
        self._taken.pop()
        self._nodes.discard(self._far[arc])
        for risk in self._risks[arc]:
            self._had[risk] -= 1

    def _clear(self, arc: int) -> bool:
        """May the slower path cross an arc?"""
        if self._near[arc] in self._nodes or self._far[arc] in self._nodes:
            return False
        return not any(self._had[risk] for risk in self._risks[arc])

    def _back(self, by: Sequence[int]) -> list[int]:
        """The arcs of the path that a search has found, from its end back."""
        found, node = [], self._dst
        while node != self._src:
            found.append(by[node])
            node = self._near[by[node]]
        return found

    def _least_sums(self) -> tuple[list[float], list[int]]:
        """Least delays of a slower path to each node, as far as a path inside the bound that takes
        no more than the best to the end could come by; the arc each is reached by (A*)."""
        many, dst, left_us = len(self._leaving), self._dst, self._left_us
        sums, by = [math.inf] * many, [-1] * many
        sums[self._src] = 0.0
        queue = [(left_us[self._src], self._src)]
        while queue:
            key, node = heapq.heappop(queue)
            if key > sums[dst]:
                break
            if node == dst or key > sums[node] + left_us[node]:
                continue
            for arc in self._leaving[node]:
                head, onward_us = self._far[arc], sums[node] + self._delay_us[arc]
                over_us = onward_us + left_us[head]
                if onward_us < sums[head] and over_us <= self._bound_us and self._clear(arc):
                    sums[head], by[head] = onward_us, arc
                    heapq.heappush(queue, (over_us, head))
        return sums, by
