"""Both clocks of this host, read together."""

from __future__ import annotations

import time

from netkit.probe.sender.clock_watch import ClockReading


def read_clocks() -> ClockReading:
    """The UTC clock, and the monotonic one just before and just after."""
    return ClockReading(time.monotonic_ns(), time.time_ns(), time.monotonic_ns())
