"""Was this host's clock set while probes were under way? UTC against the clock that never steps.

Both clocks tick alike, as whoever disciplines one slews both; so what lies between them stays the
same until somebody sets the UTC clock. The two cannot be read at one instant: the monotonic one is
read before and after, and what lies between them is then known to within that.
"""

from __future__ import annotations

from typing import NamedTuple

from netkit.model.measurement.refutation import ClockStep
from netkit.model.units import NS_PER_US

_PPM = 1_000_000
_RATE_PPM = 200
_LEAST_NS = 20 * NS_PER_US


class ClockReading(NamedTuple):
    """The UTC clock, and the monotonic one before and after it was read."""

    before_ns: int
    utc_ns: int
    after_ns: int


class ClockWatch:
    """:attr:`set_ns` is by how much the clock has been set since the first reading, in all.

    :attr:`steps` are the single times. Jumps of less than 20 µs, and than 200 ppm of the time since
    the reading before, are none.
    """

    def __init__(self) -> None:
        self.set_ns = 0
        self.steps: list[ClockStep] = []
        self._low_ns: int | None = None
        self._high_ns = 0
        self._last_ns = 0

    def look(self, reading: ClockReading, probe: int) -> bool:
        """Take a reading before ``probe`` is sent; whether the clock was set since the last one."""
        low_ns, high_ns = reading.utc_ns - reading.after_ns, reading.utc_ns - reading.before_ns
        before_ns = self._low_ns
        if before_ns is None:
            self._keep(low_ns, high_ns, reading)
            return False
        room_ns = _LEAST_NS + (reading.before_ns - self._last_ns) * _RATE_PPM // _PPM
        if low_ns > self._high_ns + room_ns or high_ns < before_ns - room_ns:
            step_ns = (low_ns + high_ns - before_ns - self._high_ns) // 2
            self.set_ns += step_ns
            self.steps.append(ClockStep("sender", probe, step_ns))
            self._keep(low_ns, high_ns, reading)
            return True
        narrow = max(low_ns, before_ns), min(high_ns, self._high_ns)
        self._keep(*(narrow if narrow[0] <= narrow[1] else (low_ns, high_ns)), reading)
        return False

    def _keep(self, low_ns: int, high_ns: int, reading: ClockReading) -> None:
        self._low_ns, self._high_ns, self._last_ns = low_ns, high_ns, reading.after_ns


class SharedWatch:
    """What one session sees of the watch that all sessions of its host share.

    So all of them count the same steps from the same moment, those that begin after one too, and
    their stamps stay those of one clock. :attr:`steps` are by the numbers of its own probes.
    """

    def __init__(self, watch: ClockWatch) -> None:
        self.steps: list[ClockStep] = []
        self._watch = watch
        self._seen = len(watch.steps)

    @property
    def set_ns(self) -> int:
        """By how much the clock has been set since the watch began."""
        return self._watch.set_ns

    def look(self, reading: ClockReading, probe: int) -> int | None:
        """Take a reading before ``probe`` is sent; by how much the clock was set since this session
        looked last, None if it was not."""
        self._watch.look(reading, probe)
        new = self._watch.steps[self._seen :]
        if not new:
            return None
        self._seen += len(new)
        step_ns = sum(step.step_ns for step in new)
        self.steps.append(ClockStep("sender", probe, step_ns))
        return step_ns
