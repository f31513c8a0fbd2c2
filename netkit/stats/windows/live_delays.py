"""The delays of one direction of a window, as they come: counts for the store, and the verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.refutation import Refutation
from netkit.model.measurement.sample import StampSource
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    DelayCounts,
    DirectionWindow,
)
from netkit.model.units import ns_to_us
from netkit.model.verdict import Verdict
from netkit.stats.delay import Nanoseconds, ipdv
from netkit.stats.judgement import Doubt, direction_verdict, judged, ranks
from netkit.stats.running.figures import RunningFigures
from netkit.stats.running.sketch import Sketch
from netkit.stats.sample_arrays import SOURCE_CODE, UNKNOWN, members
from netkit.stats.windows.counts import counts_of

_PRECISE = members(SOURCE_CODE[source] for source in (StampSource.KERNEL, StampSource.HARDWARE))
_CORNERS = ("t1", "t2", "t3", "t4")
_Rows = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Terms:
    """What both directions are judged by; ``dropped`` replies were lost in this host."""

    error_ns: float
    bound_us: int | None
    refuted: Refutation | None
    dropped: int


@dataclass
class CountedDelays:
    """A sketch of delays, and their exact sum."""

    relative_error: float
    sum_ns: int = 0

    def __post_init__(self) -> None:
        self.sketch = Sketch(self.relative_error)

    def add(self, values_ns: Nanoseconds) -> None:
        """Count these, of any sign."""
        if values_ns.size:
            self.sketch.add(values_ns)
            # Not in 64 bits: a clock that is off by years would overflow them.
            self.sum_ns += sum(values_ns.tolist())

    def counts(self) -> DelayCounts | None:
        """As a value; None of no delays."""
        return counts_of(self.sketch, self.sum_ns) if self.sketch.count else None


class DirectionDelays:
    """Delays by who stamped them, precisely or not, and their variation from one to the next.

    :attr:`unknown` probes arrived too, with stamps that are missing or impossible.
    """

    def __init__(self, start: str, end: str) -> None:
        self._ends = (start, end)
        self._classes = {True: _Class(), False: _Class()}
        self.unknown = 0

    def begin(self, believed: _Rows) -> None:
        """The last delays of the window before, which the first of this one vary from."""
        for precise, delays_ns in self._delays(believed):
            self._classes[precise].last_ns = delays_ns[-1:]

    def add(self, believed: _Rows, arrived: int) -> None:
        """Go on with those that are believed of so many that came back."""
        counted = 0
        for precise, delays_ns in self._delays(believed):
            self._classes[precise].add(delays_ns)
            counted += delays_ns.size
        self.unknown += arrived - counted

    @property
    def left_out(self) -> int:
        """Delays that are in no figure, as others have better stamps."""
        other = self._classes[False]
        return other.delay.sketch.count if self._used is not other else 0

    @property
    def beyond(self) -> int:
        """How many of those that are left out seem to be longer than all that are not."""
        most_ns, other = self._used.delay.sketch.max_ns, self._classes[False].judged
        if not self.left_out or most_ns is None:
            return 0
        return self.left_out - ranks(self.left_out, lambda rank: other.value_at(rank) <= most_ns)

    def window(self, terms: Terms, **counts: int | None) -> DirectionWindow:
        """The direction, with these counts."""
        used = self._used
        return DirectionWindow(
            **counts,  # type: ignore[arg-type]
            delay=used.delay.counts(),
            ipdv=used.ipdv.counts(),
            uncertainty_ns=None if math.isinf(terms.error_ns) else math.ceil(terms.error_ns),
            verdict=self._verdict(used.judged, terms),
        )

    @property
    def _used(self) -> _Class:
        precise = self._classes[True]
        return precise if precise.delay.sketch.count else self._classes[False]

    def _verdict(self, figures: RunningFigures, terms: Terms) -> Verdict:
        if terms.bound_us is None:
            return Verdict.UNKNOWN
        delay, error_us = figures.figures(), ns_to_us(terms.error_ns)
        least_at = figures.least_at
        if delay is not None and judged(delay)[0] != "max":
            least_at = figures.value_at  # the uncertainty has its error
            error_us += ns_to_us(figures.error_ns(judged(delay)[1]))
        doubt = Doubt(
            self.unknown + terms.dropped, terms.refuted,
            self.left_out, self._classes[False].judged.most_at,
        )  # fmt: skip
        return direction_verdict(delay, error_us, terms.bound_us, doubt, figures.value_at, least_at)

    def _delays(self, rows: _Rows) -> list[tuple[bool, Nanoseconds]]:
        start, end = self._ends
        known = rows[(rows[f"{start}_ns"] != UNKNOWN) & (rows[f"{end}_ns"] != UNKNOWN)]
        delays_ns = known[f"{end}_ns"] - known[f"{start}_ns"]
        precise = all_precise(known, self._ends)
        return [(which, delays_ns[precise == which]) for which in (True, False)]


class _Class:
    """Delays of one kind of stamps; ``judged`` has its figures from over their least."""

    def __init__(self) -> None:
        self.delay, self.ipdv = (
            CountedDelays(DELAY_RELATIVE_ERROR),
            CountedDelays(IPDV_RELATIVE_ERROR),
        )
        self.judged = RunningFigures()
        self.last_ns = np.zeros(0, np.int64)

    def add(self, delays_ns: Nanoseconds) -> None:
        self.delay.add(delays_ns)
        self.judged.add(delays_ns)
        joined = np.concatenate([self.last_ns, delays_ns])
        self.ipdv.add(ipdv(joined))
        self.last_ns = joined[-1:]


class RoundTrips:
    """Round trips without the reflector's time, by whether all four stamps are precise."""

    def __init__(self) -> None:
        self._classes = {which: CountedDelays(DELAY_RELATIVE_ERROR) for which in (True, False)}

    def add(self, believed: _Rows) -> None:
        """Go on with these."""
        columns = [believed[f"{corner}_ns"] != UNKNOWN for corner in _CORNERS]
        known = believed[np.logical_and.reduce(columns)]
        whole_ns, inside_ns = known["t4_ns"] - known["t1_ns"], known["t3_ns"] - known["t2_ns"]
        precise = all_precise(known, _CORNERS)
        for which, counted in self._classes.items():
            counted.add((whole_ns - inside_ns)[precise == which])

    def counts(self) -> DelayCounts | None:
        """Those of the best stamps; None of none."""
        return self._classes[True].counts() or self._classes[False].counts()


def all_precise(rows: _Rows, corners: tuple[str, ...]) -> NDArray[np.bool_]:
    """Of which rows kernel or hardware took the stamps of all these corners."""
    columns = [_PRECISE[rows[f"{corner}_source"]] for corner in corners]
    return np.asarray(np.logical_and.reduce(columns))
