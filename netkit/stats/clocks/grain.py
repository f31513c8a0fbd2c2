"""Clocks that show only so much, the rest cut off: stamps that are whole multiples of a grain.

Such a clock is behind by up to a grain. Where probes leave at whole grains from each other it is
always behind by about as much: then nothing jumps, and only the stamps themselves tell.
"""

from __future__ import annotations

from netkit.model.units import NS_PER_MS, NS_PER_S, NS_PER_US
from netkit.stats.clocks.stamp_checks import Stamps
from netkit.stats.sample_arrays import UNKNOWN

_UNITS_NS = (10 * NS_PER_US, 100 * NS_PER_US, NS_PER_MS, 10 * NS_PER_MS, 100 * NS_PER_MS)
GRAINS_NS = tuple(
    sorted(
        {15_625_000, NS_PER_S} | {unit * times for unit in _UNITS_NS for times in (1, 2, 4, 5)},
        reverse=True,
    )
)
"""What clocks are read in steps of: decimal parts of a second, ticks of 250 Hz and of 64 Hz."""

_ROUNDING_NS = 1
"""A stamp in NTP format states no whole ns."""

_FEWEST = 10
"""Fewer stamps are multiples by chance."""

_FINER = 10
"""By so much this host's stamps are finer at least, or all may be somebody's round figures."""


class GrainFinder:
    """Feed it stamps; :attr:`grain_ns` is what those of the reflector are whole multiples of."""

    def __init__(self) -> None:
        self._left = dict.fromkeys(("t1", "t2", "t3", "t4"), GRAINS_NS)
        self._seen = dict.fromkeys(self._left, 0)

    def add(self, stamps: Stamps) -> None:
        """Go on with these. O(n)."""
        for corner, left in self._left.items():
            times = getattr(stamps, corner) if left else None
            if times is not None:
                known = times[times != UNKNOWN] + _ROUNDING_NS
                self._seen[corner] += len(known)
                self._left[corner] = tuple(
                    grain for grain in left if bool((known % grain <= 2 * _ROUNDING_NS).all())
                )

    @property
    def grain_ns(self) -> int:
        """0 if there is none, or if this host's own stamps are no finer."""
        far = max(self._grain("t2"), self._grain("t3"))
        own = max(next(iter(self._left[corner]), 0) for corner in ("t1", "t4"))
        return far if own * _FINER <= far else 0

    def _grain(self, corner: str) -> int:
        left = self._left[corner]
        return left[0] if left and self._seen[corner] >= _FEWEST else 0
