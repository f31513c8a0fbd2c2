"""The failure drill: cut a trunk under a running pair and see the planned backup take over.

Nothing in it knows beforehand when the cut comes: loss is detected by the probes, then both
headends are switched by taking the primary route away, which leaves the backup that was emitted
beside it. The lab's truth shows which way every probe really went.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.emit.linux.words import CUSTOMER_TABLE, PRIMARY_METRIC
from netkit.errors import InputError, LabError
from netkit.lab.drills.result import DrillResult, Leg, Route
from netkit.lab.lab import Lab
from netkit.lab.measure import Bench
from netkit.lab.plant import IP_BATCH
from netkit.lab.truth.records import ProbeTruth, path_is_certified
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.srv6.segment_list import CandidatePath
from netkit.model.units import NS_PER_MS
from netkit.probe.sender.session import SenderSession

INTERVAL_MS = 20
TIMEOUT_MS = 200
PROBES_A_PHASE = 100
LOST_IN_A_ROW = 3
_PHASES = 3


def drill(
    lab: Lab,
    plan: Plan,
    configs: dict[str, RouterConfig],
    pair: tuple[str, str],
    cut: Collection[str],
) -> DrillResult:
    """Probe ``pair`` both ways over its plan; cut the links, switch over, repair, switch back.

    Raises:
        InputError: the pair has no backup both ways, or the cut spares its primary both ways.
    """
    both = [_answer(plan, pair), _answer(plan, pair[::-1])]
    _check(both, cut)
    with Bench(
        lab, [pair], count=_PHASES * PROBES_A_PHASE, interval_ms=INTERVAL_MS, timeout_ms=TIMEOUT_MS
    ) as bench:
        operator = _Operator(lab, both, configs, cut, bench.sessions[0])
        try:
            measured = bench.run(operator.look).pairs[0]
        finally:
            operator.mend()
    return _result(operator, both, measured, tuple(sorted(cut)))


class _Operator:
    """Cuts, watches the probes, switches over, and puts everything back."""

    def __init__(
        self,
        lab: Lab,
        answers: Sequence[PairPlan],
        configs: dict[str, RouterConfig],
        cut: Collection[str],
        session: SenderSession,
    ) -> None:
        self._lab = lab
        self._session = session
        self._cut = cut
        self._hit = [answer for answer in answers if _touches(answer.primary, cut)]
        self.one_way = len(self._hit) == 1
        self._routes = {a.demand.src: _primary_route(configs, lab, a) for a in self._hit}
        self._switched: list[str] = []
        self.cut_ns: int | None = None
        self.detected_ns: int | None = None
        self.switched_ns: int | None = None
        self.repair_ns: int | None = None
        self.restored_ns: int | None = None

    def look(self, sent: int, _: int) -> None:
        """Called while probes run, about every 100 ms."""
        if self.cut_ns is None:
            if sent >= PROBES_A_PHASE:
                self.cut_ns = time.time_ns()
                self._lab.cut(self._cut)
        elif self.detected_ns is None and self._loss_seen():
            self.detected_ns = time.time_ns()
            self._switch_over()
            self.switched_ns = time.time_ns()
        if self.restored_ns is None and sent >= (_PHASES - 1) * PROBES_A_PHASE:
            self.mend()

    def mend(self) -> None:
        """Repair the links and go back to the primaries; may be called twice."""
        if self.cut_ns is not None and self.restored_ns is None:
            self.repair_ns = time.time_ns()
            self._lab.restore()
            while self._switched:
                node = self._switched.pop()
                self._batch(node, f"route add {self._routes[node]}")
            self.restored_ns = time.time_ns()

    def _loss_seen(self) -> bool:
        samples = self._session.result(time.monotonic_ns()).samples[-LOST_IN_A_ROW:]
        lost = {Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD}
        return len(samples) == LOST_IN_A_ROW and all(s.outcome in lost for s in samples)

    def _switch_over(self) -> None:
        for node, route in self._routes.items():
            self._batch(node, f"route del {route}")
            self._switched.append(node)

    def _batch(self, node: str, line: str) -> None:
        self._lab.namespace(node).batch(IP_BATCH, line + "\n")


def _answer(plan: Plan, pair: tuple[str, str]) -> PairPlan:
    answer = plan.pair.get(pair)
    if answer is None or answer.primary is None or answer.backup is None:
        raise InputError.single(
            "the drill needs a primary and a backup in both directions",
            file="drill",
            value=f"{pair[0]} to {pair[1]}",
            remedy=f"`netkit explain TOPOLOGY {pair[0]} {pair[1]}` says what keeps them away.",
        )
    return answer


def _check(answers: Sequence[PairPlan], cut: Collection[str]) -> None:
    if not any(_touches(answer.primary, cut) for answer in answers):
        used = {link for a in answers if a.primary for link, _ in a.primary.certificate.links}
        raise InputError.single(
            "the cut does not touch the pair's primary",
            file="drill",
            value=", ".join(sorted(cut)),
            expected=f"one of {', '.join(sorted(used))}",
        )


def _touches(candidate: CandidatePath | None, cut: Collection[str]) -> bool:
    return candidate is not None and any(link in cut for link, _ in candidate.certificate.links)


def _primary_route(configs: dict[str, RouterConfig], lab: Lab, answer: PairPlan) -> str:
    """The primary's route as it was emitted, without ``route add``."""
    topology = lab.topology
    prefix = topology.addresses.customer_prefix(topology.node[answer.demand.dst].sid_index)
    place = f" table {CUSTOMER_TABLE} metric {PRIMARY_METRIC} "
    for line in configs[answer.demand.src].ip_batch.splitlines():
        _, found, route = line.partition("route add ")
        if found and route.startswith(f"{prefix} ") and place in f"{route} ":
            return route
    raise LabError(f"{answer.demand.src}: no primary route to {prefix} was emitted")


def _result(
    operator: _Operator,
    answers: Sequence[PairPlan],
    measured: PairMeasurement,
    cut: tuple[str, ...],
) -> DrillResult:
    start_ns = next((t.sample.t1.time_ns for t in measured.traced if t.sample.t1 is not None), 0)

    def since(moment_ns: int | None) -> int | None:
        return None if moment_ns is None else moment_ns - start_ns

    return DrillResult(
        measured.src, measured.dst, cut,
        since(operator.cut_ns), since(operator.detected_ns),
        since(operator.switched_ns), since(operator.repair_ns), since(operator.restored_ns),
        operator.one_way,
        tuple(
            _leg(traced, answers, start_ns)
            for traced in measured.traced
            if traced.sample.t1 is not None
        ),
        measured,
    )  # fmt: skip


def _leg(traced: TracedSample, answers: Sequence[PairPlan], start_ns: int) -> Leg:
    t1, t4 = traced.sample.t1, traced.sample.t4
    sent_ns = 0 if t1 is None else t1.time_ns - start_ns
    if t4 is None:  # late ones were not lost: a busy machine held them
        return Leg(sent_ns, sent_ns + TIMEOUT_MS * NS_PER_MS, Route.LOST, Route.LOST)
    forward, backward = answers
    over_ns = t4.time_ns - start_ns
    return Leg(sent_ns, over_ns, _way(traced.forward, forward), _way(traced.backward, backward))


def _way(truth: ProbeTruth | None, answer: PairPlan) -> Route:
    ends = (answer.demand.src, answer.demand.dst)
    for route, candidate in ((Route.PRIMARY, answer.primary), (Route.BACKUP, answer.backup)):
        if (
            truth is not None
            and candidate is not None
            and path_is_certified(truth.hops, candidate.certificate, *ends)
        ):
            return route
    return Route.UNCERTIFIED
