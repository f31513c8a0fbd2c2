"""Between two stretches of time: did a clock move, or did a path get longer, and whose clock is it?

Half the difference of both delays of a probe is how far the clocks are apart and the paths uneven;
their sum needs no clocks. A clock that gains x on another moves the half by x and leaves the sum. A
path that gets longer by x, one way or both, moves the half by x / 2 at most and the sum by x. So
what the half moved by beyond half of what the sum did is a clock's, whatever the paths did.

Clocks are seen against each other only: where most of them moved alike, the others seem to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from netkit.model.units import NS_PER_US
from netkit.stats.clocks.clock_readings import ClockReadings, Way
from netkit.stats.clocks.doubts import Paired, pairs_of
from netkit.stats.clocks.steps import idle_ns, jump_slack_ns

LEAST_MOVE_NS = 100 * NS_PER_US
"""Smaller moves are not told from what hosts and queues do."""


@dataclass(frozen=True, slots=True)
class PairMove:
    """``dst``'s clock gained so much on that of ``src``, if no path changed; the round trip is
    longer by so much. ``doubt_ns`` of the gain may be what noise made, or what clocks are said to
    move by."""

    src: str
    dst: str
    gained_ns: int
    longer_ns: int
    doubt_ns: int = 0

    @property
    def by_clocks(self) -> bool:
        """Whether no change of the paths can be all of it."""
        return abs(self.gained_ns) - abs(self.longer_ns) / 2 > LEAST_MOVE_NS + self.doubt_ns

    @property
    def stood(self) -> bool:
        """Whether the clocks stood against each other, whatever the paths did."""
        return abs(self.gained_ns) + abs(self.longer_ns) / 2 <= LEAST_MOVE_NS

    @property
    def slower(self) -> bool:
        """Whether the paths got longer."""
        return self.longer_ns > LEAST_MOVE_NS


def moves(
    before: Mapping[Way, ClockReadings], after: Mapping[Way, ClockReadings]
) -> tuple[PairMove, ...]:
    """Of each two sites with delays of both directions in both stretches, all of them over the same
    path. O(probes)."""
    then = {pair.there: _middle(pair) for pair in pairs_of(before)}
    now = {pair.there: _middle(pair) for pair in pairs_of(after)}
    return tuple(
        PairMove(*way, round(here[0] - then[way][0]), here[1] - then[way][1])
        for way, here in now.items()
        if way in then
    )


def together(found: Iterable[PairMove]) -> tuple[PairMove, ...]:
    """Of several flows between two sites the median, for each may have a path of its own: what one
    flow's path does is no other's, and what a clock does is all of theirs."""
    flows: dict[Way, list[PairMove]] = {}
    for one in found:
        flows.setdefault((one.src, one.dst), []).append(one)
    return tuple(
        PairMove(
            *way, round(median(one.gained_ns for one in own)),
            round(median(one.longer_ns for one in own)), max(one.doubt_ns for one in own),
        )
        for way, own in flows.items()
    )  # fmt: skip


def moved_clocks(found: Sequence[PairMove]) -> dict[str, int | None]:
    """The fewest sites whose clocks explain it, with what each gained on those that stood (ns; None
    where no pair leads to one). Both ends of a pair that nothing else tells apart."""
    blamed = _blamed(
        [(one.src, one.dst) for one in found if one.by_clocks],
        [(one.src, one.dst) for one in found if one.stood],
    )
    return {site: _gain_ns(site, blamed, found) for site in sorted(blamed)}


def _middle(pair: Paired) -> tuple[float, int]:
    """Half the difference of the delays of probes that hardly waited, and the idle round trip."""
    round_trips_ns = pair.there_ns + pair.back_ns
    least_ns = idle_ns(round_trips_ns)
    calm = round_trips_ns <= least_ns + jump_slack_ns(round_trips_ns, 0)
    halves_ns = (pair.there_ns - pair.back_ns) / 2.0
    return float(np.median(halves_ns[calm])), least_ns


def _blamed(moved: Iterable[Way], still: Iterable[Way]) -> frozenset[str]:
    """Those in most of the pairs that moved first; not one that stood against another. Where both
    ends of a pair did, no clock explains it: one way got longer and the other shorter."""
    quiet = {site for pair in still for site in pair}
    left = [sites for pair in moved if (sites := frozenset(pair) - quiet)]
    blamed: set[str] = set()
    while left:
        counts = Counter(site for sites in left for site in sites)
        most = max(counts.values())
        blamed |= {site for site, number in counts.items() if number == most}
        left = [sites for sites in left if not sites & blamed]
    return frozenset(blamed)


def _gain_ns(site: str, blamed: frozenset[str], found: Iterable[PairMove]) -> int | None:
    gains_ns = list(_gains_ns(site, blamed, found))
    return round(median(gains_ns)) if gains_ns else None


def _gains_ns(site: str, blamed: frozenset[str], found: Iterable[PairMove]) -> Iterator[int]:
    """On each site that stood, by pairs whose paths leave no doubt of it."""
    for one in found:
        if not (one.by_clocks or one.stood):
            continue
        if one.dst == site and one.src not in blamed:
            yield one.gained_ns
        if one.src == site and one.dst not in blamed:
            yield -one.gained_ns
