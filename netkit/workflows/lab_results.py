"""What the lab measured of a pair, as the report takes it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from netkit.lab.truth.records import ProbeTruth, path_is_certified
from netkit.lab.truth.traced import PairMeasurement
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.model.units import ns_to_ms, ns_to_us, us_to_ms, us_to_ns
from netkit.report.results import DirectionMeasured, PairMeasured
from netkit.stats.delay import delay_figures
from netkit.stats.summary import P99_SAMPLES, DirectionSummary, summarize


def measured_pair(
    topology: Topology, pair: PairMeasurement, there: PairPlan, back: PairPlan
) -> PairMeasured:
    """Both directions with their truth; the verdict is the worse of the two.

    Both ends read one clock, so the uncertainty is the emulation's alone: how far the links of the
    lab were from the delays they stand for.
    """
    uncertainty_us = emulation_error_us(topology, pair)
    samples = [traced.sample for traced in pair.traced]
    summary = summarize(samples, there.demand.bound_us, uncertainty_us)
    forward = _direction(
        summary.forward, there, [(_forward_ns(one.sample), one.forward) for one in pair.traced]
    )
    backward = _direction(
        summary.backward, back, [(_backward_ns(one.sample), one.backward) for one in pair.traced]
    )
    return PairMeasured(
        forward,
        backward,
        summary.verdict,
        _proven(pair, forward, backward),
        uncertainty_ms=us_to_ms(uncertainty_us),
    )


def emulation_error_us(topology: Topology, pair: PairMeasurement) -> float:
    """How far from right the links held the probes, in the direction where that was worse.

    It is taken where the delay is judged, at p99 of each direction: a machine that stalls for a
    moment moves both figures alike, and must not be taken for the network.
    """
    ways = (
        [traced.forward for traced in pair.traced],
        [traced.backward for traced in pair.traced],
    )
    return max(_error_us(topology, way) for way in ways)


def _error_us(topology: Topology, truths: Iterable[ProbeTruth | None]) -> float:
    errors_ns = [
        abs(truth.held_ns - us_to_ns(_nominal_us(topology, truth)))
        for truth in truths
        if truth is not None and truth.held_ns is not None
    ]
    figures = delay_figures(np.array(errors_ns, dtype=np.int64))
    if figures is None:
        return 0.0
    return ns_to_us(figures.p99_ns if figures.count >= P99_SAMPLES else figures.max_ns)


def _proven(
    pair: PairMeasurement, forward: DirectionMeasured, backward: DirectionMeasured
) -> bool | None:
    """Whether all that was seen of any probe is certified, and all of those that came back."""
    if not forward.traced + backward.traced:
        return None
    whole = all(
        one.forward is not None and one.backward is not None
        for one in pair.traced
        if one.sample.outcome is Outcome.RECEIVED
    )
    return whole and (forward.certified, backward.certified) == (forward.traced, backward.traced)


def _nominal_us(topology: Topology, truth: ProbeTruth) -> int:
    """What the links that a probe crossed should have held it."""
    return sum(topology.adjacency[hop.link, hop.headend].delay_us for hop in truth.hops)


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
    """Whether the probe kept to the certificate; if it was lost, as far as it got."""
    if plan.primary is None:
        return False
    demand, certificate = plan.demand, plan.primary.certificate
    if truth.lost_on is None:
        return path_is_certified(truth.hops, certificate, demand.src, demand.dst)
    return {(hop.link, hop.headend) for hop in truth.hops} <= set(certificate.links)


def _forward_ns(sample: Sample) -> int | None:
    """The delay there, if the kernel took both stamps."""
    return sample.forward_owd_ns if _by_kernel(sample.t1, sample.t2) else None


def _backward_ns(sample: Sample) -> int | None:
    """The delay back, if the kernel took both stamps."""
    return sample.backward_owd_ns if _by_kernel(sample.t3, sample.t4) else None


def _by_kernel(*stamps: Stamp | None) -> bool:
    return all(stamp is not None and stamp.source is StampSource.KERNEL for stamp in stamps)
