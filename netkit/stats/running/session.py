"""The figures of a run of any length, made as its samples come: a sink that keeps no samples.

What :func:`netkit.stats.summary.summarize` makes of samples, with these differences: percentiles
come from sketches, whose error is added to the uncertainty of a direction; reordering is that of
neighbouring parts, without its extents; and the skew of clocks is not told. Stamps are checked
part by part, and probes whose stamps cannot be true are in no figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.refutation import ClockStep
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.verdict import worst
from netkit.stats.clocks.evidence import EvidenceFinder
from netkit.stats.clocks.stamp_checks import Stamps
from netkit.stats.loss import HEARD, dropped_counts, loss_counts
from netkit.stats.running.direction import (
    PRECISELY,
    RunningDirection,
    RunningTerms,
    all_known,
    all_precise,
    chosen,
)
from netkit.stats.running.figures import RunningFigures
from netkit.stats.running.reordering import StreamReordering
from netkit.stats.running.sketch import DEFAULT_RELATIVE_ERROR
from netkit.stats.sample_arrays import OUTCOME_CODE, SOURCES, UNKNOWN, OutcomeCount, members
from netkit.stats.summary import SessionSummary

_HEARD = members(OUTCOME_CODE[outcome] for outcome in HEARD)
_LATE = OUTCOME_CODE[Outcome.LATE]
_CORNERS = ("t1", "t2", "t3", "t4")
_Rows = NDArray[np.void]


class StreamFigures:
    """:meth:`add` is a sink; call :meth:`finish` once, at the end, and then ask for figures."""

    relative_error = DEFAULT_RELATIVE_ERROR

    def __init__(self) -> None:
        self.answers = 0
        self._ended = OutcomeCount()
        self._seen: set[tuple[str, StampSource]] = set()
        self._reordering = StreamReordering()
        gone = [OUTCOME_CODE[Outcome.NOT_SENT], OUTCOME_CODE[Outcome.REFUSED]]
        self._forward = RunningDirection("t1", "t2", gone, Outcome.LOST_FORWARD)
        gone = [*gone, OUTCOME_CODE[Outcome.LOST_FORWARD]]
        self._backward = RunningDirection("t3", "t4", gone, Outcome.LOST_BACKWARD)
        self._round_trips = {True: RunningFigures(), False: RunningFigures()}
        self._host_delay, self._send_error = RunningFigures(), RunningFigures()
        self._duplicates = {"forward": 0, "backward": 0}
        self._evidence = EvidenceFinder()

    def add(self, rows: _Rows) -> None:
        """Count these samples."""
        for _ in self.adding(rows):
            pass

    def adding(self, rows: _Rows) -> Iterator[None]:
        """The same, step by step, for somebody who has no time for all of it at once."""
        self._ended.add(rows)
        self._reordering.add(rows)
        yield
        heard = chosen(rows, _HEARD[rows["outcome"]])
        stamps = Stamps.of_rows(heard)
        checked = self._evidence.check(stamps)
        yield
        self._evidence.look_for_steps(heard["sequence"], stamps, checked)
        believed = chosen(heard, checked.believed)
        yield
        late = believed["outcome"] == _LATE
        in_time = chosen(believed, ~late)
        for direction in (self._forward, self._backward):
            direction.add_losses(rows)
            direction.add(in_time)
            yield
            direction.add_late(believed[late])
            direction.unknown += len(heard) - len(believed)
        self._add_round_trips(in_time)
        yield
        for corner in _CORNERS:
            codes = np.bincount(rows[f"{corner}_source"][rows[f"{corner}_ns"] != UNKNOWN])
            self._seen.update((corner, SOURCES[code]) for code in np.flatnonzero(codes).tolist())
        host = chosen(rows, PRECISELY[rows["t1_source"]] & ~rows["spans_step"])
        self._host_delay.add(host["t1_ns"] - host["t1_userspace_ns"])
        yield
        self._send_error.add(rows["send_error_ns"])
        for way in self._duplicates:
            self._duplicates[way] += int(rows[f"{way}_duplicates"].sum())
        self.answers += int((rows["t4_ns"] != UNKNOWN).sum())

    def finish(self) -> None:
        """No more samples will come."""
        self._reordering.finish()

    @property
    def reordered(self) -> int:
        """Probes received once, but out of order in one direction or both."""
        return self._reordering.received if self._order_is_told else 0

    @property
    def _order_is_told(self) -> bool:
        """Not where only the reflector's clock could tell the order, and it jumped."""
        evidence = self._evidence.evidence()
        return self._reordering.counted or evidence.steps == evidence.own_steps

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many ended in which way."""
        return self._ended.outcomes

    def sources(self, corner: str) -> frozenset[StampSource]:
        """Who took stamps of ``t1``, ``t2``, ``t3`` or ``t4``."""
        return frozenset(source for seen, source in self._seen if seen == corner)

    def summary(
        self,
        bound_us: float | None,
        uncertainty_us: float,
        *,
        dropped_here: int = 0,
        own_us: float | None = None,
        own_steps: Sequence[ClockStep] = (),
        too_late: int = 0,
    ) -> SessionSummary:
        """Figures and verdicts; arguments as those of ``summarize``.

        Of ``too_late`` of the lost an answer came after all, when they had been counted as lost:
        they may have taken any time.
        """
        counts = dropped_counts(loss_counts(Counter(self._ended.outcomes)), dropped_here)
        reached = counts.received + counts.late + counts.lost_backward + counts.dropped_here
        evidence = self._evidence.evidence().with_own_steps(own_steps)
        refuted = evidence.refuted(uncertainty_us, own_us)
        lost = counts.lost_forward + counts.lost_backward + counts.lost_unknown
        came = counts.dropped_here, min(too_late, lost)
        terms = RunningTerms(bound_us, uncertainty_us, refuted, *came)
        forward = self._forward.summary(
            (counts.sent, reached, counts.lost_forward, self._duplicates["forward"]),
            self._reordering.forward if self._order_is_told else None, terms,
        )  # fmt: skip
        backward = self._backward.summary(
            (reached, counts.received, counts.lost_backward, self._duplicates["backward"]),
            self._reordering.backward if self._order_is_told else None, terms,
        )  # fmt: skip
        return SessionSummary(
            forward, backward, counts,
            self._round_trips[self._round_trips[True].count > 0].figures(),
            self._host_delay.figures(), self._send_error.figures(),
            bound_us, worst((forward.verdict, backward.verdict)), evidence, refuted,
        )  # fmt: skip

    def _add_round_trips(self, believed: _Rows) -> None:
        known = chosen(believed, all_known(believed, _CORNERS))
        whole_ns, inside_ns = known["t4_ns"] - known["t1_ns"], known["t3_ns"] - known["t2_ns"]
        precise = all_precise(known, _CORNERS)
        for which, figures in self._round_trips.items():
            figures.add((whole_ns - inside_ns)[precise == which])
