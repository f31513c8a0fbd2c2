"""The newest windows of a pair or a campaign, judged for a monitoring system.

Each direction of each flow keeps the verdict that its window came to. What is too old, or of a time
that has not come yet, is unknown, whatever it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from netkit.errors import ExitCode
from netkit.model.measurement.window import DirectionWindow, Window, WindowKey
from netkit.model.units import NS_PER_S, us_to_ns
from netkit.model.verdict import Verdict, exit_code, worst
from netkit.stats.windows.counts import sketch_of
from netkit.stats.windows.joined import newest_sessions
from netkit.stats.windows.newest import Fresh, end_ns

AHEAD_NS = 3600 * NS_PER_S
"""Windows that begin later than that from now are of a clock that was wrong, and are passed over
where there are others: those of a clock that is ahead by less are told as such."""


_NOT_SENT = "not sent: "
"""So begin the notes of windows that tell why probes were not sent."""


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """``stale_after_ns`` is None for five windows and a minute, or two rounds.
    ``warn_margin_percent``: what passes with less of its bound left is degraded, and so is what
    :func:`loses` more than ``warn_loss_percent`` of its probes."""

    stale_after_ns: int | None = None
    warn_margin_percent: float = 10.0
    warn_loss_percent: float = 1.0


@dataclass(frozen=True, slots=True)
class CheckedDirection:
    """One direction in its newest window; what is not known is None. ``age_ns`` is how long ago
    that ended, 0 while it runs and negative before it begins. ``unanswered`` is the share of its
    probes that had no answer, whichever way they were lost."""

    key: WindowKey
    direction: str
    verdict: Verdict
    stale: bool
    age_ns: int
    stale_after_ns: int
    p99_ns: float | None
    bound_ns: int | None
    uncertainty_ns: int | None
    lost: float | None
    unanswered: float | None = None
    unsent: str | None = None

    @property
    def margin_ns(self) -> float | None:
        """What the 99th percentile leaves of the bound."""
        if self.p99_ns is None or self.bound_ns is None:
            return None
        return self.bound_ns - self.p99_ns


@dataclass(frozen=True, slots=True)
class Check:
    """What a check comes to; no directions where nothing was ever measured. ``left`` are the flows
    that have left their campaign, and are not among them."""

    directions: tuple[CheckedDirection, ...]
    verdict: Verdict
    degraded: bool
    options: CheckOptions
    left: tuple[WindowKey, ...] = ()

    @property
    def code(self) -> ExitCode:
        """The exit code of the one table."""
        return exit_code(self.verdict, degraded=self.degraded)


def check(
    newest: Iterable[Window],
    options: CheckOptions,
    now_ns: int,
    rounds_ns: Mapping[WindowKey, int] | None = None,
) -> Check:
    """Judge the newest window of each flow, what both ends saw of it joined. ``rounds_ns`` are how
    long the rounds are that some of them are of."""
    sessions = newest_sessions(newest)
    fresh = Fresh(now_ns, options.stale_after_ns, rounds_ns or {})
    gone = fresh.left(sessions)
    found = tuple(
        one for window in sessions if window.key not in gone for one in _directions(window, fresh)
    )
    verdict = worst(one.verdict for one in found)
    degraded = any(loses(one, options) or _is_near(one, options) for one in found)
    return Check(found, verdict, degraded, options, tuple(sorted(gone)))


def _directions(window: Window, fresh: Fresh) -> Iterator[CheckedDirection]:
    key, now_ns = window.key, fresh.now_ns
    stale = fresh.is_stale(key)
    age_ns = 0 if key.start_ns <= now_ns < end_ns(key) else now_ns - end_ns(key)
    bound_ns = None if window.bound_us is None else us_to_ns(window.bound_us)
    for name, one in (("forward", window.forward), ("backward", window.backward)):
        if one.delay is None and one.verdict is Verdict.UNKNOWN and key.observer != key.src:
            continue  # a reflector knows one direction only
        verdict = Verdict.UNKNOWN if stale else one.verdict
        yield CheckedDirection(
            key, name, verdict, stale, age_ns, fresh.limit_ns(key), _p99_ns(one), bound_ns,
            one.uncertainty_ns, _lost(one), _unanswered(window), _unsent(window),
        )  # fmt: skip


def _p99_ns(one: DirectionWindow) -> float | None:
    return None if one.delay is None else sketch_of(one.delay).percentile(99)


def _lost(one: DirectionWindow) -> float | None:
    return one.lost / one.sent if one.lost is not None and one.sent else None


def _unanswered(window: Window) -> float | None:
    probes, unanswered = window.probes, window.unanswered
    return unanswered / probes if probes and unanswered is not None else None


def _unsent(window: Window) -> str | None:
    """What the window notes of why, if none of its probes was sent."""
    if window.probes != 0:
        return None
    return next((one for one in window.notes if one.startswith(_NOT_SENT)), "no probe was sent")


def loses(one: CheckedDirection, options: CheckOptions) -> bool:
    """Whether it loses too much. Where nobody knows which way probes were lost: whether more had no
    answer than both directions together may lose."""
    most = options.warn_loss_percent / 100
    if one.lost is not None:
        return one.lost > most
    return one.unanswered is not None and one.unanswered > 1 - (1 - most) ** 2


def _is_near(one: CheckedDirection, options: CheckOptions) -> bool:
    if one.margin_ns is None or one.bound_ns is None:
        return False
    return one.margin_ns * 100 < one.bound_ns * options.warn_margin_percent
