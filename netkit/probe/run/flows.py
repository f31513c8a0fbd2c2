"""The figures of all flows of a run, and which of them speaks for each direction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from netkit.errors import ExitCode
from netkit.model.measurement.refutation import ClockStep, Refutation
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.units import ms_to_us
from netkit.model.verdict import Verdict, exit_code, judge, worst
from netkit.probe.run.send import SendResult
from netkit.probe.sender.result import SessionResult
from netkit.probe.stream.result import TOO_LATE
from netkit.stats.direction import DirectionSummary
from netkit.stats.loss import out_of_order
from netkit.stats.summary import SessionSummary, summarize

_BEST_FIRST = (StampSource.HARDWARE, StampSource.KERNEL, StampSource.USERSPACE)
_OUTSTANDING = {Verdict.BREACH: 0, Verdict.UNKNOWN: 1, Verdict.INCONCLUSIVE: 2, Verdict.PASS: 3}


@dataclass(frozen=True)
class Measured:
    """One summary a flow. ``forward`` and ``backward`` are those of the worst flow each way.

    A tier has to be kept on every ECMP branch, so the worst flow is the answer: the one with the
    worst verdict, and among those the one with the greatest delay.
    """

    summaries: tuple[SessionSummary, ...]
    forward: DirectionSummary
    backward: DirectionSummary
    verdict: Verdict
    bound_us: float | None
    warn_margin_percent: float

    @property
    def received(self) -> int:
        """Probes answered in time, in all flows."""
        return sum(summary.counts.received for summary in self.summaries)

    @property
    def refuted(self) -> tuple[Refutation, ...]:
        """Why clocks cannot be what they claim, of each flow that shows it."""
        return tuple(one.refuted for one in self.summaries if one.refuted is not None)

    @property
    def silent(self) -> bool:
        """No answer at all, not even a late one."""
        return not any(summary.counts.received + summary.counts.late for summary in self.summaries)

    @property
    def degraded(self) -> bool:
        """Within the bound, but some flow's delay is closer to it than the warning margin."""
        warn_us = self.warn_us
        return (
            self.verdict is Verdict.PASS
            and warn_us is not None
            and any(
                judge(way.judged_us, way.uncertainty_us, warn_us) is not Verdict.PASS
                for summary in self.summaries
                for way in (summary.forward, summary.backward)
            )
        )

    @property
    def code(self) -> ExitCode:
        """With which code a command ends that found this; without a bound any answer is good."""
        if self.bound_us is None:
            return ExitCode.OK if self.received else ExitCode.UNKNOWN
        return exit_code(self.verdict, degraded=self.degraded)

    @property
    def warn_us(self) -> float | None:
        """From where on a delay is degraded."""
        if self.bound_us is None:
            return None
        return self.bound_us * (1 - self.warn_margin_percent / 100)


def measured(
    result: SendResult,
    bound_us: int | None,
    clock_error_ms: float | None,
    *,
    warn_margin_percent: float,
    skew_removed: bool = False,
) -> Measured:
    """Summarize all flows; ``clock_error_ms`` replaces what the clocks say of themselves."""
    errors = _Errors(result.uncertainty_us, result.own_uncertainty_us)
    if clock_error_ms is not None:
        errors = _Errors(ms_to_us(clock_error_ms), None)
    summaries = tuple(
        _summary(flow.session, bound_us, errors, skew_removed=skew_removed) for flow in result.flows
    )
    return Measured(
        summaries,
        worst_way([summary.forward for summary in summaries]),
        worst_way([summary.backward for summary in summaries]),
        worst(summary.verdict for summary in summaries),
        bound_us,
        warn_margin_percent,
    )


class _Errors(NamedTuple):
    """What both clocks together may be off, and what of that is this host's, if that is known."""

    both_us: float
    own_us: float | None


def _summary(
    session: SessionResult, bound_us: int | None, errors: _Errors, *, skew_removed: bool
) -> SessionSummary:
    dropped, steps = session.dropped_here, session.clock_steps
    if session.running is not None:
        return session.running.summary(
            bound_us, errors.both_us, dropped_here=dropped, own_us=errors.own_us, own_steps=steps,
            too_late=session.notes.get(TOO_LATE, 0),
        )  # fmt: skip
    found = summarize(
        session.samples, bound_us, errors.both_us, skew_removed=skew_removed, dropped_here=dropped,
        own_us=errors.own_us, own_steps=steps,
    )  # fmt: skip
    return _another_way(found) if session.path.other_ways else found


def _another_way(found: SessionSummary) -> SessionSummary:
    """Replies took another way back than was asked for: of that one nothing is known."""
    backward = replace(found.backward, judged_us=None, verdict=Verdict.UNKNOWN)
    verdict = worst((found.forward.verdict, backward.verdict))
    return replace(found, backward=backward, verdict=verdict)


def clock_steps(result: SendResult, found: Measured) -> tuple[ClockStep, ...]:
    """All steps of the reflector's clock that flows saw, and those of this host's from one flow."""
    own = max((flow.session.clock_steps for flow in result.flows), key=len, default=())
    far = {
        step: None
        for summary in found.summaries
        for step in summary.evidence.steps
        if step.clock != "sender"
    }
    return tuple(sorted((*own, *far), key=lambda step: (step.probe, step.clock)))


REORDERED = "reordered"
"""What became of a probe that was received, but out of order in one direction or both."""

DROPPED_HERE = "dropped_here"
"""What became of a probe whose reply came back to this host, which had no room for it."""


def outcomes(result: SendResult, found: Measured) -> Mapping[str, int]:
    """How many probes of all flows ended in which way, each in exactly one."""
    ended: Counter[str] = Counter()
    for flow, summary in zip(result.flows, found.summaries, strict=True):
        running = flow.session.running
        if running is not None:
            ended.update(running.outcomes)
            ended[REORDERED] += running.reordered
            ended[Outcome.RECEIVED] -= running.reordered
            continue
        any_behind = summary.forward.reordered + summary.backward.reordered
        behind = out_of_order(flow.session.samples) if any_behind else frozenset()
        for sample in flow.session.samples:
            received = sample.outcome is Outcome.RECEIVED
            ended[REORDERED if received and sample.sequence in behind else sample.outcome] += 1
    return _without_dropped(ended, sum(one.counts.dropped_here for one in found.summaries))


def _without_dropped(ended: Counter[str], dropped: int) -> Counter[str]:
    """The lost without those that this host has dropped."""
    ended[DROPPED_HERE] = dropped
    for outcome in (Outcome.LOST_BACKWARD, Outcome.LOST):
        moved = min(dropped, ended[outcome])
        ended[outcome] -= moved
        dropped -= moved
    return ended


def stamp_sources(result: SendResult) -> Mapping[str, str | None]:
    """Who took each of the four stamps, at its best: figures rest on nothing worse."""
    return {
        corner: _best([flow.session for flow in result.flows], corner)
        for corner in ("t1", "t2", "t3", "t4")
    }


def _stamp(sample: Sample, corner: str) -> Stamp | None:
    found: Stamp | None = getattr(sample, corner)
    return found


def _best(sessions: list[SessionResult], corner: str) -> str | None:
    stamps = (_stamp(sample, corner) for session in sessions for sample in session.samples)
    seen = {stamp.source for stamp in stamps if stamp is not None}
    seen.update(*(each.running.sources(corner) for each in sessions if each.running is not None))
    return next((str(source) for source in _BEST_FIRST if source in seen), None)


def worst_way(ways: Sequence[DirectionSummary]) -> DirectionSummary:
    """The one with the worst verdict, and among those the one with the greatest delay."""
    return min(ways, key=lambda way: (_OUTSTANDING[way.verdict], -(way.judged_us or 0)))
