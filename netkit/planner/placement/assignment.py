"""Pairing (结对子): a whole table of demands on sites with capacities, as the optimum.

A mixed integer program (HiGHS), solved goal after goal, each held while the next is sought: least
unplaced; least at targets that the class likes less; least delay times amount; fewest pairs of
city and site; at last the sites that come first. All amounts are whole numbers of the smallest
decimal in use, so each goal but bandwidth's is a whole number and is held exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.placement.assignment import (
    Assignment,
    ComputeDemand,
    ExtraCapacity,
    Pairing,
    Unplaced,
)
from netkit.model.placement.workload import Obstacle, Option, Placement, Refusal, Site
from netkit.model.progress import Progress
from netkit.planner.arrays import FloatArray, IntArray
from netkit.planner.placement.lexicographic_milp import LexicographicProgram
from netkit.planner.placement.placer import Placer

_MBPS = 1_000_000


def pair_up(
    placer: Placer,
    demands: Sequence[ComputeDemand],
    unit: str,
    *,
    split: bool = True,
    progress: Progress | None = None,
) -> Pairing:
    """Assign ``demands`` to the placer's sites, inside their capacities and classes.

    Without ``split`` each demand goes to one site or nowhere. Backup sites are named; room is not
    kept there. ``progress`` is called with (done, all) while delays are certified. Exponential in
    the worst case; what the solver leaves undecided is not ``proved``.
    """
    placements = []
    for demand in demands:
        placements.append(placer.place(demand.city, demand.workload))
        if progress is not None:
            progress(len(placements), len(demands))
    table = _Table.of(placer.sites, demands, placements, split=split)
    amounts, proved = table.assign()
    assignments = [
        Assignment(demands[i], option, amount)
        for (i, option), amount in zip(table.columns, amounts, strict=True)
        if amount
    ]
    left = table.left_over(amounts)
    unplaced = [
        Unplaced(demand, amount, placement.refusal or _full(placement, demand, split=split))
        for demand, placement, amount in zip(demands, placements, left, strict=True)
        if amount
    ]
    short = any(one.refusal.obstacle is Obstacle.CAPACITY for one in unplaced)
    additions = table.additions() if short else ()
    return Pairing(
        unit, split, placer.sites, tuple(assignments), tuple(unplaced), additions, proved
    )


def _full(placement: Placement, demand: ComputeDemand, *, split: bool) -> Refusal:
    sites = tuple(option.site for option in placement.options)
    return Refusal(Obstacle.CAPACITY, sites=sites, amount=None if split else demand.amount)


@dataclass(frozen=True)
class _Table:
    """Columns (demand, option) of what is possible, as arrays of shape (c,).

    ``row`` and ``site`` are numbers of demand and site, ``unit`` what one step of the column's
    variable amounts to, ``most`` its largest value; ``mbps`` is the bandwidth of one step.
    """

    sites: Sequence[Site]
    demands: Sequence[ComputeDemand]
    columns: Sequence[tuple[int, Option]]
    scale: int
    row: IntArray
    site: IntArray
    pair: IntArray
    rank: IntArray
    delay_us: IntArray
    unit: FloatArray
    most: FloatArray
    mbps: FloatArray

    @classmethod
    def of(
        cls,
        sites: Sequence[Site],
        demands: Sequence[ComputeDemand],
        placements: Sequence[Placement],
        *,
        split: bool,
    ) -> _Table:
        """Number what is possible, demand by demand, sites in their order."""
        number = {site.name: j for j, site in enumerate(sites)}
        columns = [
            (i, option)
            for i, placement in enumerate(placements)
            for option in sorted(placement.options, key=lambda one: number[one.site.name])
        ]
        given = [one.amount for one in demands] + [s.capacity for s in sites if s.capacity]
        scale = next(
            s for s in (1, 10, 100, 1000) if s == 1000 or all(_whole(g * s) for g in given)
        )
        names = [(demands[i].city.name, option.site.name) for i, option in columns]
        pairs = {name: k for k, name in enumerate(dict.fromkeys(names))}
        whole = np.array([round(demands[i].amount * scale) for i, _ in columns], dtype=np.float64)
        wide = np.array([(demands[i].bandwidth_bps or 0) / _MBPS for i, _ in columns])
        unit = np.ones(len(columns)) if split else whole
        return cls(
            sites,
            demands,
            columns,
            scale,
            np.array([i for i, _ in columns], dtype=np.int64),
            np.array([number[option.site.name] for _, option in columns], dtype=np.int64),
            np.array([pairs[name] for name in names], dtype=np.int64),
            np.array([demands[i].workload.targets.index(o.target) for i, o in columns], np.int64),
            np.array([option.reach.delay_us for _, option in columns], dtype=np.int64),
            unit,
            whole / unit,
            wide * unit / whole,
        )

    def assign(self) -> tuple[list[float], bool]:
        """The amount of each column, and whether that is proved best."""
        if not self.columns:
            return [], True
        goals = LexicographicProgram(self.most, self.pair)
        goals.at_most(self.row, self.unit, self._wanted())
        goals.at_most(self.site, self.unit, self._room())
        goals.at_most(self.site, self.mbps, self._bandwidth())
        solved = goals.solve(
            [
                -self.unit,
                self.unit * self.rank,
                self.unit * self.delay_us,
                self._marks(),
                self.unit * self.site,
            ]
        )
        steps = np.rint(solved.values[: len(self.columns)]) * self.unit / self.scale
        return [round(float(step), 3) for step in steps], solved.proved

    def left_over(self, amounts: Sequence[float]) -> list[float]:
        """What of each demand the amounts do not place."""
        placed = np.bincount(self.row, amounts, minlength=len(self.demands))
        return [round(d.amount - float(p), 3) for d, p in zip(self.demands, placed, strict=True)]

    def additions(self) -> tuple[ExtraCapacity, ...] | None:
        """The least capacity, then bandwidth, then delay, with which nothing lacks room."""
        many, count = len(self.sites), len(self.columns)
        goals = LexicographicProgram(self.most, self.pair, whole=many, free=many)
        capacity = count + goals.groups + np.arange(many)
        bandwidth = capacity + many
        goals.exactly(self.row, self.unit, self._wanted())
        goals.at_most(self.site, self.unit, self._room(), less=capacity)
        goals.at_most(self.site, self.mbps, self._bandwidth(), less=bandwidth)
        solved = goals.solve(
            [
                _ones(goals.width, capacity),
                _ones(goals.width, bandwidth),
                self.unit * self.delay_us,
            ]
        )
        if not solved.proved:
            return None
        found = [
            ExtraCapacity(
                site,
                round(float(solved.values[capacity[j]]) / self.scale, 3),
                round(float(solved.values[bandwidth[j]]) * _MBPS),
            )
            for j, site in enumerate(self.sites)
        ]
        return tuple(one for one in found if one.amount or one.bandwidth_bps)

    def _marks(self) -> FloatArray:
        pairs = int(self.pair.max()) + 1
        return np.concatenate((np.zeros(len(self.columns)), np.ones(pairs)))

    def _wanted(self) -> FloatArray:
        """What each demand wants, where it has a column."""
        return np.array([round(one.amount * self.scale) for one in self.demands], np.float64)

    def _room(self) -> FloatArray:
        limits = (np.inf if s.capacity is None else s.capacity * self.scale for s in self.sites)
        return np.floor(np.fromiter(limits, np.float64) + 0.5)

    def _bandwidth(self) -> FloatArray:
        limits = (s.bandwidth_bps for s in self.sites)
        return np.array([np.inf if bps is None else bps / _MBPS for bps in limits])


def _ones(width: int, at: IntArray) -> FloatArray:
    goal = np.zeros(width)
    goal[at] = 1
    return goal


def _whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6
