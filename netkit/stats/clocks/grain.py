"""Clocks that show only so much, the rest cut off: stamps that are whole multiples of a grain.

Such a clock is behind by up to a grain. Where probes leave at whole grains from each other it is
always behind by about as much: then nothing jumps, and only the stamps themselves tell.
"""

from __future__ import annotations

from collections.abc import Mapping

from netkit.model.units import NS_PER_MS, NS_PER_S, NS_PER_US
from netkit.stats.clocks.clock_readings import ClockReadings, Way
from netkit.stats.clocks.stamp_checks import Stamps
from netkit.stats.delay import Nanoseconds
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
"""By so much others' stamps are finer at least, or all may be somebody's round figures."""


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
                known = times[times != UNKNOWN]
                self._seen[corner] += len(known)
                self._left[corner] = _grains(known, left)

    @property
    def grain_ns(self) -> int:
        """0 if there is none, or if this host's own stamps are no finer."""
        far = max(self._grain("t2"), self._grain("t3"))
        own = max(next(iter(self._left[corner]), 0) for corner in ("t1", "t4"))
        return far if own * _FINER <= far else 0

    def _grain(self, corner: str) -> int:
        left = self._left[corner]
        return left[0] if left and self._seen[corner] >= _FEWEST else 0


def grains_of_sites(passages: Mapping[Way, ClockReadings]) -> dict[str, int]:
    """The sites of which all readings are whole multiples of a grain, unless those of all others
    are no finer. Departures alone tell nothing: they may be timed so. O(n)."""
    left: dict[tuple[str, str], tuple[int, ...]] = {}
    seen: dict[tuple[str, str], int] = {}
    for (src, dst), one in passages.items():
        ends = ((src, "left"), one.start_ns[one.exact]), ((dst, "arrived"), one.end_ns[one.exact])
        for of, times_ns in ends:
            left[of] = _grains(times_ns, left.get(of, GRAINS_NS))
            seen[of] = seen.get(of, 0) + len(times_ns)
    grains: dict[str, int] = {}
    for (site, kind), some in left.items():
        both = [one for one in some if one in left.get((site, "arrived"), ())]
        grain_ns = both[0] if both and seen[site, kind] >= _FEWEST else 0
        grains[site] = min(grain_ns, grains.get(site, grain_ns))
    finest_ns = min(grains.values(), default=0)
    return {site: grain for site, grain in grains.items() if grain and finest_ns * _FINER <= grain}


def stated_as_shown(
    max_error_ns: Mapping[str, int],
    passages: Mapping[Way, ClockReadings],
    grains_ns: Mapping[str, int],
) -> dict[str, int]:
    """How far clocks may be off that read as if they had never been set, in whole grains."""
    set_ns = {site: most for one in passages.values() for site, most in one.set_ns.items()}
    return {
        site: error_ns + set_ns.get(site, 0) + grains_ns.get(site, 0)
        for site, error_ns in max_error_ns.items()
    }


def _grains(times_ns: Nanoseconds, left: tuple[int, ...]) -> tuple[int, ...]:
    """Those of ``left`` that all of these are whole multiples of."""
    over_ns = times_ns + _ROUNDING_NS
    # One that is none, as most of those of a fine clock are, spares the look at all.
    first_ns = int(over_ns[0]) if len(over_ns) else 0
    some = (one for one in left if first_ns % one <= 2 * _ROUNDING_NS)
    return tuple(one for one in some if bool((over_ns % one <= 2 * _ROUNDING_NS).all()))
