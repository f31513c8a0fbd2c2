"""What the kernel knows about the quality of this host's clock.

``adjtimex`` keeps a bound on the clock's error that whoever disciplines the clock (chrony, ntpd,
ptp4l with phc2sys) sets and that grows by itself in between. Nothing here guesses: a clock that
nobody disciplines has no bound.
"""

from __future__ import annotations

import ctypes
import math
import os
from dataclasses import dataclass

from netkit.errors import ProbeError
from netkit.model.units import NS_PER_US
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate

_UNSYNCHRONISED = 0x0040  # STA_UNSYNC of linux/timex.h


class _Timex(ctypes.Structure):
    """The beginning of struct timex (linux/timex.h), and room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 256),
    )


@dataclass(frozen=True, slots=True)
class ClockState:
    """``max_error_us`` bounds how far the clock is from UTC, if it is ``synchronised`` at all."""

    synchronised: bool
    max_error_us: int

    @property
    def uncertainty_us(self) -> float:
        """The bound; infinite for a clock that nothing holds."""
        return self.max_error_us if self.synchronised else math.inf

    def error_estimate(self) -> ErrorEstimate:
        """The bound as STAMP packets carry it."""
        if not self.synchronised:
            return UNSYNCHRONISED
        return ErrorEstimate.from_error_ns(self.max_error_us * NS_PER_US, synchronised=True)


def clock_state() -> ClockState:
    """Ask the kernel; :class:`ProbeError` if it does not answer."""
    timex = _Timex()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(timex)) < 0:
        raise ProbeError(f"adjtimex: {os.strerror(ctypes.get_errno())}")
    return ClockState(not timex.status & _UNSYNCHRONISED, timex.maxerror)


def estimate_uncertainty_us(estimate: ErrorEstimate | None) -> float:
    """What an Error Estimate off the wire bounds, in µs; infinite if it bounds nothing."""
    if estimate is None or not estimate.synchronised or estimate.error_ns is None:
        return math.inf
    return estimate.error_ns / NS_PER_US
