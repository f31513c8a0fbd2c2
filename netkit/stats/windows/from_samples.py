"""A finished run to windows: its samples by when they were sent, each window judged by itself.

What only the whole run can show, that a clock is not what it claims to be, counts in every window.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.refutation import ClockStep
from netkit.model.measurement.return_path import NOT_TAKEN, ReturnTaken, without_other_ways
from netkit.model.measurement.sample import Sample, Stamp, is_precise
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    RAN_APART,
    ClockState,
    DelayCounts,
    DirectionWindow,
    PathInForce,
    Window,
    WindowKey,
    stamp_notes,
)
from netkit.model.units import NS_PER_US
from netkit.model.verdict import Verdict, worst
from netkit.stats.clocks.evidence import evidence_of, ran_apart_at
from netkit.stats.clocks.stamp_checks import Stamps
from netkit.stats.delay import Nanoseconds, ipdv
from netkit.stats.direction import DirectionSummary, best_stamped
from netkit.stats.loss import HEARD
from netkit.stats.summary import SessionSummary, summarize
from netkit.stats.windows.counts import count_delays

_ENDS = ("sender", "reflector")


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """One session as it ended. ``errors_ns`` are what the sender's clock and the reflector's may be
    off, infinite where nothing bounds them, ``sources`` what disciplines them. ``steps`` are those
    of the sender's clock, which its host saw; those of the reflector's show in the samples.

    ``cut_short``: the last window was broken off. ``notes`` count what else happened, by words.
    ``other_ways`` are the probes, by number, whose reply took another way back than they asked.
    """

    samples: Sequence[Sample]
    bound_us: int | None
    errors_ns: tuple[float, float]
    sources: tuple[SyncSource | None, SyncSource | None] = (None, None)
    path: PathInForce = field(default_factory=PathInForce)
    steps: tuple[ClockStep, ...] = ()
    dropped_here: int = 0
    cut_short: bool = False
    notes: Mapping[str, int] = field(default_factory=dict)
    other_ways: Mapping[int, ReturnTaken] = field(default_factory=dict)


def windows_of(key: WindowKey, run: FinishedRun) -> tuple[Window, ...]:
    """The windows of a run in order of time; ``key.start_ns`` is of no meaning.

    A probe is in the window in which it was sent, by the sender's clock; one that was never sent in
    that of the probe before. Replies that this host dropped are told in the first windows that
    have lost as many, and every verdict allows for all of them. The notes are in the first window,
    those of replies that took another way back in that of their probe.
    """
    groups = _by_window(run.samples, key.length_ns)
    whole = summarize(
        run.samples, run.bound_us, _uncertainty_us(run),
        own_us=run.errors_ns[0] / NS_PER_US, own_steps=run.steps,
    )  # fmt: skip
    refuted = whole.refuted is not None
    far = (step for step in whole.evidence.steps if step.clock != _ENDS[0])
    # One that was after the last probe had been sent is in the last window.
    last = max((sample.sequence for sample in run.samples), default=0)
    own = (replace(step, probe=min(step.probe, last)) for step in run.steps)
    run = replace(run, steps=(*own, *far))
    left, found = run.dropped_here, []
    for start_ns, samples in groups.items():
        window, here = _window(replace(key, start_ns=start_ns), samples, run, left, refuted)
        left -= here
        found.append(window)
    if found:
        found[0] = replace(found[0], notes={**run.notes, **found[0].notes})
        found[-1] = replace(found[-1], incomplete=run.cut_short)
    return tuple(found)


def _by_window(samples: Sequence[Sample], length_ns: int) -> dict[int, list[Sample]]:
    groups: dict[int, list[Sample]] = {}
    stamps = [sample.t1.time_ns for sample in samples if sample.t1 is not None]
    at_ns = stamps[0] if stamps else 0
    for sample in samples:
        at_ns = at_ns if sample.t1 is None else sample.t1.time_ns
        groups.setdefault(at_ns // length_ns * length_ns, []).append(sample)
    return dict(sorted(groups.items()))


def _uncertainty_us(run: FinishedRun) -> float:
    return sum(run.errors_ns) / NS_PER_US


def _window(
    key: WindowKey, samples: Sequence[Sample], run: FinishedRun, dropped: int, refuted: bool
) -> tuple[Window, int]:
    """A window, and how many of the dropped replies are told in it."""
    summary = summarize(samples, run.bound_us, _uncertainty_us(run), dropped_here=dropped)
    believed = _believed(samples)
    forward = _direction(summary, summary.forward, _delays(believed, _forward), run, refuted)
    backward = _direction(summary, summary.backward, _delays(believed, _backward), run, refuted)
    first, last = samples[0].sequence, samples[-1].sequence
    steps = Counter(step.clock for step in run.steps if first <= step.probe <= last)
    ours, theirs = (
        ClockState(source, None if math.isinf(error_ns) else math.ceil(error_ns), steps[end])
        for end, source, error_ns in zip(_ENDS, run.sources, run.errors_ns, strict=True)
    )
    here = summary.counts.dropped_here
    ways = [run.other_ways[one.sequence] for one in samples if one.sequence in run.other_ways]
    notes = Counter(NOT_TAKEN[way] for way in ways)
    unknown = max(
        summary.forward.unknown + _beyond(believed, _forward),
        summary.backward.unknown + _beyond(believed, _backward),
    )
    notes.update(stamp_notes(summary.evidence.broken.items(), unknown))
    if summary.evidence.moved_ns:
        numbers = np.array([one.sequence for one in believed], dtype=np.int64)
        notes.update([RAN_APART] if ran_apart_at(numbers, Stamps.of(believed)) else [])
    window = Window(
        key, Counter(sample.outcome for sample in samples), forward, backward,
        _counts(_round_trips(believed), DELAY_RELATIVE_ERROR), ours, theirs, run.path, run.bound_us,
        worst((forward.verdict, backward.verdict)), dropped_here=here,
        notes=notes,
    )  # fmt: skip
    return without_other_ways(window), here


def _direction(
    summary: SessionSummary,
    way: DirectionSummary,
    delays_ns: Nanoseconds,
    run: FinishedRun,
    refuted: bool,
) -> DirectionWindow:
    """A count is None where a loss may belong to either direction."""
    known = summary.counts.lost_unknown == 0
    whole = way is summary.forward
    uncertain = refuted and way.verdict in (Verdict.PASS, Verdict.BREACH)
    return DirectionWindow(
        way.sent if known or whole else None,
        way.received if known or not whole else None,
        way.lost if known else None,
        way.duplicates,
        way.reordered,
        _counts(delays_ns, DELAY_RELATIVE_ERROR),
        _counts(ipdv(delays_ns), IPDV_RELATIVE_ERROR),
        None if math.isinf(sum(run.errors_ns)) else math.ceil(sum(run.errors_ns)),
        verdict=Verdict.INCONCLUSIVE if uncertain else way.verdict,
    )


def _counts(values_ns: Nanoseconds, relative_error: float) -> DelayCounts | None:
    return count_delays(values_ns, relative_error) if values_ns.size else None


def _believed(samples: Sequence[Sample]) -> list[Sample]:
    """Those that came back, late ones too, in the order sent, whose stamps can all be true."""
    heard = sorted(
        (sample for sample in samples if sample.outcome in HEARD),
        key=lambda sample: sample.sequence,
    )
    numbers = np.array([sample.sequence for sample in heard], dtype=np.int64)
    _, checked = evidence_of(numbers, Stamps.of(heard))
    return [one for one, good in zip(heard, checked.believed.tolist(), strict=True) if good]


_Corners = Callable[[Sample], tuple[Stamp | None, Stamp | None]]


def _delays(believed: Sequence[Sample], corners: _Corners) -> Nanoseconds:
    pairs = [(start, end) for start, end in map(corners, believed) if start and end]
    used = best_stamped(pairs)
    return np.array([end.time_ns - start.time_ns for start, end in used], dtype=np.int64)


def _beyond(believed: Sequence[Sample], corners: _Corners) -> int:
    """How many of the delays that are left out seem to be longer than all that are not."""
    pairs = [(start, end) for start, end in map(corners, believed) if start and end]
    delays_ns = [end.time_ns - start.time_ns for start, end in pairs]
    most_ns = max((end.time_ns - start.time_ns for start, end in best_stamped(pairs)), default=0)
    return sum(delay_ns > most_ns for delay_ns in delays_ns)


def _round_trips(believed: Sequence[Sample]) -> Nanoseconds:
    """Of the samples that kernel or hardware stamped at all four corners; of all without those."""
    known = [one for one in believed if one.round_trip_ns is not None]
    precise = [one for one in known if _all_precise(one)]
    return np.array([one.round_trip_ns for one in precise or known], dtype=np.int64)


def _all_precise(sample: Sample) -> bool:
    """Of a sample that has all four stamps."""
    return all(
        start is not None and end is not None and is_precise((start, end))
        for start, end in (_forward(sample), _backward(sample))
    )


def _forward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t1, sample.t2


def _backward(sample: Sample) -> tuple[Stamp | None, Stamp | None]:
    return sample.t3, sample.t4
