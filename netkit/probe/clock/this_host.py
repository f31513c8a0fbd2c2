"""What the kernel, chrony and ptp4l know about the quality of this host's clock.

``adjtimex`` keeps a bound on the clock's error that whoever disciplines the clock (chrony, ntpd,
ptp4l with phc2sys) sets and that grows by itself in between; it is quick to ask. The daemons say
more, and are asked where there are any. Nothing here guesses: a clock that nobody disciplines has
no bound, nor has one that cannot be asked, as in containers whose seccomp profile refuses
``clock_adjtime``: that is no reason not to measure. Nor has one whose keeper tells the kernel that
it is never off, as systemd-timesyncd does: 0 is then no bound, but what was not known.
"""

from __future__ import annotations

import ctypes
import math
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace

from netkit.model.measurement.clock import CHRONY, KERNEL, ClockClaim, ClockReport
from netkit.model.units import NS_PER_S, NS_PER_US
from netkit.probe.clock.daemons import parse_chrony, parse_pmc, unreadable
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate, TimestampFormat

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC of linux/timex.h
_PATIENCE_S = 2.0
_GROWS_US = 500
"""What Linux adds each second to what it was told of the clock's error (kernel/time/ntp.c)."""

_STATE_IT = (
    "let chrony hold the clock (apt-get install chrony), or ntpd: they tell how far it may be off"
)

_ALLOW = (
    "allow the system call clock_adjtime, which only reads here: for a container"
    " the capability SYS_TIME, or a seccomp profile with it"
)

_DAEMONS: tuple[tuple[str, tuple[str, ...], Callable[[str], ClockClaim | None]], ...] = (
    (CHRONY, ("chronyc", "-n", "-c", "tracking"), parse_chrony),
    (
        "ptp4l",
        ("pmc", "-u", "-b", "0", "GET TIME_STATUS_NP", "GET CURRENT_DATA_SET",
         "GET PARENT_DATA_SET", "GET PORT_DATA_SET"),
        parse_pmc,
    ),
)  # fmt: skip


class _Timex(ctypes.Structure):
    """struct timex (linux/timex.h), with room behind it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", ctypes.c_long * 2),
        ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long),
        ("jitter", ctypes.c_long),
        ("shift", ctypes.c_int),
        ("stabil", ctypes.c_long),
        ("jitcnt", ctypes.c_long),
        ("calcnt", ctypes.c_long),
        ("errcnt", ctypes.c_long),
        ("stbcnt", ctypes.c_long),
        ("tai", ctypes.c_int),
        ("rest", ctypes.c_char * 64),
    )


@dataclass(frozen=True, slots=True)
class ClockState:
    """``max_error_us`` bounds how far the clock is from UTC, if it is ``synchronised`` at all.

    ``refused`` says why the kernel would not answer: nothing is known then. Unless it is
    ``stated``, whoever holds the clock told the kernel no error, and the bound is none.
    """

    synchronised: bool
    max_error_us: int
    refused: str | None = None
    stated: bool = True

    @property
    def bounded(self) -> bool:
        """Whether something is known of how far the clock is off."""
        return self.synchronised and self.stated

    @property
    def uncertainty_us(self) -> float:
        """The bound; infinite for a clock that has none."""
        return self.max_error_us if self.bounded else math.inf

    def error_estimate(self) -> ErrorEstimate:
        """The bound as STAMP packets carry it."""
        return _error_estimate(self.max_error_us * NS_PER_US if self.bounded else None)

    def claim(self) -> ClockClaim:
        """The same as one claim among others."""
        error_ns = self.max_error_us * NS_PER_US
        if self.refused is not None:
            detail = f"cannot be asked: clock_adjtime: {self.refused}"
            return ClockClaim(KERNEL, False, None, None, detail, _ALLOW)
        if self.synchronised and not self.stated:
            detail = "held by a program that states no error, as systemd-timesyncd"
            return ClockClaim(KERNEL, True, None, None, detail, _STATE_IT)
        if self.synchronised:
            return ClockClaim(
                KERNEL, True, error_ns, None, f"off by at most {self.max_error_us} µs"
            )
        return ClockClaim(KERNEL, False, None, None, "nobody disciplines the clock")


def clock_state() -> ClockState:
    """Ask the kernel; a state that bounds nothing if it does not answer."""
    timex = _adjtimex()
    if timex is None:
        return ClockState(False, 0, os.strerror(ctypes.get_errno()))
    synchronised = not timex.status & _UNSYNCHRONISED
    stated = is_stated(timex.maxerror, timex.esterror)
    return ClockState(synchronised, timex.maxerror, stated=stated)


def is_stated(max_error_us: int, estimated_us: int) -> bool:
    """Whether somebody told the kernel how far the clock may be off.

    Who tells it 0 for both, as systemd-timesyncd with each answer of its server, leaves nothing but
    what the kernel adds.
    """
    return estimated_us != 0 or max_error_us % _GROWS_US != 0


def tai_offset_ns() -> int | None:
    """By how much the kernel takes TAI to be ahead of UTC; None if it does not answer."""
    timex = _adjtimex()
    return None if timex is None else timex.tai * NS_PER_S


def _adjtimex() -> _Timex | None:
    timex = _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    return None if libc.adjtimex(ctypes.byref(timex)) < 0 else timex


def examine_clock() -> ClockReport:
    """Ask the kernel and whatever daemons answer; takes up to 2 s a daemon, so not between probes.

    What cannot be asked, or answers what nobody understands, bounds nothing.
    """
    kernel = clock_state().claim()
    told = (_ask(*daemon) for daemon in _DAEMONS)
    return ClockReport((kernel, *(claim for claim in told if claim is not None)))


def report_uncertainty_us(report: ClockReport) -> float:
    """How far the clock may be off, in µs; infinite if nothing bounds it."""
    return math.inf if report.max_error_ns is None else report.max_error_ns / NS_PER_US


def report_error_estimate(
    report: ClockReport, form: TimestampFormat = TimestampFormat.PTP
) -> ErrorEstimate:
    """What a report bounds, as STAMP packets with timestamps of that form carry it."""
    return _error_estimate(report.max_error_ns, form)


def estimate_uncertainty_us(estimate: ErrorEstimate | None) -> float:
    """What an Error Estimate off the wire bounds, in µs; infinite if it bounds nothing."""
    if estimate is None or not estimate.synchronised or estimate.error_ns is None:
        return math.inf
    return estimate.error_ns / NS_PER_US


def _error_estimate(
    error_ns: int | None, form: TimestampFormat = TimestampFormat.PTP
) -> ErrorEstimate:
    if error_ns is None:
        return replace(UNSYNCHRONISED, form=form)
    return ErrorEstimate.from_error_ns(error_ns, synchronised=True, form=form)


def _ask(
    by: str, command: tuple[str, ...], parse: Callable[[str], ClockClaim | None]
) -> ClockClaim | None:
    """What a daemon claims; None if it is not there or does not answer."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", check=False,
            timeout=_PATIENCE_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    claim = parse(done.stdout)
    if claim is None and by == CHRONY and done.returncode == 0:
        return unreadable(by, done.stdout)  # pmc ends well without any ptp4l
    return claim
