"""A clock of a host that is wrong in a stated way: off, running fast or slow, set now and then.

It is a function of true time and nothing else, so the same run read by other clocks can be worked
out afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.units import PPB


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The clock is set: from ``at_ns`` after the start on it reads ``by_ns`` more (or less)."""

    at_ns: int
    by_ns: int


@dataclass(frozen=True, slots=True)
class HostClock:
    """It reads true time, more by ``offset_ns``, by the drift since ``start_ns``, by each step.

    ``drift_ppb`` is in parts per billion, over -10⁹: it never stands still. ``claimed_error_ns`` is
    how far from UTC it says that it is at most, true or not; None where it says that nobody holds
    it. ``start_ns`` is the true time, in ns since 1970, that drift and ``steps`` count from.
    """

    offset_ns: int = 0
    drift_ppb: int = 0
    steps: tuple[ClockSet, ...] = ()
    claimed_error_ns: int | None = None
    start_ns: int = 0

    def read(self, true_ns: int) -> int:
        """What it shows at a true time, exactly: a drift of a fraction of a ns rounds down.

        >>> HostClock(offset_ns=500, drift_ppb=50_000, steps=(ClockSet(2_000, -90),)).read(40_000)
        40412
        """
        since_ns = true_ns - self.start_ns
        return true_ns + self.offset_ns + since_ns * self.drift_ppb // PPB + self._set_ns(since_ns)

    def _set_ns(self, since_ns: int) -> int:
        return sum(step.by_ns for step in self.steps if step.at_ns <= since_ns)
