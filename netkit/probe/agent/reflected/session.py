"""The requests of one flow as they come in, put into windows by T1. Pure: ``now`` is an argument.

Requests of one run of a sender have rising numbers and rising T1. What does not fit says what has
happened there::

    unknown -> heard     a request comes: windows from a second later on are whole
    heard   -> heard     number and T1 rise, or both fall: in order, overtaken, or a copy
    heard   -> unknown   silent for REFWAIT_NS
    heard   -> anew      from another port, or from number 0 again, with a later T1; or T1 is more
                         than a window ahead of what that clock must show, or a second behind: a
                         new run, a clock that was set, or a long way; what is open is not whole,
                         and counting goes on as from unknown
    anew    -> heard     after such a leap ahead a request still goes on as before it: that was
                         somebody else's, and its windows are not whole
    heard   -> set back  a later number with an earlier T1: the clock was set back, into times that
                         the sender's latest window now takes in; that is not whole here, and
                         nothing is counted until T1 has passed it
    heard   -> unknown   a later number with an implausible T1: what is open is not whole, nor is
                         ever a window around such a T1

A window is over when its sender has decided it: by what the sender's clock must show by now,
``patience_ns`` after its end, or WAIT_NS later if nothing has been heard from after its end. One
of which nothing came is a window too: nothing was received. Memory is a few numbers and WINDOW bits
a flow, and as many windows as are open that long.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from netkit.model.units import NS_PER_S
from netkit.probe.agent.held import WIRE
from netkit.probe.agent.reflected.counts import Gap, WindowCounts
from netkit.probe.agent.reflected.ranges import Ranges
from netkit.probe.agent.rows import WAIT_NS
from netkit.probe.reflector.sessions import REFWAIT_NS

WINDOW = 4096
"""Numbers so far behind the highest are told from copies."""

PLAUSIBLE_NS = 3600 * NS_PER_S
"""T1 may be so far from T2: clocks that nobody holds are minutes off, not days."""

GUARD_NS = NS_PER_S
"""The first request that is heard may have overtaken others: so much later a window is whole."""

_AROUND = 8
"""So near to a window whose requests were refused others are in doubt: theirs may be lost."""

_LEAP_NS = 60 * NS_PER_S
"""So long after a leap of T1 the session before it is waited for."""

_HALF = 1 << 31
_SPARE = 4


class Refused(StrEnum):
    """Why a request of a flow is in no window."""

    IMPLAUSIBLE = "T1 is an hour off or more"
    OTHER_PORT = "from another port than its session"
    TOO_OLD = "of a window that is over"
    TOO_FAR = "too far behind to be told from a copy"
    TOO_MANY = "of one window too many at once"


Counted = WindowCounts | Refused | None
"""The window of a new request, why it is in none, or None for a copy."""


class _Before(NamedTuple):
    """A session as it was before a leap, and when its next window begins."""

    port: int | None
    highest: int
    seen: int
    newest_ns: int
    lag_ns: int
    heard_ns: int
    next_ns: int
    leapt_ns: int


class HeardSession:
    """Feed it with :meth:`hear`; :meth:`over` yields windows that are over, by their start."""

    def __init__(self, window_ns: int, patience_ns: int) -> None:
        self._length_ns, self._patience_ns = window_ns, patience_ns
        self._most = (patience_ns + WAIT_NS) // window_ns + _SPARE
        self._port: int | None = None
        self._highest, self._seen = 0, 0
        self._newest_ns, self._lag_ns, self._heard_ns = 0, 0, 0
        self._next_ns, self._whole_ns = 0, 0
        self._open: dict[int, WindowCounts] = {}
        self._broken: list[tuple[int, WindowCounts]] = []
        self._doubtful = Ranges(_AROUND)
        self._before: _Before | None = None

    def hear(
        self, port: int, number: int, t1_ns: int, t2_ns: int, now_ns: int, steps: int = 0
    ) -> Counted:
        """A request came: its 32 bits of number, T1 by its sender's clock, T2 by this host's.

        ``now_ns`` is when by a monotonic clock, ``steps`` how often this host's clock was set.
        """
        if abs(t1_ns - t2_ns) > PLAUSIBLE_NS:
            self._disbelieve(port, number, t1_ns)
            return Refused.IMPLAUSIBLE
        self._go_back(port, number, t1_ns, now_ns)
        ahead = self._ahead(number)
        newer = t1_ns > self._newest_ns
        if self._port != port and self._port is not None and not newer:
            return Refused.OTHER_PORT
        if self._port != port or self._is_anew(ahead, t1_ns, now_ns):
            self._begin(port, number, t1_ns, now_ns)
            ahead = 1
            self._highest -= 1
        elif ahead > 0 and not newer and t1_ns != self._newest_ns:
            self._set_back()
        return self._count(ahead, t1_ns, now_ns, steps)

    def over(self, now_ns: int, steps: int = 0) -> Iterator[tuple[int, WindowCounts]]:
        """Start and counts of each window that is over by now, taken out."""
        yield from self._broken
        self._broken = []
        if self._port is None:
            return
        silent = now_ns - self._heard_ns > REFWAIT_NS
        shown_ns = now_ns - self._lag_ns - self._patience_ns
        while self._next_ns + self._length_ns <= shown_ns and not (silent and not self._open):
            start_ns, end_ns = self._next_ns, self._next_ns + self._length_ns
            if self._newest_ns < end_ns and end_ns > shown_ns - WAIT_NS:
                return
            self._next_ns = end_ns
            counts = self._open.pop(start_ns) if start_ns in self._open else None
            yield start_ns, counts or self._new(start_ns, steps)
        if silent:
            self._port = None

    def end(self) -> Iterator[tuple[int, WindowCounts]]:
        """The windows that are open, none of them whole."""
        self._break_off()
        yield from self._broken
        self._broken, self._port = [], None

    def _ahead(self, number: int) -> int:
        """Of the highest number so far, in the 32 bits of the wire."""
        return ((number - self._highest + _HALF) & WIRE) - _HALF

    def _disbelieve(self, port: int, number: int, t1_ns: int) -> None:
        """Its sender may have a window there, of requests that are not counted."""
        self._doubtful.add(t1_ns // self._length_ns)
        if port == self._port and self._ahead(number) > 0:
            self._break_off()
            self._port = None

    def _is_anew(self, ahead: int, t1_ns: int, now_ns: int) -> bool:
        leap_ns = t1_ns - (now_ns - self._lag_ns)
        leapt = leap_ns > self._length_ns or (ahead > 0 and leap_ns < -GUARD_NS)
        newer = t1_ns > self._newest_ns
        return newer and (leapt or ahead <= 0)

    def _begin(self, port: int, number: int, t1_ns: int, now_ns: int) -> None:
        """Another run, of which nothing is known yet."""
        start_ns = t1_ns // self._length_ns * self._length_ns
        going_on = self._open.pop(start_ns, None)
        self._break_off()
        if going_on is not None:
            going_on.whole = False
            self._open[start_ns] = going_on
            if start_ns < self._next_ns:
                self._break_off()
        self._remember(t1_ns, now_ns)
        self._port, self._highest, self._seen = port, number, 0
        self._newest_ns, self._heard_ns, self._lag_ns = t1_ns, now_ns, now_ns - t1_ns
        self._next_ns = max(self._next_ns, start_ns)
        self._whole_ns = t1_ns + GUARD_NS

    def _remember(self, t1_ns: int, now_ns: int) -> None:
        """Anybody may send one request that is ahead; the session waits a while for its own."""
        before = self._before
        if before is not None and now_ns - before.leapt_ns < _LEAP_NS:
            return
        leapt = t1_ns - (now_ns - self._lag_ns) > self._length_ns
        self._before = None
        if leapt and self._port is not None:
            self._before = _Before(
                self._port, self._highest, self._seen, self._newest_ns, self._lag_ns,
                self._heard_ns, self._next_ns, now_ns,
            )  # fmt: skip

    def _go_back(self, port: int, number: int, t1_ns: int, now_ns: int) -> None:
        """To the session before the leap, if this request is its next one."""
        before = self._before
        if before is None or port != before.port or now_ns - before.leapt_ns >= _LEAP_NS:
            return
        ahead = ((number - before.highest + _HALF) & WIRE) - _HALF
        on_time = abs(t1_ns - (now_ns - before.lag_ns)) <= GUARD_NS
        if 0 < ahead < WINDOW and on_time and t1_ns > before.newest_ns:
            self._break_off()
            self._port, self._highest, self._seen = before.port, before.highest, before.seen
            self._newest_ns, self._lag_ns = before.newest_ns, before.lag_ns
            self._heard_ns, self._next_ns = before.heard_ns, before.next_ns
            self._whole_ns, self._before = t1_ns + GUARD_NS, None

    def _set_back(self) -> None:
        self._break_off()
        end_ns = self._newest_ns // self._length_ns * self._length_ns + self._length_ns
        self._next_ns = max(self._next_ns, end_ns)

    def _break_off(self) -> None:
        for start_ns in sorted(self._open):
            counts = self._open.pop(start_ns)
            counts.whole = False
            self._broken.append((start_ns, counts))
            self._next_ns = max(self._next_ns, start_ns + self._length_ns)

    def _count(self, ahead: int, t1_ns: int, now_ns: int, steps: int) -> Counted:
        if -ahead >= WINDOW:
            self._doubt(t1_ns)
            return Refused.TOO_FAR
        copied = ahead <= 0 and bool(self._seen >> -ahead & 1)
        gap = Gap(ahead - 1, self._heard_ns, now_ns)
        before_ns, number = self._newest_ns, self._highest + ahead
        self._enter(ahead, t1_ns, now_ns)
        start_ns = t1_ns // self._length_ns * self._length_ns
        if start_ns < self._next_ns:
            return Refused.TOO_OLD
        counts = self._open.get(start_ns)
        if counts is None:
            if len(self._open) >= self._most:
                self._doubtful.add(start_ns // self._length_ns)
                return Refused.TOO_MANY
            counts = self._open[start_ns] = self._new(start_ns, steps)
        if copied:
            counts.duplicates += 1
            return None
        counts.reordered += ahead < 0
        if gap.count > 0 and counts.received and before_ns >= start_ns:
            counts.passed_over(gap)
        counts.add(number)
        return counts

    def _enter(self, ahead: int, t1_ns: int, now_ns: int) -> None:
        """Remember a number; the latest says what its sender's clock shows."""
        if ahead > 0:
            self._seen = (self._seen << ahead | 1) & ((1 << WINDOW) - 1) if ahead < WINDOW else 1
            self._highest += ahead
            self._newest_ns, self._lag_ns, self._heard_ns = t1_ns, now_ns - t1_ns, now_ns
        else:
            self._seen |= 1 << -ahead

    def _doubt(self, t1_ns: int) -> None:
        counts = self._open.get(t1_ns // self._length_ns * self._length_ns)
        if counts is not None:
            counts.whole = False

    def _new(self, start_ns: int, steps: int) -> WindowCounts:
        doubtful = start_ns // self._length_ns in self._doubtful
        return WindowCounts(start_ns >= self._whole_ns and not doubtful, steps)
