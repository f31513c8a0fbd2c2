"""One direction of a run of any length: its delays by who stamped them, and its losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.refutation import Refutation
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.units import ns_to_us
from netkit.stats.direction import DirectionSummary
from netkit.stats.judgement import Doubt, direction_verdict, judged_among, together
from netkit.stats.reordering import Reordering
from netkit.stats.running.figures import RunningDelays, RunningFigures, RunningLosses, over_minimum
from netkit.stats.sample_arrays import OUTCOME_CODE, SOURCE_CODE, SOURCES, UNKNOWN, members

PRECISELY = members(SOURCE_CODE[source] for source in (StampSource.KERNEL, StampSource.HARDWARE))
"""By the code of a source: whether kernel or hardware is meant."""

_LOST = OUTCOME_CODE[Outcome.LOST]
Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class RunningTerms:
    """What both directions are judged by."""

    bound_us: float | None
    uncertainty_us: float
    refuted: Refutation | None
    dropped: int
    too_late: int


class RunningDirection:
    """Delays by who stamped them, precisely or not, and losses; ``gone`` never set out this way."""

    def __init__(self, start: str, end: str, gone: list[int], lost: Outcome) -> None:
        self._ends = (start, end)
        self._delays = {True: RunningDelays(), False: RunningDelays()}
        self._late = {True: RunningFigures(), False: RunningFigures()}
        self._sources: Counter[str] = Counter()
        self._losses: RunningLosses | None = RunningLosses()
        self._gone, self._lost = members(gone), OUTCOME_CODE[lost]
        self.unknown = 0

    def add_losses(self, rows: Rows) -> None:
        """Count what never set out this way, and what was lost on it."""
        ended = rows["outcome"]
        if (ended == _LOST).any():
            self._losses = None
        if self._losses is not None:
            self._losses.add(ended[~self._gone[ended]] == self._lost)

    def add(self, believed: Rows) -> None:
        """Those that came back in time."""
        start, end = self._ends
        known = self._known(believed)
        self._put(known, self._delays)
        pairs = known[f"{start}_source"].astype(np.int64) * len(SOURCES) + known[f"{end}_source"]
        counts = np.bincount(pairs)
        for pair in np.flatnonzero(counts).tolist():
            one, other = divmod(pair, len(SOURCES))
            self._sources[f"{SOURCES[one]}+{SOURCES[other]}"] += int(counts[pair])

    def add_late(self, believed: Rows) -> None:
        """Those that came back after their timeout: in the verdict, and in no figure."""
        self._put(self._known(believed), self._late)

    def _put(
        self, known: Rows, into: Mapping[bool, RunningDelays] | Mapping[bool, RunningFigures]
    ) -> None:
        """Their delays, by whether precise stamps tell them."""
        start, end = self._ends
        precise = all_precise(known, self._ends)
        for which, delays in into.items():
            used = chosen(known, precise == which)
            delays.add(used[f"{end}_ns"] - used[f"{start}_ns"])

    def _known(self, believed: Rows) -> Rows:
        known = chosen(believed, all_known(believed, self._ends))
        self.unknown += len(believed) - len(known)
        return known

    def _hidden(self, terms: RunningTerms) -> bool:
        """Whether some of the losses of this direction are this host's, and not told apart."""
        return terms.dropped > 0 and self._lost == OUTCOME_CODE[Outcome.LOST_BACKWARD]

    def summary(
        self,
        counts: tuple[int, int, int, int],
        reordering: Reordering | None,
        terms: RunningTerms,
    ) -> DirectionSummary:
        """What it comes to; ``counts`` are those sent, received, lost and repeated."""
        precise, other = self._delays[True], self._delays[False]
        used = precise if precise.delay.count else other
        left_out = other.delay if used is precise else RunningFigures()
        exact = bool(precise.delay.count or self._late[True].count)
        late, poor = self._late[exact], self._late[False] if exact else RunningFigures()
        unknown = self.unknown + terms.dropped + terms.too_late
        known = used.delay.count + late.count
        judged_on, judged_ns = None, None
        uncertainty_us = terms.uncertainty_us
        if known:
            both = together(used.delay.count, used.delay.value_at, late.count, late.value_at)
            judged_on, judged_ns = judged_among(known, both)
            if judged_on != "max":
                errors_ns = (one.error_ns(judged_ns) for one in (used.delay, late) if one.count)
                uncertainty_us += ns_to_us(max(errors_ns))
        doubt = Doubt(
            unknown, terms.refuted, left_out.count + poor.count,
            together(left_out.count, left_out.most_at, poor.count, poor.most_at),
            late.count, late.most_at, late.least_at,
        )  # fmt: skip
        delay = used.delay.figures()
        return DirectionSummary(
            *counts,
            delay=delay,
            ipdv=used.ipdv.figures(),
            pdv=None if delay is None else over_minimum(delay),
            sources=dict(sorted(self._sources.items())),
            left_out=left_out.count,
            uncertainty_us=uncertainty_us,
            judged_on=judged_on,
            judged_us=None if judged_ns is None else ns_to_us(judged_ns),
            verdict=direction_verdict(
                delay, uncertainty_us, terms.bound_us, doubt, used.delay.value_at,
                used.delay.least_at if judged_on == "max" else None,
            ),
            reordering=reordering,
            losses=None if self._losses is None or self._hidden(terms) else self._losses.pattern(),
            unknown=unknown,
            late=sum(one.count for one in self._late.values()),
        )  # fmt: skip


def chosen(rows: Rows, which: NDArray[np.bool_]) -> Rows:
    """Those of the rows; no copy of all of them, which takes as long as what is made of them."""
    return rows if which.all() else rows[which]


def all_known(rows: Rows, corners: tuple[str, ...]) -> NDArray[np.bool_]:
    """Of which rows the stamps of all these corners are known."""
    columns = [rows[f"{corner}_ns"] != UNKNOWN for corner in corners]
    return np.asarray(np.logical_and.reduce(columns))


def all_precise(rows: Rows, corners: tuple[str, ...]) -> NDArray[np.bool_]:
    """Of which rows kernel or hardware took them."""
    columns = [PRECISELY[rows[f"{corner}_source"]] for corner in corners]
    return np.asarray(np.logical_and.reduce(columns))
