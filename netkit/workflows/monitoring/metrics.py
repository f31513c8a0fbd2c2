"""From stored windows to the metrics of Prometheus: a file for cron, or what a scraper is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from netkit.errors import InputError
from netkit.model.measurement.window import Window, WindowSelection
from netkit.model.units import NS_PER_S
from netkit.monitor.exposition.restore import restored
from netkit.monitor.exposition.text import negotiated, plain_text
from netkit.monitor.exposition.totals import KEPT_ROUNDS, Totals, bucket_bounds_ns
from netkit.probe.scrape.own_process import serve_apart
from netkit.probe.scrape.requests import TextOf
from netkit.probe.scrape.server import MetricsServer
from netkit.stats.windows.certified import Floors
from netkit.store.file_lock import alone
from netkit.store.text_files import refuse_link, write_text
from netkit.store.windows.store import open_store
from netkit.workflows.monitoring.light import Light

Windows = Callable[[WindowSelection], Iterable[Window]]
"""A store, as far as metrics ask it."""

STALE_AFTER_S = 900.0
_STORED_S = 120.0
LATE_S = 300.0
"""A window that is stored later than this after its end, where others were scraped before, may be
in no counter."""

_RELEASE = version("netkit-srv6")
"""Asked while files can be read: who serves may be nobody by then."""

_AGAIN_S = 1.0
_ROUNDS_AGAIN_S = 30.0
"""Windows of rounds go far back and come rarely: they are not looked for every second."""

_MOST_TEXTS = 4


@dataclass(frozen=True, slots=True)
class MetricsOptions:
    """Which series: those of ``campaign``, or all, that had a window in the last
    ``stale_after_s``, and the length of that window more; None is 900 s, or as long as two rounds
    take by ``light``. That is where sites of campaigns are, for the certificates of the mesh.
    ``bounds_us`` are bounds of tiers beyond those that ship."""

    campaign: str | None = None
    stated_after_s: float | None = None
    bounds_us: tuple[int, ...] = ()
    light: tuple[Light, ...] = ()

    @property
    def stale_after_s(self) -> float:
        """How long ago the last window of a series may have ended."""
        if self.stated_after_s is not None:
            return self.stated_after_s
        return max(STALE_AFTER_S, 2 * self._period_s + _STORED_S)

    @property
    def late_s(self) -> float:
        """How long after its end a window may be stored, where others were scraped before: those of
        a round are stored when it ends."""
        return min(max(LATE_S, self._period_s + _STORED_S), self.stale_after_s)

    @property
    def _period_s(self) -> float:
        return max((one.period_ns for one in self.light), default=0) / NS_PER_S

    def selection(self, now_ns: int, span_s: float) -> WindowSelection:
        """The windows that ended in the last so many seconds, and the last of each flow before."""
        ended_ns = now_ns - round(span_s * NS_PER_S)
        return WindowSelection(self.campaign, until_ns=now_ns, fresh_since_ns=ended_ns)

    def of_rounds(self, rounds_ns: Mapping[str, int], now_ns: int) -> Iterator[WindowSelection]:
        """The windows of campaigns whose rounds take so long, as far back as a series stays."""
        for campaign, round_ns in rounds_ns.items():
            span_ns = KEPT_ROUNDS * round_ns + round(_STORED_S * NS_PER_S)
            if self.campaign in (None, campaign):
                since_ns = now_ns - span_ns
                yield WindowSelection(campaign, until_ns=now_ns, fresh_since_ns=since_ns)

    def no_totals(self) -> Totals:
        """Totals of nothing yet, with the buckets of these bounds."""
        light = {one.campaign: one for one in self.light}

        def floors_of(campaign: str) -> Floors | None:
            known = light.get(campaign)
            return None if known is None else known.now()

        return Totals(bucket_bounds_ns(self.bounds_us), floors_of)


def metrics_text(windows: Windows, options: MetricsOptions, now_ns: int) -> str:
    """The metrics of what the store holds of the last while; counters count that while."""
    totals = options.no_totals()
    _follow(totals, windows, options, now_ns, options.stale_after_s)
    return plain_text(totals, _RELEASE)


def write_textfile(windows: Windows, file: Path, options: MetricsOptions, now_ns: int) -> None:
    """Write the metrics whole, counters going on from those that the file has.

    Raises InputError for a file that is none of ours, ApplyError where another run writes it now,
    OSError where it cannot be written.
    """
    if file.suffix != ".prom":
        raise InputError.argument(
            "textfile", value=file, expected="a name that ends in .prom, as node_exporter reads"
        )
    refuse_link(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with alone(file.with_name(f".{file.name}.lock"), "another run"):
        totals = options.no_totals()
        if file.exists():
            restored(file.read_text(encoding="utf-8"), totals, str(file))
        _follow(totals, windows, options, now_ns, options.stale_after_s)
        write_text(file, plain_text(totals, _RELEASE))


def _follow(
    totals: Totals,
    windows: Windows,
    options: MetricsOptions,
    now_ns: int,
    span_s: float,
    *,
    rounds: bool = True,
) -> bool:
    """Add what is new of the last so many seconds, and ``rounds``: of campaigns that are known to
    have some as far back as these go, first, as windows of a series are counted in order. False
    where nothing has changed."""
    ahead = totals.keep(0, now_ns)
    asked = [options.selection(now_ns, span_s)]
    if rounds:
        asked = [*options.of_rounds(totals.rounds_ns, now_ns), *asked]
    added = [totals.add(window) for one in asked for window in windows(one)]
    since_ns = now_ns - round(options.stale_after_s * NS_PER_S)
    dropped = totals.keep(since_ns, now_ns, lengths=1)
    certified = totals.certify()
    return any(added) or dropped or ahead or certified


@dataclass(slots=True)
class Scraped:
    """What scrapers are told: the store is looked at once a second at the most, and a text is made
    once for each format and state of the store. ``now_ns`` tells the time (UTC)."""

    windows: Windows
    options: MetricsOptions
    now_ns: Callable[[], int]
    _totals: Totals = field(init=False)
    _looked_ns: int | None = None
    _rounds_ns: int | None = None
    _texts: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._totals = self.options.no_totals()

    def text(self, accept: str) -> tuple[bytes, str]:
        """The text in the format that ``accept`` asks for, and its content type."""
        now_ns = self.now_ns()
        if self._looked_ns is None or not 0 <= now_ns - self._looked_ns < _AGAIN_S * NS_PER_S:
            self._look(now_ns)
        if accept not in self._texts:
            if len(self._texts) >= _MOST_TEXTS:  # scrapers ask for few formats, and not for many
                self._texts.clear()
            self._texts[accept] = negotiated(self._totals, _RELEASE, accept)
        return self._texts[accept]

    def _look(self, now_ns: int) -> None:
        goes_on = self._looked_ns is not None and self._looked_ns <= now_ns
        span_s = self.options.late_s if goes_on else self.options.stale_after_s
        told_ns = self._rounds_ns
        rounds = told_ns is None or not 0 <= now_ns - told_ns < _ROUNDS_AGAIN_S * NS_PER_S
        if _follow(self._totals, self.windows, self.options, now_ns, span_s, rounds=rounds):
            self._texts.clear()
        self._looked_ns = now_ns
        self._rounds_ns = now_ns if rounds else told_ns


def serve_store_apart(url: str | None, address: str, port: int, options: MetricsOptions) -> int:
    """Serve ``/metrics`` of a store from a process of its own, as an agent does: its number.

    The process ends with this one, or by SIGTERM. Raises ProbeError where the
    port cannot be had.
    """

    def text_of() -> TextOf:
        return Scraped(open_store(url).windows, options, time.time_ns).text

    return serve_apart(MetricsServer(address, port), text_of)
