"""What the lab measured of a pair, as the report takes it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from netkit.lab.truth.records import ProbeTruth, path_is_certified
from netkit.lab.truth.traced import LOST, PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.planning.plan import PairPlan
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.model.verdict import worst
from netkit.report.results import DirectionMeasured, PairMeasured
from netkit.stats.delay import delay_figures
from netkit.stats.direction import DirectionSummary
from netkit.stats.loss import HEARD
from netkit.stats.summary import summarize
from netkit.workflows.lab_ledger import LedgerProbe, ledger_line
from netkit.workflows.lab_stated import Stated
from netkit.workflows.lab_verdict import CorrectedFigure, Measured, asked_ns, corrected

_REFUSED = LOST | {Outcome.REFUSED}
"""Also those that a router says it had no way on for: in a lab nobody else's routers do so."""


def measured_pair(
    stated: Stated, pair: PairMeasurement, there: PairPlan, back: PairPlan
) -> PairMeasured:
    """Both directions with their truth; the verdict is the worse of the two.

    Both ends read one clock. What the emulation is known to have added to each delay is no part of
    what is judged: :mod:`netkit.workflows.lab_verdict`. The figures shown are as measured.
    """
    topology = stated.topology
    summary = summarize([traced.sample for traced in pair.traced], None, 0.0, one_clock=True)
    to = [(_forward_ns(one.sample), one.forward) for one in pair.traced]
    fro = [(_backward_ns(one.sample), one.backward) for one in pair.traced]
    forward = _direction(stated, summary.forward, there, to)
    backward = _direction(stated, summary.backward, back, fro)
    arrived = sum(one.sample.t4 is not None for one in pair.traced)
    judged = (
        corrected(topology, to, arrived, _bounded_there(pair)),
        corrected(topology, fro, arrived, _bounded_back(pair)),
    )
    doubt_us = max(one.doubt_us for one in judged)
    bounds_us = there.demand.bound_us, back.demand.bound_us
    return PairMeasured(
        replace(
            _judged(forward, judged[0]),
            ledger=ledger_line(stated, there, tuple(_sent(pair)), pair.unseen),
        ),
        replace(
            _judged(backward, judged[1]),
            ledger=ledger_line(stated, back, tuple(_replies(pair)), pair.unseen),
        ),
        worst(one.verdict(bound_us) for one, bound_us in zip(judged, bounds_us, strict=True)),
        _proven(pair, forward, backward),
        uncertainty_ms=us_to_ms(doubt_us) if math.isfinite(doubt_us) else None,
    )


def _bounded_there(pair: PairMeasurement) -> Iterator[Measured]:
    """Probes whose delay is no longer than measured, for a program took a stamp: before they left,
    or after they had come."""
    for one in pair.traced:
        if not _by_kernel(one.sample.t1, one.sample.t2):
            yield one.sample.forward_owd_ns, one.forward


def _bounded_back(pair: PairMeasurement) -> Iterator[Measured]:
    """Such replies: of each that comes before one that was lost the kernel's stamp is lost too."""
    for one in pair.traced:
        if not _by_kernel(one.sample.t3, one.sample.t4):
            yield one.sample.backward_owd_ns, one.backward


def _sent(pair: PairMeasurement) -> Iterator[LedgerProbe]:
    """The probes of a pair, for the ledger of the way there."""
    for one in pair.traced:
        if one.sample.outcome is not Outcome.NOT_SENT:
            lost = one.sample.outcome in _REFUSED and not _reply_lost(one)
            yield LedgerProbe(_forward_ns(one.sample), one.forward, lost)


def _replies(pair: PairMeasurement) -> Iterator[LedgerProbe]:
    """The replies that are known to have been sent, for that of the way back."""
    for one in pair.traced:
        lost = _reply_lost(one)
        if lost or one.backward is not None or one.sample.outcome in HEARD:
            yield LedgerProbe(_backward_ns(one.sample), one.backward, lost)


def _reply_lost(one: TracedSample) -> bool:
    """Whether the far host replied, and nothing of it came."""
    return one.replied_ns is not None and one.sample.outcome in LOST


def _judged(way: DirectionMeasured, figure: CorrectedFigure) -> DirectionMeasured:
    if figure.least_us is None or figure.most_us is None:
        return way
    least_ms = us_to_ms(figure.least_us)
    most_ms = us_to_ms(figure.most_us) if math.isfinite(figure.most_us) else None
    return replace(way, judged_least_ms=least_ms, judged_most_ms=most_ms)


def _proven(
    pair: PairMeasurement, forward: DirectionMeasured, backward: DirectionMeasured
) -> bool | None:
    """Whether all that was seen of any probe is certified; None if it is, and of one that came back
    nothing was seen: that disproves nothing, and proves nothing."""
    if (forward.certified, backward.certified) != (forward.traced, backward.traced):
        return False
    whole = all(
        one.forward is not None and one.backward is not None
        for one in pair.traced
        if one.sample.outcome is Outcome.RECEIVED
    )
    return True if whole and forward.traced + backward.traced else None


def _direction(
    stated: Stated,
    summary: DirectionSummary,
    plan: PairPlan,
    probes: Iterable[Measured],
) -> DirectionMeasured:
    delays_ms: list[float] = []
    errors_ms: list[float] = []
    truths_ns: list[int] = []
    branches_ns: list[int] = []
    traced = certified = 0
    for delay_ns, probe in probes:
        if delay_ns is not None:
            delays_ms.append(ns_to_ms(delay_ns))
        if probe is None:
            continue
        traced += 1
        certified += _certified(stated, probe, plan)
        if probe.held_ns is not None:
            truths_ns.append(probe.held_ns)
            branches_ns.append(asked_ns(stated.topology, probe)[0])
            if delay_ns is not None:
                errors_ms.append(ns_to_ms(delay_ns - probe.held_ns))
    truth = delay_figures(np.array(truths_ns, dtype=np.int64))
    branch = delay_figures(np.array(branches_ns, dtype=np.int64))
    delay = summary.delay
    return DirectionMeasured(
        sent=summary.sent,
        lost=summary.lost,
        min_ms=None if delay is None else ns_to_ms(delay.min_ns),
        p50_ms=None if delay is None else ns_to_ms(delay.p50_ns),
        p99_ms=None if delay is None else ns_to_ms(delay.p99_ns),
        truth_p50_ms=None if truth is None else ns_to_ms(truth.p50_ns),
        branch_ms=None if branch is None else ns_to_ms(branch.p50_ns),
        delays_ms=tuple(delays_ms),
        errors_ms=tuple(errors_ms),
        traced=traced,
        certified=certified,
    )


def _certified(stated: Stated, truth: ProbeTruth, plan: PairPlan) -> bool:
    """Whether the probe kept to the certificate; if it was lost, as far as it got."""
    if plan.primary is None:
        return False
    demand, certificate = plan.demand, plan.primary.certificate
    if truth.lost_on is None:
        return path_is_certified(truth.hops, certificate, demand.src, demand.dst)
    return {(hop.link, hop.headend) for hop in truth.hops} <= stated.listed(certificate)


def _forward_ns(sample: Sample) -> int | None:
    """The delay there, if the kernel took both stamps."""
    return sample.forward_owd_ns if _by_kernel(sample.t1, sample.t2) else None


def _backward_ns(sample: Sample) -> int | None:
    """The delay back, if the kernel took both stamps."""
    return sample.backward_owd_ns if _by_kernel(sample.t3, sample.t4) else None


def _by_kernel(*stamps: Stamp | None) -> bool:
    return all(stamp is not None and stamp.source is StampSource.KERNEL for stamp in stamps)
