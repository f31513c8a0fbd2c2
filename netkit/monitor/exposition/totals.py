"""Windows added up into series, as Prometheus expects counters: they only ever rise, or start anew.

A series is what one end saw of one flow. Windows of one end come in order, so each series keeps the
time up to which it has counted, and a window that begins before is not counted again: whoever adds
all windows of the last hour every minute counts each once. A series whose last window ended too
long ago is dropped, and begins anew if it comes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from netkit.errors import InputError
from netkit.model.measurement.window import Window, WindowKey
from netkit.model.units import NS_PER_S
from netkit.monitor.exposition.certificates import Certificates, FloorsOf, no_floors
from netkit.monitor.exposition.counters import COUNTERS, DIRECTIONS
from netkit.monitor.exposition.histogram import Histogram

LABELS = ("campaign", "src", "dst", "flow", "seen_by")
"""What tells series apart; a campaign names all values, and ``seen_by`` has two."""

SENDER, REFLECTOR = "sender", "reflector"

SeriesKey = tuple[str, str, str, str, str]

_TIER_BOUNDS_US = (1_000, 5_000, 20_000)
_LADDER_PERCENT = (50, 75, 90, 100, 150)
KEPT_ROUNDS = 3
"""A series of rounds stays so long: the next window comes within two of them, and one that does not
is late before its series is gone."""

_STORED_NS = 120 * NS_PER_S
"""Probes are decided, windows written, and perhaps delivered."""

_LONGEST_NS = 3600 * NS_PER_S
"""No window is longer."""


@dataclass(slots=True)
class Series:
    """What is known of one series: windows that began before ``until_ns`` are counted, the last of
    them ``length_ns`` long, and of rounds that come every ``round_ns``, 0 where they are of none.

    ``counts`` are by metric and the values of its labels, ``delays`` by direction; ``last`` is the
    newest window, and ``contradicted`` whether no clocks explain it, None where nobody knows.
    """

    until_ns: int = 0
    length_ns: int = 0
    round_ns: int = 0
    counts: Counter[tuple[str, tuple[str, ...]]] = field(default_factory=Counter)
    delays: dict[str, Histogram] = field(default_factory=dict)
    last: Window | None = None
    contradicted: bool | None = None


def bucket_bounds_ns(bounds_us: Iterable[int] = ()) -> tuple[int, ...]:
    """The bounds of classic buckets: zero, those of the tiers and of ``bounds_us``, and shares of
    each, so that a creep towards a bound is seen before it is reached."""
    tiers = sorted({*_TIER_BOUNDS_US, *bounds_us})
    rungs = {bound_us * percent * 10 for bound_us in tiers for percent in _LADDER_PERCENT}
    return (0, *sorted(rungs))


def series_key(key: WindowKey) -> SeriesKey:
    """The series of a window."""
    seen_by = SENDER if key.observer == key.src else REFLECTOR
    return (key.campaign, key.src, key.dst, key.flow, seen_by)


class Totals:
    """All series of one exposition, with the same buckets, so that they can be added up.

    >>> totals = Totals(bucket_bounds_ns())
    >>> window = Window(WindowKey("c", "a", "a", "b", "f", 0, 60))
    >>> totals.add(window), totals.add(window)
    (True, False)
    """

    def __init__(self, bounds_ns: tuple[int, ...], floors_of: FloorsOf = no_floors) -> None:
        if (
            not bounds_ns
            or any(bound < 0 for bound in bounds_ns)
            or list(bounds_ns) != sorted(set(bounds_ns))
        ):
            raise InputError.argument(
                "bounds_ns", value=bounds_ns, expected="bounds from 0, rising"
            )
        self.bounds_ns = bounds_ns
        self._series: dict[SeriesKey, Series] = {}
        self._certificates = Certificates(floors_of)

    def add(self, window: Window) -> bool:
        """Count a window; False where it has been counted before."""
        self._certificates.show(window)
        series = self._series.setdefault(series_key(window.key), Series())
        if series.last is None or window.key.start_ns > series.last.key.start_ns:
            series.last = window
        if window.key.start_ns < series.until_ns:
            return False
        series.until_ns = window.key.start_ns + window.key.length_ns
        series.length_ns, series.round_ns = window.key.length_ns, window.round_ns or 0
        _count(series, window)
        self._count_delays(series, window)
        return True

    def certify(self) -> bool:
        """Have the certificates of the mesh, of all windows added since the last time, in the last
        window of each series; False where there is nothing new."""
        last = [one.last for one in self._series.values() if one.last is not None]
        certain = self._certificates.of(last)
        against, changed = self._certificates.contradicts(last), bool(certain)
        for series in self._series.values():
            if series.last is not None:
                before = series.contradicted
                series.last = certain.get(series.last.key, series.last)
                series.contradicted = against.get(series.last.key)
                changed = changed or series.contradicted != before
        return changed

    @property
    def rounds_ns(self) -> Mapping[str, int]:
        """The longest rounds of each campaign that has some: a window is stored when its round
        ends."""
        found: dict[str, int] = {}
        for (campaign, *_), one in self._series.items():
            if one.round_ns:
                found[campaign] = max(one.round_ns, found.get(campaign, 0))
        return found

    def restore(self, restored: Mapping[SeriesKey, Series]) -> None:
        """Go on from what was counted before."""
        self._series.update(restored)

    def keep(self, since_ns: int, now_ns: int, *, lengths: int = 0) -> bool:
        """Drop every series whose last window ended before ``since_ns``, by more than so many of
        its ``lengths``, and longer ago than :data:`KEPT_ROUNDS` take; or has not begun yet: a clock
        that was set back would else have it wait for that time to come. False where none was
        dropped."""
        before = len(self._series)
        self._series = {
            key: series
            for key, series in self._series.items()
            if (
                since_ns <= series.until_ns + lengths * series.length_ns
                or _is_awaited(series, now_ns)
            )
            and _is_of_now(series, now_ns)
        }
        return len(self._series) < before

    def series(self) -> Iterator[tuple[SeriesKey, Series]]:
        """Every series in order of its key."""
        yield from sorted(self._series.items(), key=lambda item: item[0])

    def _count_delays(self, series: Series, window: Window) -> None:
        for way, direction in zip(DIRECTIONS, (window.forward, window.backward), strict=True):
            if direction.delay is not None:
                histogram = series.delays.setdefault(way, Histogram(self.bounds_ns))
                histogram.add(direction.delay)


def _is_awaited(series: Series, now_ns: int) -> bool:
    """Whether the next window of its rounds need not be there yet, or has been late for a round."""
    kept_ns = KEPT_ROUNDS * series.round_ns + _STORED_NS
    return bool(series.round_ns) and now_ns <= series.until_ns + kept_ns


def _is_of_now(series: Series, now_ns: int) -> bool:
    """Of one that was restored only the end of its last window is known."""
    begun = series.last is None or series.last.key.start_ns <= now_ns
    return begun and series.until_ns <= now_ns + _LONGEST_NS


def _count(series: Series, window: Window) -> None:
    for metric in COUNTERS:
        for values, count in metric.of(window).items():
            if count is not None:
                series.counts[metric.name, values] += count
