"""A session's samples as the figures of its two directions, each judged against the tier's bound.

What is judged is p99 of the one-way delay from 100 samples on, and the maximum below that (there
they are the same value); under 10 samples nothing is concluded. Loss does not enter the verdict:
the tiers bound delay, and loss is reported beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.measurement.sample import Sample, Stamp, StampSource
from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict, judge, worst
from netkit.stats.delay import DelayFigures, delay_figures, ipdv, pdv
from netkit.stats.loss import (
    ARRIVED,
    LossCounts,
    count_losses,
    lost_backward_flags,
    lost_forward_flags,
    reordering_backward,
    reordering_forward,
)
from netkit.stats.loss_patterns import Flags, LossPattern, loss_pattern
from netkit.stats.reordering import Reordering
from netkit.stats.skew import Skew, estimate_skew, remove_skew

MIN_SAMPLES = 10
"""Fewer delays than this are inconclusive whatever they are."""

P99_SAMPLES = 100
"""From so many delays on, p99 is judged; below, the maximum."""

_PRECISE = frozenset({StampSource.KERNEL, StampSource.HARDWARE})

Corners = Callable[[Sample], tuple[Stamp | None, Stamp | None]]


@dataclass(frozen=True)
class DirectionSummary:
    """One direction of one session.

    ``sent`` probes (forward) or replies (backward) set out as far as is known, ``received``
    arrived, ``lost`` are known to be lost in this direction. ``delay``, ``ipdv`` and ``pdv`` are
    None where there is nothing to compute them from. ``sources`` counts who took the two stamps
    of each delay, such as ``kernel+userspace``. ``left_out`` delays are in no figure: as soon as
    one delay has both stamps from the kernel or the hardware, only such delays count, since the
    host's own delay in the others would spoil the minimum and the median. ``losses`` is None where
    the direction of a loss is unknown. ``skew`` is what the delays say about the clocks' rates; it
    is in the figures unless ``skew_removed``.
    """

    sent: int
    received: int
    lost: int
    duplicates: int
    delay: DelayFigures | None
    ipdv: DelayFigures | None
    pdv: DelayFigures | None
    sources: Mapping[str, int]
    left_out: int
    uncertainty_us: float
    judged_on: str | None
    judged_us: float | None
    verdict: Verdict
    reordering: Reordering | None = None
    losses: LossPattern | None = None
    skew: Skew | None = None
    skew_removed: bool = False

    @property
    def reordered(self) -> int:
        """How many came after one that set out later."""
        return 0 if self.reordering is None else self.reordering.reordered


@dataclass(frozen=True, slots=True)
class _Terms:
    """What the figures of both directions are judged by."""

    bound_us: float | None
    uncertainty_us: float
    skew_removed: bool


@dataclass(frozen=True)
class SessionSummary:
    """Both directions, the counts of the whole, and the worse of the two verdicts.

    ``host_delay`` is how long after the program's T1 the kernel's followed; ``send_error`` how
    long after their scheduled times the probes were sent; ``round_trip`` leaves out the
    reflector's own time.
    """

    forward: DirectionSummary
    backward: DirectionSummary
    counts: LossCounts
    round_trip: DelayFigures | None
    host_delay: DelayFigures | None
    send_error: DelayFigures | None
    bound_us: float | None
    verdict: Verdict


def summarize(
    samples: Sequence[Sample],
    bound_us: float | None,
    uncertainty_us: float,
    *,
    skew_removed: bool = False,
) -> SessionSummary:
    """Figures and verdicts of one session's samples.

    ``uncertainty_us`` is the sum of what both clocks may be off, infinite if one of them is not
    synchronised; without a ``bound_us`` every verdict is ``unknown``. With ``skew_removed`` the
    delays of each direction are those that clocks of one rate would have shown, which differ by
    what these did at the start of the run.
    """
    terms = _Terms(bound_us, uncertainty_us, skew_removed)
    counts = count_losses(samples)
    arrived = sorted(
        (sample for sample in samples if sample.outcome in ARRIVED),
        key=lambda sample: sample.sequence,
    )
    reached = counts.received + counts.late + counts.lost_backward
    forward = _direction(
        arrived, _forward, terms, lost_forward_flags(samples), reordering_forward(samples),
        sent=counts.sent, received=reached, lost=counts.lost_forward,
        duplicates=sum(sample.forward_duplicates for sample in samples),
    )  # fmt: skip
    backward = _direction(
        arrived, _backward, terms, lost_backward_flags(samples), reordering_backward(samples),
        sent=reached, received=counts.received, lost=counts.lost_backward,
        duplicates=sum(sample.backward_duplicates for sample in samples),
    )  # fmt: skip
    return SessionSummary(
        forward,
        backward,
        counts,
        round_trip=_round_trip(arrived),
        host_delay=_figures([_host_delay_ns(sample) for sample in samples]),
        send_error=_figures([sample.send_error_ns for sample in samples]),
        bound_us=bound_us,
        verdict=worst((forward.verdict, backward.verdict)),
    )


def _direction(
    arrived: Sequence[Sample],
    corners: Corners,
    terms: _Terms,
    lost_flags: Flags | None,
    reordering: Reordering | None,
    **counts: int,
) -> DirectionSummary:
    pairs = [(start, end) for start, end in map(corners, arrived) if start and end]
    used = best_stamped(pairs)
    times_ns = np.array([start.time_ns for start, _ in used], dtype=np.int64)
    delays_ns = np.array([end.time_ns - start.time_ns for start, end in used], dtype=np.int64)
    skew = estimate_skew(times_ns, delays_ns)
    skew_removed = terms.skew_removed and skew is not None
    if skew is not None and skew_removed:
        delays_ns = remove_skew(times_ns, delays_ns, skew)
    figures = delay_figures(delays_ns)
    judged_on, judged_ns = (None, None) if figures is None else judged(figures)
    judged_us = None if judged_ns is None else ns_to_us(judged_ns)
    return DirectionSummary(
        **counts,
        delay=figures,
        ipdv=delay_figures(ipdv(delays_ns)),
        pdv=delay_figures(pdv(delays_ns)),
        sources=dict(sorted(Counter(f"{a.source}+{b.source}" for a, b in pairs).items())),
        left_out=len(pairs) - len(used),
        uncertainty_us=terms.uncertainty_us,
        judged_on=judged_on,
        judged_us=judged_us,
        verdict=direction_verdict(figures, terms.uncertainty_us, terms.bound_us),
        reordering=reordering,
        losses=None if lost_flags is None else loss_pattern(lost_flags),
        skew=skew,
        skew_removed=skew_removed,
    )


def _round_trip(arrived: Sequence[Sample]) -> DelayFigures | None:
    """Of the samples that kernel or hardware stamped at all four corners; of all without those."""
    precise = [
        sample
        for sample in arrived
        if all(
            stamp is not None and stamp.source in _PRECISE
            for stamp in (sample.t1, sample.t2, sample.t3, sample.t4)
        )
    ]
    return _figures([sample.round_trip_ns for sample in precise or arrived])


def best_stamped(pairs: list[tuple[Stamp, Stamp]]) -> list[tuple[Stamp, Stamp]]:
    """The pairs that kernel or hardware stamped at both ends; all of them if there are none."""
    precise = [pair for pair in pairs if {stamp.source for stamp in pair} <= _PRECISE]
    return precise or pairs


def judged(figures: DelayFigures) -> tuple[str, int]:
    """What a verdict rests on, by name and in ns: ``p99``, or ``max`` of few samples."""
    if figures.count >= P99_SAMPLES:
        return "p99", figures.p99_ns
    return "max", figures.max_ns


def direction_verdict(
    figures: DelayFigures | None, uncertainty_us: float, bound_us: float | None
) -> Verdict:
    """The verdict on what is judged of these figures."""
    if figures is None or bound_us is None:
        return Verdict.UNKNOWN
    if figures.count < MIN_SAMPLES:
        return Verdict.INCONCLUSIVE
    return judge(ns_to_us(judged(figures)[1]), uncertainty_us, bound_us)


def _figures(durations_ns: Sequence[int | None]) -> DelayFigures | None:
    known = [duration for duration in durations_ns if duration is not None]
    return delay_figures(np.array(known, dtype=np.int64))


def _forward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t1, sample.t2


def _backward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t3, sample.t4


def _host_delay_ns(sample: Sample) -> int | None:
    if sample.t1 is None or sample.t1_userspace_ns is None or sample.t1.source not in _PRECISE:
        return None
    return sample.t1.time_ns - sample.t1_userspace_ns
