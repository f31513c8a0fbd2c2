"""The lists of many pairs as compiled code wants them, and what it finds out as outcomes.

Everything is as :class:`~netkit.planner.protection.phases.Phases` says it, pair by pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from netkit.errors import ReplayError
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier, Effect, Failure
from netkit.model.srv6.segment_list import Segment
from netkit.planner.arrays import Figures, IntArray, packing
from netkit.planner.compiled.after_failure import LISTS, Fates, Lists, fates
from netkit.planner.compiled.least_sums import Side
from netkit.planner.compiled.repaired_ways import Failing
from netkit.planner.network.asked_rows import whole
from netkit.planner.network.crossing import Crossing
from netkit.planner.network.igp import Igp
from netkit.planner.proof.replay import itinerary
from netkit.planner.protection.repaired import LOST, judged
from netkit.planner.protection.ti_lfa import Failed

_CARRIERS = Carrier.PRIMARY, Carrier.BACKUP, Carrier.IGP

_ROOM = 200_000
"""Nodes times pairs that are looked at together: what is known of ways lies in tables."""

_Steps = list[tuple[int, int]]


@dataclass(frozen=True)
class SweptLists:
    """Pairs that have a primary, with their lists as arrays, and the SIDs of each list."""

    igp: Igp
    pairs: Sequence[PairPlan]
    lists: Lists
    sids: tuple[tuple[int, int, int], ...]
    shift: int

    @classmethod
    def of(cls, igp: Igp, pairs: Sequence[PairPlan]) -> SweptLists | None:
        """None where lists steer in several planes, or what they want is not there, or metrics of 0
        close a loop, or are too large: the plain way then answers."""
        network = igp.network
        shift = packing(network.metric, len(network.nodes))
        if shift is None or igp.loops:
            return None
        try:
            own = [_steps_of_all(igp, pair) for pair in pairs]
        except ReplayError:
            return None
        steps = [one for three in own if three is not None for one in three]
        if len(steps) < LISTS * len(pairs):
            return None
        return cls(igp, pairs, _as_arrays(igp, pairs, steps), tuple(map(_sids, pairs)), shift)

    def effects(self, failure: Failure, rows: Sequence[int]) -> list[Effect]:
        """What a failure does to the pairs of these numbers."""
        gone = Failed.by(failure, self.igp.network)
        now, size = self._failing(gone), max(1, _ROOM // len(self.igp.network.nodes))
        found: list[Effect] = []
        for first in range(0, len(rows), size):
            some = rows[first : first + size]
            fate = fates(now, self.lists, np.array(some))
            found.extend(self._told(failure, some, fate))
        return found

    def _failing(self, gone: Failed) -> Failing:
        network, igp, worst_us = self.igp.network, self.igp, whole(self.igp.worst_us)
        into, ends = network.incoming
        nodes = np.zeros(len(network.nodes), dtype=np.bool_)
        nodes[list(gone.nodes)] = True
        return Failing(
            network.tables, Figures(whole(igp.distance), worst_us, worst_us),
            Crossing(igp, gone.arcs).barred, network.tail, Side(ends, network.incoming_tails),
            into, self.shift, nodes, gone.arcs,
        )  # fmt: skip

    def _told(self, failure: Failure, rows: Sequence[int], fate: Fates) -> Iterator[Effect]:
        columns = (column.tolist() for column in fate)
        for row, us, sids, switched, carrier, after_us in zip(rows, *columns, strict=True):
            pair, own = self.pairs[row], self.sids[row]
            repaired = reconverged = backup = LOST
            if us >= 0:
                repaired = judged(pair, int(us), own[0] + sids, Carrier.PRIMARY)
            if switched and pair.backup is not None:
                worst_us = pair.backup.certificate.guaranteed_us
                backup = judged(pair, worst_us, own[1], Carrier.BACKUP)
            if carrier >= 0:
                reconverged = judged(pair, int(after_us), own[carrier], _CARRIERS[carrier])
            yield Effect(failure, repaired, backup, reconverged)


def _sids(pair: PairPlan) -> tuple[int, int, int]:
    primary, backup = (0 if one is None else one.most_sids for one in (pair.primary, pair.backup))
    return primary, backup, 1


def _steps_of_all(igp: Igp, pair: PairPlan) -> tuple[_Steps, _Steps, _Steps] | None:
    """Those of primary, backup and the empty list; None where one leaves algorithm 0."""
    lists = [() if one is None else one.segments for one in (pair.primary, pair.backup)]
    primary, backup, igp_alone = (_steps(igp, pair, segments) for segments in (*lists, ()))
    if primary is None or backup is None or igp_alone is None:
        return None
    return primary, backup, igp_alone


def _steps(igp: Igp, pair: PairPlan, segments: tuple[Segment, ...]) -> _Steps | None:
    """Legs from node to node, and arcs with -1."""
    steps: _Steps = []
    for leg in itinerary(igp, pair.demand.src, segments, pair.demand.dst, ()):
        if isinstance(leg, int):
            steps.append((leg, -1))
        elif leg[0]:
            return None
        else:
            steps.append(leg[1:])
    return steps


def _as_arrays(igp: Igp, pairs: Sequence[PairPlan], steps: Sequence[_Steps]) -> Lists:
    exists = [there for pair in pairs for there in (True, pair.backup is not None, True)]
    flat = np.array([step for one in steps for step in one], dtype=np.int64).reshape(-1, 2)
    arcs = [own for pair in pairs for own in ((), _arcs(igp, pair), ())]
    return Lists(
        np.array(exists, dtype=np.bool_), _firsts(steps), flat[:, 0].copy(), flat[:, 1].copy(),
        _firsts(arcs), np.array([arc for own in arcs for arc in own], dtype=np.int64),
    )  # fmt: skip


def _arcs(igp: Igp, pair: PairPlan) -> Sequence[int]:
    """All that any branch of the backup may cross."""
    if pair.backup is None:
        return ()
    return [igp.network.arc_index[key] for key in pair.backup.certificate.links]


def _firsts(parts: Sequence[Sequence[object]]) -> IntArray:
    """Where each of them begins, side by side, and where the last one ends."""
    return np.array([0, *accumulate(map(len, parts))], dtype=np.int64)
