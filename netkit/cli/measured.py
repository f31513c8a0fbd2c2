"""What the lab measured of a pair, as the report takes it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netkit.lab.measure import PairMeasurement
from netkit.lab.truth import ProbeTruth, path_is_certified
from netkit.model.plan import PairPlan
from netkit.model.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.units import ns_to_ms
from netkit.report.results import DirectionMeasured, PairMeasured
from netkit.stats.delay import delay_figures
from netkit.stats.summary import DirectionSummary, summarize

SAME_CLOCK_US = 0.0
"""In the lab both ends read one clock: one-way figures carry no clock error."""


def measured_pair(pair: PairMeasurement, there: PairPlan, back: PairPlan) -> PairMeasured:
    """Both directions with their truth; the verdict is the worse of the two."""
    samples = [traced.sample for traced in pair.traced]
    summary = summarize(samples, there.demand.bound_us, SAME_CLOCK_US)
    received = [one for one in pair.traced if one.sample.outcome is Outcome.RECEIVED]
    forward = _direction(
        summary.forward, there, [(_forward_ns(one.sample), one.forward) for one in received]
    )
    backward = _direction(
        summary.backward, back, [(_backward_ns(one.sample), one.backward) for one in received]
    )
    proven = None
    if forward.traced + backward.traced:
        whole = forward.traced == backward.traced == len(received)
        certified = forward.certified + backward.certified
        proven = whole and certified == forward.traced + backward.traced
    return PairMeasured(forward, backward, summary.verdict, proven, SAME_CLOCK_US)


def _direction(
    summary: DirectionSummary,
    plan: PairPlan,
    probes: Iterable[tuple[int | None, ProbeTruth | None]],
) -> DirectionMeasured:
    delays_ms: list[float] = []
    errors_ms: list[float] = []
    truths_ns: list[int] = []
    traced = certified = 0
    for delay_ns, probe in probes:
        if delay_ns is not None:
            delays_ms.append(ns_to_ms(delay_ns))
        if probe is None:
            continue
        traced += 1
        certified += _certified(probe, plan)
        if probe.held_ns is not None:
            truths_ns.append(probe.held_ns)
            if delay_ns is not None:
                errors_ms.append(ns_to_ms(delay_ns - probe.held_ns))
    truth = delay_figures(np.array(truths_ns, dtype=np.int64))
    delay = summary.delay
    return DirectionMeasured(
        sent=summary.sent,
        lost=summary.lost,
        min_ms=None if delay is None else ns_to_ms(delay.min_ns),
        p50_ms=None if delay is None else ns_to_ms(delay.p50_ns),
        p99_ms=None if delay is None else ns_to_ms(delay.p99_ns),
        truth_p50_ms=None if truth is None else ns_to_ms(truth.p50_ns),
        delays_ms=tuple(delays_ms),
        errors_ms=tuple(errors_ms),
        traced=traced,
        certified=certified,
    )


def _certified(truth: ProbeTruth, plan: PairPlan) -> bool:
    if plan.primary is None:
        return False
    demand = plan.demand
    return path_is_certified(truth.hops, plan.primary.certificate, demand.src, demand.dst)


def _forward_ns(sample: Sample) -> int | None:
    """The delay there, if the kernel took both stamps."""
    return sample.forward_owd_ns if _by_kernel(sample.t1, sample.t2) else None


def _backward_ns(sample: Sample) -> int | None:
    """The delay back, if the kernel took both stamps."""
    return sample.backward_owd_ns if _by_kernel(sample.t3, sample.t4) else None


def _by_kernel(*stamps: Stamp | None) -> bool:
    return all(stamp is not None and stamp.source is StampSource.KERNEL for stamp in stamps)
