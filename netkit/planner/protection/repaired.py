"""A packet of a primary while the neighbours of a failure repair locally, and nobody else knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier, Outcome
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.verdict import Verdict, judge
from netkit.planner.network.igp import Igp
from netkit.planner.proof.replay import Replay
from netkit.planner.protection.ti_lfa import Failed, Repair, Repairs

LOST = Outcome(Verdict.BREACH)
"""Packets do not arrive."""

Link = tuple[str, str]
"""(link id, headend)."""


def judged(pair: PairPlan, worst_us: int, sids: int, carrier: Carrier) -> Outcome:
    """A phase in which packets arrive, against the bound of the pair."""
    return Outcome(judge(worst_us, 0, pair.demand.bound_us), worst_us, sids, carrier)


class Way(NamedTuple):
    """The worst of all branches to the end of a leg: delay, and SIDs of repairs at once."""

    worst_us: int
    sids: int


class RepairedLegs:
    """Legs by the old tables around one failure; what is known of one serves all pairs.

    A leg by IGP is (algorithm, from, to), and an arc one that End.X crosses.
    """

    def __init__(self, igp: Igp, gone: Failed, repairs: Repairs) -> None:
        self.network = igp.network
        self._igp, self._gone, self._repairs = igp, gone, repairs
        self._known: defaultdict[tuple[int, int], dict[int, Way | None]] = defaultdict(dict)
        self._delay_us, self._head = igp.network.delay_us.item, igp.network.head.item

    def leg(self, algorithm: int, src: int, dst: int) -> Way | None:
        """None where a packet is lost. A node is joined when all that it forwards to are; the legs
        of a list that is certified have no loop."""
        known = self._known[algorithm, dst]
        known.setdefault(dst, Way(0, 0))
        stack = [src]
        while src not in known:
            node = stack[-1]
            heads = [self._head(arc) for arc in self._sound(algorithm, node, dst)]
            ahead = [head for head in heads if head not in known]
            stack.extend(ahead)
            if not ahead:
                known[stack.pop()] = self._joined(algorithm, node, dst)
        return known[src]

    def crossed(self, algorithm: int, arc: int) -> Way | None:
        """Over one arc, or by repair to its head."""
        if arc not in self._gone.links:
            return Way(self._delay_us(arc), 0)
        return self._way(self._repair(algorithm, *self._ends(arc), land=True))

    def links(self, algorithm: int, src: int, dst: int) -> set[Link]:
        """All that any branch of a leg may cross, those of the repairs too."""
        found, seen, stack = set[Link](), {dst}, [src]
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            arcs = self._igp.plane(algorithm).next_arcs(node, dst)
            sound = self._sound(algorithm, node, dst)
            found |= {self.network.arcs[arc].key for arc in sound}
            stack += [self._head(arc) for arc in sound]
            if len(sound) < len(arcs):
                repair = self._repair(algorithm, node, dst, land=False)
                found |= self._links_of(repair, algorithm, node, dst)
        return found

    def links_over(self, algorithm: int, arc: int) -> set[Link]:
        """What a packet may cross in place of one arc."""
        if arc not in self._gone.links:
            return {self.network.arcs[arc].key}
        node, to = self._ends(arc)
        return self._links_of(self._repair(algorithm, node, to, land=True), algorithm, node, to)

    def _sound(self, algorithm: int, node: int, dst: int) -> list[int]:
        """The arcs that a node forwards over, without those that failed."""
        arcs = self._igp.plane(algorithm).next_arcs(node, dst)
        return [arc for arc in arcs if arc not in self._gone.links]

    def _ends(self, arc: int) -> tuple[int, int]:
        return int(self.network.tail[arc]), self._head(arc)

    def _joined(self, algorithm: int, node: int, dst: int) -> Way | None:
        known, worst_us, sids = self._known[algorithm, dst], 0, 0
        arcs = self._igp.plane(algorithm).next_arcs(node, dst)
        for arc in arcs:
            if arc in self._gone.links:
                way = self._way(self._repair(algorithm, node, dst, land=False))
            else:
                way, ahead = None, known[self._head(arc)]
                if ahead is not None:
                    way = Way(self._delay_us(arc) + ahead.worst_us, ahead.sids)
            if way is None:
                return None
            worst_us, sids = max(worst_us, way.worst_us), max(sids, way.sids)
        return Way(worst_us, sids) if arcs else None

    def _repair(self, algorithm: int, node: int, to: int, *, land: bool) -> Repair | None:
        if to in self._gone.nodes:
            return None
        return self._repairs.plane(algorithm).repair(node, to, land=land)

    @staticmethod
    def _way(repair: Repair | None) -> Way | None:
        return None if repair is None else Way(repair.worst_us, repair.sids)

    def _links_of(self, repair: Repair | None, algorithm: int, node: int, to: int) -> set[Link]:
        """What a repair crosses, by the old tables, on its way from a node to its target."""
        if repair is None:
            return set()
        network = self.network
        handed = {network.arcs[arc].key for arc in repair.handed}
        start = self._head(repair.handed[0]) if repair.handed else node
        steps = [self._segment(*step, algorithm) for step in repair.steps]
        target = network.nodes[to].name
        if algorithm:  # the last leg is of the same plane; a replay would end by algorithm 0
            steps.append(Segment(Behavior.END, target, algorithm=algorithm))
        replay = Replay(self._igp, network.nodes[start].name, tuple(steps), target)
        return handed | set(replay.certificate.links)

    def _segment(self, kind: int, number: int, algorithm: int) -> Segment:
        """What a step of a repair stands for."""
        if kind == 0:
            return Segment(Behavior.END, self.network.nodes[number].name, algorithm=algorithm)
        link, headend = self.network.arcs[number].key
        return Segment(Behavior.END_X, headend, link, algorithm)


class Repaired:
    """A packet of the primary on the old tables, repaired wherever it meets the failure."""

    def __init__(self, legs: RepairedLegs, pair: PairPlan) -> None:
        self._legs, self._pair = legs, pair

    def outcome(self) -> Outcome:
        """The worst of all branches; a branch that is lost loses the pair."""
        pair, worst_us, repair_sids = self._pair, 0, 0
        for step in self._steps():
            way = self._legs.leg(*step) if len(step) == 3 else self._legs.crossed(*step)
            if way is None:
                return LOST
            worst_us, repair_sids = worst_us + way.worst_us, max(repair_sids, way.sids)
        sids = 0 if pair.primary is None else pair.primary.most_sids
        return judged(pair, worst_us, sids + repair_sids, Carrier.PRIMARY)

    def links(self) -> frozenset[Link]:
        """All that any branch may cross, those of the repairs too."""
        legs = self._legs
        return frozenset().union(*(
            legs.links(*step) if len(step) == 3 else legs.links_over(*step)
            for step in self._steps()
        ))  # fmt: skip

    def _steps(self) -> Iterator[tuple[int, int, int] | tuple[int, int]]:
        """Legs by IGP as (algorithm, from, to), and arcs that End.X crosses as (algorithm, arc)."""
        network, demand = self._legs.network, self._pair.demand
        segments = () if self._pair.primary is None else self._pair.primary.segments
        at = network.index[demand.src]
        for segment in segments:
            yield segment.algorithm, at, network.index[segment.node]
            at = network.index[segment.node]
            if segment.kind is Behavior.END_X:
                arc = network.arc_index[segment.link or "", segment.node]
                yield segment.algorithm, arc
                at = int(network.head[arc])
        yield 0, at, network.index[demand.dst]
