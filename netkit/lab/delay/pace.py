"""How long the wire may spin before a release, by how much of a processor it takes already.

The kernel stops a real-time process that takes 950 ms of a second for the rest of that second
(``sched_rt_runtime_us``, sched(7)). A wire that spins for every frame gets there at some thousand
frames a second, and then holds all frames 50 ms too long.
"""

from __future__ import annotations

from typing import Final

from netkit.model.units import NS_PER_MS

WINDOW_NS: Final = 50 * NS_PER_MS
EARLY_NS: Final = ((0.5, 150_000), (0.75, 40_000))
"""Below this share of a processor, how early to wake and spin; above all, not at all."""

MOST_REALTIME: Final = 0.85
"""From this share on, although nothing is spun any more, the next window is spent without real-time
priority: of three windows in a row one is below it or none of real time, so that no second gets
near the limit."""


class Pace:
    """``early_ns`` is how long before a release to wake, ``realtime`` whether to have priority."""

    def __init__(self, now_ns: int, cpu_ns: int) -> None:
        self.early_ns = EARLY_NS[0][1]
        self.realtime = True
        self._began_ns, self._cpu_ns = now_ns, cpu_ns

    def due(self, now_ns: int) -> bool:
        """Whether a window is over, and :meth:`look` has something to say."""
        return now_ns - self._began_ns >= WINDOW_NS

    def look(self, now_ns: int, cpu_ns: int) -> None:
        """Set the pace for the next window by the processor time of the last one."""
        share = (cpu_ns - self._cpu_ns) / (now_ns - self._began_ns)
        self._began_ns, self._cpu_ns = now_ns, cpu_ns
        self.realtime = share < MOST_REALTIME or (self.realtime and self.early_ns > 0)
        self.early_ns = next((early_ns for below, early_ns in EARLY_NS if share < below), 0)
