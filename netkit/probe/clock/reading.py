"""Both clocks of this host, read together."""

from __future__ import annotations

import time

from netkit.model.units import NS_PER_US
from netkit.probe.sender.clock_watch import ClockReading

_QUICK_NS = 20 * NS_PER_US
_TRIES = 3


def read_clocks() -> ClockReading:
    """The UTC clock, and the monotonic one just before and just after.

    Where somebody else had the processor in between, how far the two are apart is known no better
    than that, and the size of a step, which all later stamps are without, neither. So they are read
    again then, some times.
    """
    best = _read()
    for _ in range(_TRIES):
        if _took_ns(best) <= _QUICK_NS:
            break
        best = min(_read(), best, key=_took_ns)
    return best


def _read() -> ClockReading:
    return ClockReading(time.monotonic_ns(), time.time_ns(), time.monotonic_ns())


def _took_ns(reading: ClockReading) -> int:
    return reading.after_ns - reading.before_ns
