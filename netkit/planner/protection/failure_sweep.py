"""Every single link, node and SRLG failure, in three phases: does each pair keep its tier?

A failure that no branch of the primary crosses changes nothing: no old shortest path that a packet
takes goes away, and no shorter one appears. The others are replayed.

Phases as they follow each other: the point of local repair (RFC 9855), the headend's switch to the
backup candidate path (RFC 9256 §2.9 takes the valid path of highest preference), the reconverged
IGP. One failure costs a Dijkstra for each target asked for after it, and a walk over the branches
of each pair concerned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from joblib import Parallel, delayed

from netkit.errors import ReplayError
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.survival import (
    Carrier,
    Effect,
    Failure,
    FailureKind,
    Outcome,
    PairSurvival,
    Survival,
)
from netkit.model.progress import Progress
from netkit.model.srv6.segment_list import Behavior, CandidatePath, Segment
from netkit.model.verdict import Verdict, judge
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.parallel import shared_out
from netkit.planner.proof.replay import Replay
from netkit.planner.protection.ti_lfa import Failed, Reconverged, Repairs

_LOST = Outcome(Verdict.BREACH)


def survival(igp: Igp, plan: Plan, *, progress: Progress | None = None) -> Survival:
    """Try every single failure of the network of ``igp`` on every pair of ``plan`` with a list.

    Pairs come in the order of the plan, effects in the order of failures: links, nodes, SRLGs.
    ``progress`` is told how many of the failures that concern a pair are done, of how many.
    """
    pairs = [pair for pair in plan.pairs if pair.primary is not None]
    failures = tuple(single_failures(igp.network))
    concerned = _concerned(igp.network, pairs, failures)
    work = [(failures[number], [pairs[row] for row in rows]) for number, rows in concerned.items()]
    effects: list[list[Effect]] = [[] for _ in pairs]
    cost = sum(len(hit) for _, hit in work) * len(igp.network.nodes)
    shares = shared_out(len(work), cost)
    chunks = (delayed(_effects_of_chunk)(igp, work[chunk]) for chunk in shares.chunks)
    found = chain.from_iterable(Parallel(n_jobs=shares.jobs, return_as="generator")(chunks))
    for done, (rows, answers) in enumerate(zip(concerned.values(), found, strict=True), start=1):
        for row, effect in zip(rows, answers, strict=True):
            effects[row].append(effect)
        if progress is not None:
            progress(done, len(work))
    return Survival(
        plan.topology,
        plan.profile,
        failures,
        tuple(
            PairSurvival(pair.demand, len(failures) - 2, tuple(own))
            for pair, own in zip(pairs, effects, strict=True)
        ),
        len(plan.pairs) - len(pairs),
    )


def single_failures(network: Network) -> Iterator[Failure]:
    """Every link, every node, every SRLG, each sorted by name."""
    for name in sorted(network.arcs_of_link):
        yield Failure(FailureKind.LINK, name)
    for name in sorted(network.index):
        yield Failure(FailureKind.NODE, name)
    for name in network.arcs_of_srlg:
        yield Failure(FailureKind.SRLG, name)


def _concerned(
    network: Network, pairs: Sequence[PairPlan], failures: Iterable[Failure]
) -> dict[int, list[int]]:
    """For each failure, by number, the pairs whose primary may cross it; only where there are."""
    rows: dict[Failure, list[int]] = {}
    for row, pair in enumerate(pairs):
        if pair.primary is None:
            continue
        certificate = pair.primary.certificate
        arcs = [network.arcs[network.arc_index[key]] for key in certificate.links]
        inner = set(certificate.nodes) - {pair.demand.src, pair.demand.dst}
        hit = {Failure(FailureKind.LINK, arc.link_id) for arc in arcs}
        hit |= {Failure(FailureKind.NODE, name) for name in inner}
        hit |= {Failure(FailureKind.SRLG, risk) for arc in arcs for risk in arc.srlgs}
        for failure in hit:
            rows.setdefault(failure, []).append(row)
    return {n: rows[failure] for n, failure in enumerate(failures) if failure in rows}


def _effects_of_chunk(
    igp: Igp, work: Sequence[tuple[Failure, list[PairPlan]]]
) -> list[list[Effect]]:
    return [effects(igp, failure, pairs) for failure, pairs in work]


def effects(igp: Igp, failure: Failure, pairs: Sequence[PairPlan]) -> list[Effect]:
    """What ``failure`` does to each of ``pairs``, all of which have a primary."""
    gone = Failed.by(failure, igp.network)
    after = Reconverged(igp, gone.arcs)
    repairs = Repairs(igp, gone.arcs, after)
    return [
        Effect(
            failure,
            _Repaired(igp, gone, repairs, pair).outcome(),
            _switched(igp, gone, pair),
            _reconverged(after, gone, pair),
        )
        for pair in pairs
    ]


def _switched(igp: Igp, gone: Failed, pair: PairPlan) -> Outcome:
    """The backup on the old tables, if the failure leaves it alone."""
    if pair.backup is None:
        return _LOST
    certificate = pair.backup.certificate
    if any(igp.network.arc_index[key] in gone.links for key in certificate.links):
        return _LOST
    return _judged(pair, certificate.guaranteed_us, pair.backup.most_sids, Carrier.BACKUP)


def _reconverged(after: Reconverged, gone: Failed, pair: PairPlan) -> Outcome:
    """The first of primary, backup and IGP alone that the new tables can forward."""
    candidates: list[tuple[Carrier, CandidatePath | None]] = [
        (Carrier.PRIMARY, pair.primary),
        (Carrier.BACKUP, pair.backup),
    ]
    lists = [
        (carrier, found.segments, found.most_sids)
        for carrier, found in candidates
        if found is not None
    ]
    for carrier, segments, sids in (*lists, (Carrier.IGP, (), 1)):
        if not _valid(after.network, gone, segments):
            continue
        try:
            replay = Replay(after, pair.demand.src, segments, pair.demand.dst)
        except ReplayError:
            continue
        return _judged(pair, replay.certificate.guaranteed_us, sids, carrier)
    return _LOST


def _valid(network: Network, gone: Failed, segments: tuple[Segment, ...]) -> bool:
    """Do all SIDs of the list still exist? A binding SID is where one of its segments leads, so it
    is gone only with that."""
    for segment in segments:
        if network.index[segment.node] in gone.nodes:
            return False
        key = (segment.link or "", segment.node)
        if segment.kind is Behavior.END_X and network.arc_index[key] in gone.links:
            return False
    return True


def _judged(pair: PairPlan, worst_us: int, sids: int, carrier: Carrier) -> Outcome:
    return Outcome(judge(worst_us, 0, pair.demand.bound_us), worst_us, sids, carrier)


class _Repaired:
    """A packet of the primary on the old tables, repaired wherever it meets the failure."""

    def __init__(self, igp: Igp, gone: Failed, repairs: Repairs, pair: PairPlan) -> None:
        self._igp = igp
        self._gone = gone
        self._repairs = repairs
        self._pair = pair
        self._segments = () if pair.primary is None else pair.primary.segments
        self._sids = 0 if pair.primary is None else pair.primary.most_sids
        self._known: dict[tuple[int, int], tuple[int, int] | None] = {}

    def outcome(self) -> Outcome:
        """The worst of all branches; a branch that is lost loses the pair."""
        network, demand = self._igp.network, self._pair.demand
        found = self._from(network.index[demand.src], 0)
        if found is None:
            return _LOST
        worst_us, extra = found
        return _judged(self._pair, worst_us, self._sids + extra, Carrier.PRIMARY)

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
            step = (int(self._igp.network.delay_us[arc]), 0)
        else:
            repair = None
            if to not in self._gone.nodes:
                repairs = self._repairs.plane(self._algorithm(done - 1 if land else done))
                repair = repairs.repair(node, to, land=land)
            if repair is None:
                return None
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
