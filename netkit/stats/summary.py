"""A session's samples as the figures of its two directions, each judged against the tier's bound.

What is judged is p99 of the one-way delay from 100 samples on, and the maximum below that (there
they are the same value); under 10 samples nothing is concluded. Loss does not enter the verdict:
the tiers bound delay, and loss is reported beside it.

Stamps are evidence, and are checked before they are believed (:mod:`netkit.stats.clocks.evidence`):
probes whose stamps cannot be true are in no figure, and where what the clocks claim of themselves
is refuted, no direction passes and none is in breach.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from netkit.model.measurement.refutation import ClockStep, Refutation
from netkit.model.measurement.sample import PRECISE, Outcome, Sample, Stamp
from netkit.model.verdict import Verdict, worst
from netkit.stats.clocks.evidence import StampEvidence, evidence_of
from netkit.stats.clocks.stamp_checks import Stamps
from netkit.stats.delay import DelayFigures, delay_figures
from netkit.stats.direction import DirectionSummary, Terms, direction
from netkit.stats.loss import (
    HEARD,
    LossCounts,
    count_losses,
    counted_by_reflector,
    dropped_counts,
    lost_backward_flags,
    lost_forward_flags,
    reordering_backward,
    reordering_forward,
)
from netkit.stats.reordering import Reordering


@dataclass(frozen=True)
class SessionSummary:
    """Both directions, the counts of the whole, and the worse of the two verdicts.

    ``host_delay`` is how long after the program's T1 the kernel's followed; ``send_error`` how
    long after their scheduled times the probes were sent; ``round_trip`` leaves out the
    reflector's own time, and is of probes only whose stamps can all be true. ``evidence`` is what
    the stamps say about the clocks, and ``refuted`` why their claims cannot be, None if they can.
    """

    forward: DirectionSummary
    backward: DirectionSummary
    counts: LossCounts
    round_trip: DelayFigures | None
    host_delay: DelayFigures | None
    send_error: DelayFigures | None
    bound_us: float | None
    verdict: Verdict
    evidence: StampEvidence = field(default_factory=StampEvidence)
    refuted: Refutation | None = None


def summarize(
    samples: Sequence[Sample],
    bound_us: float | None,
    uncertainty_us: float,
    *,
    skew_removed: bool = False,
    one_clock: bool = False,
    dropped_here: int = 0,
    own_us: float | None = None,
    own_steps: Sequence[ClockStep] = (),
) -> SessionSummary:
    """Figures and verdicts of one session's samples.

    ``uncertainty_us`` is the sum of what both clocks may be off, infinite if one of them is not
    synchronised; without a ``bound_us`` every verdict is ``unknown``. With ``skew_removed`` the
    delays of each direction are those that clocks of one rate would have shown, which differ by
    what these did at the start of the run. ``one_clock``: both ends read the same one, which cannot
    jump against itself. ``dropped_here`` replies this host has dropped, its socket being full.
    ``own_us`` of the uncertainty are its clock's, None where that is not known, and ``own_steps``
    those of its clock that it saw.
    """
    counts = dropped_counts(count_losses(samples), dropped_here)
    heard = sorted(
        (sample for sample in samples if sample.outcome in HEARD),
        key=lambda sample: sample.sequence,
    )
    numbers = np.array([sample.sequence for sample in heard], dtype=np.int64)
    evidence, checked = evidence_of(numbers, Stamps.of(heard))
    evidence = evidence.with_own_steps(own_steps)
    if one_clock:
        evidence = replace(evidence, steps=evidence.own_steps, moved_ns=0)
    refuted = evidence.refuted(uncertainty_us, own_us)
    terms = Terms(
        bound_us, uncertainty_us, skew_removed, refuted, bool(evidence.steps), counts.dropped_here
    )
    believed = [one for one, good in zip(heard, checked.believed.tolist(), strict=True) if good]
    forward, backward = _directions(samples, believed, len(heard), counts, terms, evidence)
    return SessionSummary(
        forward,
        backward,
        counts,
        round_trip=_round_trip([one for one in believed if one.outcome is not Outcome.LATE]),
        host_delay=_figures([_host_delay_ns(sample) for sample in samples]),
        send_error=_figures([sample.send_error_ns for sample in samples]),
        bound_us=bound_us,
        verdict=worst((forward.verdict, backward.verdict)),
        evidence=evidence,
        refuted=refuted,
    )


def _directions(
    samples: Sequence[Sample],
    believed: Sequence[Sample],
    heard: int,
    counts: LossCounts,
    terms: Terms,
    evidence: StampEvidence,
) -> tuple[DirectionSummary, DirectionSummary]:
    reached = counts.received + counts.late + counts.lost_backward + counts.dropped_here
    # Which of the lost replies this host dropped is not known.
    lost_back = None if counts.dropped_here else lost_backward_flags(samples)
    forward = direction(
        believed, heard, _forward, terms, lost_forward_flags(samples),
        _ordered(reordering_forward, samples, evidence),
        sent=counts.sent, received=reached, lost=counts.lost_forward,
        duplicates=sum(sample.forward_duplicates for sample in samples),
    )  # fmt: skip
    backward = direction(
        believed, heard, _backward, terms, lost_back,
        _ordered(reordering_backward, samples, evidence),
        sent=reached, received=counts.received, lost=counts.lost_backward,
        duplicates=sum(sample.backward_duplicates for sample in samples),
    )  # fmt: skip
    return forward, backward


def _ordered(
    figures: Callable[[Sequence[Sample]], Reordering | None],
    samples: Sequence[Sample],
    evidence: StampEvidence,
) -> Reordering | None:
    """None where only the reflector's clock could tell the order, and it jumped."""
    told = evidence.steps == evidence.own_steps or counted_by_reflector(samples)
    return figures(samples) if told else None


def _round_trip(arrived: Sequence[Sample]) -> DelayFigures | None:
    """Of the samples that kernel or hardware stamped at all four corners; of all without those."""
    precise = [
        sample
        for sample in arrived
        if all(
            stamp is not None and stamp.source in PRECISE
            for stamp in (sample.t1, sample.t2, sample.t3, sample.t4)
        )
    ]
    return _figures([sample.round_trip_ns for sample in precise or arrived])


def _figures(durations_ns: Sequence[int | None]) -> DelayFigures | None:
    known = [duration for duration in durations_ns if duration is not None]
    return delay_figures(np.array(known, dtype=np.int64))


def _forward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t1, sample.t2


def _backward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t3, sample.t4


def _host_delay_ns(sample: Sample) -> int | None:
    if sample.t1 is None or sample.t1_userspace_ns is None or sample.t1.source not in PRECISE:
        return None
    if sample.spans_step:
        return None
    return sample.t1.time_ns - sample.t1_userspace_ns
