"""The figures of a run of any length, made as its samples come: a sink that keeps no samples.

What :func:`netkit.stats.summary.summarize` makes of samples, with these differences: percentiles
come from sketches, whose error is added to the uncertainty of a direction; reordering is that of
neighbouring parts, without its extents; and the skew of clocks is not told. Stamps are checked
part by part, and probes whose stamps cannot be true are in no figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.refutation import ClockStep, Refutation
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.units import ns_to_us
from netkit.model.verdict import worst
from netkit.stats.clocks.evidence import EvidenceFinder
from netkit.stats.clocks.stamp_checks import Stamps, check_stamps
from netkit.stats.direction import DirectionSummary
from netkit.stats.judgement import Doubt, direction_verdict, judged
from netkit.stats.loss import ARRIVED, dropped_counts, loss_counts
from netkit.stats.reordering import Reordering
from netkit.stats.running.figures import RunningDelays, RunningFigures, RunningLosses, over_minimum
from netkit.stats.running.reordering import StreamReordering
from netkit.stats.running.sketch import DEFAULT_RELATIVE_ERROR
from netkit.stats.sample_arrays import (
    OUTCOME_CODE,
    SOURCE_CODE,
    SOURCES,
    UNKNOWN,
    OutcomeCount,
    members,
)
from netkit.stats.summary import SessionSummary

_ARRIVED = members(OUTCOME_CODE[outcome] for outcome in ARRIVED)
_LOST, _LATE = OUTCOME_CODE[Outcome.LOST], OUTCOME_CODE[Outcome.LATE]
_PRECISE = members(SOURCE_CODE[source] for source in (StampSource.KERNEL, StampSource.HARDWARE))
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
        self._forward = _Direction("t1", "t2", gone, Outcome.LOST_FORWARD)
        gone = [*gone, OUTCOME_CODE[Outcome.LOST_FORWARD]]
        self._backward = _Direction("t3", "t4", gone, Outcome.LOST_BACKWARD)
        self._round_trips = {True: RunningFigures(), False: RunningFigures()}
        self._host_delay, self._send_error = RunningFigures(), RunningFigures()
        self._duplicates = {"forward": 0, "backward": 0}
        self._evidence = EvidenceFinder()

    def add(self, rows: _Rows) -> None:
        """Count these samples."""
        self._ended.add(rows)
        self._reordering.add(rows)
        arrived = rows[_ARRIVED[rows["outcome"]]]
        checked = self._evidence.add(arrived["sequence"], Stamps.of_rows(arrived))
        believed = arrived if checked.believed.all() else arrived[checked.believed]
        late = rows[rows["outcome"] == _LATE]
        for direction in (self._forward, self._backward):
            direction.add_losses(rows)
            direction.add(believed, len(arrived))
            if len(late):
                direction.add_late(late)
        self._add_round_trips(believed)
        for corner in _CORNERS:
            codes = np.unique(rows[f"{corner}_source"][rows[f"{corner}_ns"] != UNKNOWN])
            self._seen.update((corner, SOURCES[code]) for code in codes.tolist())
        host = rows[_PRECISE[rows["t1_source"]] & ~rows["spans_step"]]
        self._host_delay.add(host["t1_ns"] - host["t1_userspace_ns"])
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
        terms = _Terms(bound_us, uncertainty_us, refuted, *came)
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
        known = believed[_all_known(believed, _CORNERS)]
        whole_ns, inside_ns = known["t4_ns"] - known["t1_ns"], known["t3_ns"] - known["t2_ns"]
        precise = _all_precise(known, _CORNERS)
        for which, figures in self._round_trips.items():
            figures.add((whole_ns - inside_ns)[precise == which])


@dataclass(frozen=True, slots=True)
class _Terms:
    """What both directions are judged by."""

    bound_us: float | None
    uncertainty_us: float
    refuted: Refutation | None
    dropped: int
    too_late: int


class _Direction:
    """Delays by who stamped them, precisely or not, and losses; ``gone`` never set out this way."""

    def __init__(self, start: str, end: str, gone: list[int], lost: Outcome) -> None:
        self._ends = (start, end)
        self._delays = {True: RunningDelays(), False: RunningDelays()}
        self._late = RunningFigures()
        self._sources: Counter[str] = Counter()
        self._losses: RunningLosses | None = RunningLosses()
        self._gone, self._lost = members(gone), OUTCOME_CODE[lost]
        self._unknown = 0

    def add_losses(self, rows: _Rows) -> None:
        ended = rows["outcome"]
        if (ended == _LOST).any():
            self._losses = None
        if self._losses is not None:
            self._losses.add(ended[~self._gone[ended]] == self._lost)

    def add(self, believed: _Rows, arrived: int) -> None:
        start, end = self._ends
        known = believed[_all_known(believed, self._ends)]
        self._unknown += arrived - len(known)
        precise = _all_precise(known, self._ends)
        for which, delays in self._delays.items():
            used = known[precise == which]
            delays.add(used[f"{end}_ns"] - used[f"{start}_ns"])
        pairs = known[f"{start}_source"].astype(np.int64) * len(SOURCES) + known[f"{end}_source"]
        for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
            one, other = divmod(int(pair), len(SOURCES))
            self._sources[f"{SOURCES[one]}+{SOURCES[other]}"] += int(count)

    def add_late(self, late: _Rows) -> None:
        """Those that came back after their timeout: in the verdict, and in no figure."""
        start, end = self._ends
        believed = late[check_stamps(Stamps.of_rows(late)).believed]
        known = believed[_all_known(believed, self._ends)]
        self._unknown += len(late) - len(known)
        self._late.add(known[f"{end}_ns"] - known[f"{start}_ns"])

    def _hidden(self, terms: _Terms) -> bool:
        """Whether some of the losses of this direction are this host's, and not told apart."""
        return terms.dropped > 0 and self._lost == OUTCOME_CODE[Outcome.LOST_BACKWARD]

    def summary(
        self,
        counts: tuple[int, int, int, int],
        reordering: Reordering | None,
        terms: _Terms,
    ) -> DirectionSummary:
        precise, other = self._delays[True], self._delays[False]
        used = precise if precise.delay.count else other
        delay = used.delay.figures()
        left_out = other.delay.count if used is precise else 0
        uncertainty_us = terms.uncertainty_us
        unknown = self._unknown + terms.dropped + terms.too_late
        judged_on, judged_us = None, None
        doubt = Doubt(
            unknown, terms.refuted, left_out, other.delay.most_at,
            self._late.count, self._late.most_at,
        )  # fmt: skip
        if delay is not None:
            judged_on, judged_ns = judged(delay)
            judged_us = ns_to_us(judged_ns)
            if judged_on != "max":
                uncertainty_us += ns_to_us(used.delay.error_ns(judged_ns))
        return DirectionSummary(
            *counts,
            delay=delay,
            ipdv=used.ipdv.figures(),
            pdv=None if delay is None else over_minimum(delay),
            sources=dict(sorted(self._sources.items())),
            left_out=left_out,
            uncertainty_us=uncertainty_us,
            judged_on=judged_on,
            judged_us=judged_us,
            verdict=direction_verdict(
                delay, uncertainty_us, terms.bound_us, doubt, used.delay.value_at
            ),
            reordering=reordering,
            losses=None if self._losses is None or self._hidden(terms) else self._losses.pattern(),
            unknown=unknown,
            late=self._late.count,
        )  # fmt: skip


def _all_known(rows: _Rows, corners: tuple[str, ...]) -> NDArray[np.bool_]:
    columns = [rows[f"{corner}_ns"] != UNKNOWN for corner in corners]
    return np.asarray(np.logical_and.reduce(columns))


def _all_precise(rows: _Rows, corners: tuple[str, ...]) -> NDArray[np.bool_]:
    columns = [_PRECISE[rows[f"{corner}_source"]] for corner in corners]
    return np.asarray(np.logical_and.reduce(columns))
