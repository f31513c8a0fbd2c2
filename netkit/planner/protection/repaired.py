"""A packet of a primary while the neighbours of a failure repair locally, and nobody else knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier, Outcome
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.verdict import Verdict, judge
from netkit.planner.network.igp import Igp
from netkit.planner.proof.replay import Replay
from netkit.planner.protection.ti_lfa import Failed, Repair, Repairs

LOST = Outcome(Verdict.BREACH)
"""Packets do not arrive."""


def judged(pair: PairPlan, worst_us: int, sids: int, carrier: Carrier) -> Outcome:
    """A phase in which packets arrive, against the bound of the pair."""
    return Outcome(judge(worst_us, 0, pair.demand.bound_us), worst_us, sids, carrier)


class Repaired:
    """A packet of the primary on the old tables, repaired wherever it meets the failure."""

    def __init__(self, igp: Igp, gone: Failed, repairs: Repairs, pair: PairPlan) -> None:
        self._igp = igp
        self._gone = gone
        self._repairs = repairs
        self._pair = pair
        self._segments = () if pair.primary is None else pair.primary.segments
        self._sids = 0 if pair.primary is None else pair.primary.most_sids
        self._known: dict[tuple[int, int], tuple[int, int] | None] = {}
        self._crossed_arcs: set[int] = set()
        self._taken: set[tuple[int, int, int, Repair]] = set()

    def outcome(self) -> Outcome:
        """The worst of all branches; a branch that is lost loses the pair."""
        network, demand = self._igp.network, self._pair.demand
        found = self._from(network.index[demand.src], 0)
        if found is None:
            return LOST
        worst_us, extra = found
        return judged(self._pair, worst_us, self._sids + extra, Carrier.PRIMARY)

    def links(self) -> frozenset[tuple[str, str]]:
        """(link id, headend) of all that any branch may cross, those of the repairs too."""
        self.outcome()
        arcs = self._igp.network.arcs
        found = {arcs[arc].key for arc in self._crossed_arcs}
        return frozenset(found.union(*(self._of(*taken) for taken in self._taken)))

    def _of(self, node: int, to: int, algorithm: int, repair: Repair) -> set[tuple[str, str]]:
        """What a repair crosses, by the old tables, on its way from a node to its target."""
        network = self._igp.network
        handed = {network.arcs[arc].key for arc in repair.handed}
        start = int(network.head[repair.handed[0]]) if repair.handed else node
        steps = [self._segment(*step, algorithm) for step in repair.steps]
        target = network.nodes[to].name
        if algorithm:  # the last leg is of the same plane; a replay would end by algorithm 0
            steps.append(Segment(Behavior.END, target, algorithm=algorithm))
        replay = Replay(self._igp, network.nodes[start].name, tuple(steps), target)
        return handed | set(replay.certificate.links)

    def _segment(self, kind: int, number: int, algorithm: int) -> Segment:
        """What a step of a repair stands for."""
        network = self._igp.network
        if kind == 0:
            return Segment(Behavior.END, network.nodes[number].name, algorithm=algorithm)
        link, headend = network.arcs[number].key
        return Segment(Behavior.END_X, headend, link, algorithm)

    def _from(self, node: int, done: int) -> tuple[int, int] | None:
        """Worst delay still ahead and most repair SIDs at once; None where a packet is lost."""
        key = (node, done)
        if key not in self._known:
            self._known[key] = self._step(node, done)
        return self._known[key]

    def _step(self, node: int, done: int) -> tuple[int, int] | None:
        network, ended = self._igp.network, done == len(self._segments)
        name = self._pair.demand.dst if ended else self._segments[done].node
        target = network.index[name]
        if node != target:
            return self._worst(self._forwarded(node, done, target))
        if ended:
            return (0, 0)
        segment = self._segments[done]
        if segment.kind is Behavior.END:
            return self._from(node, done + 1)
        arc = network.arc_index[(segment.link or "", segment.node)]
        return self._crossed(node, arc, int(network.head[arc]), done + 1, land=True)

    def _algorithm(self, done: int) -> int:
        """Of the SID that is active once ``done`` segments are: the service SID's is 0."""
        return self._segments[done].algorithm if done < len(self._segments) else 0

    def _forwarded(self, node: int, done: int, target: int) -> Iterator[tuple[int, int] | None]:
        for arc in self._igp.plane(self._algorithm(done)).next_arcs(node, target):
            if arc in self._gone.links:
                yield self._crossed(node, arc, target, done, land=False)
            else:
                yield self._crossed(node, arc, int(self._igp.network.head[arc]), done, land=False)

    def _crossed(
        self, node: int, arc: int, to: int, done: int, *, land: bool
    ) -> tuple[int, int] | None:
        """Over ``arc``, or by repair to ``to`` where it failed; then on from there."""
        if arc not in self._gone.links:
            self._crossed_arcs.add(arc)
            step = (int(self._igp.network.delay_us[arc]), 0)
        else:
            repair = None
            algorithm = self._algorithm(done - 1 if land else done)
            if to not in self._gone.nodes:
                repair = self._repairs.plane(algorithm).repair(node, to, land=land)
            if repair is None:
                return None
            self._taken.add((node, to, algorithm, repair))
            step = (repair.worst_us, repair.sids)
        ahead = self._from(to, done)
        return None if ahead is None else (step[0] + ahead[0], max(step[1], ahead[1]))

    @staticmethod
    def _worst(found: Iterable[tuple[int, int] | None]) -> tuple[int, int] | None:
        worst_us = sids = 0
        for branch in found:
            if branch is None:
                return None
            worst_us, sids = max(worst_us, branch[0]), max(sids, branch[1])
        return worst_us, sids
