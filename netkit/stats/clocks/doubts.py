"""Pairs of a mesh whose own delays show that no steady clocks took them, and the sites to blame.

Certified intervals hold for clocks that drift but never step. Three things show one that did:
stamps that cannot all be true; jumps up one way and down the other at an unchanged round trip; and
probes of which the intervals of both ways together miss the round trip that this probe itself had,
which needs no clocks.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from netkit.model.units import NS_PER_US
from netkit.stats.clocks.clock_readings import ClockReadings, Way
from netkit.stats.clocks.steps import StepFinder, idle_ns, jump_slack_ns, quiet_step_ns
from netkit.stats.delay import Nanoseconds

LEAST_JUMP_NS = 20 * NS_PER_US
"""Smaller jumps are not told from noise."""

_FEWEST_APART = 20
"""A session of fewer probes tells little by itself."""

_PPM = 1_000_000
_ROUNDING_NS = 4


class DoubtCause(StrEnum):
    """What shows that nothing measured between two sites is certain."""

    IMPOSSIBLE_STAMPS = "impossible_stamps"
    JUMP = "jump"
    ROUND_TRIP = "round_trip"


@dataclass(frozen=True, slots=True)
class PairDoubt:
    """Why nothing measured between two sites is certain; ``jump_ns`` is the size of a jump."""

    src: str
    dst: str
    cause: DoubtCause
    jump_ns: int | None = None


@dataclass(frozen=True)
class Paired:
    """The delays of both ways between two sites that are of the same probes, and their places."""

    there: Way
    places: tuple[Nanoseconds, Nanoseconds]
    there_ns: Nanoseconds
    back_ns: Nanoseconds
    sent_ns: Nanoseconds
    by_first: NDArray[np.bool_]
    session: Nanoseconds
    exact: NDArray[np.bool_]

    def by_path(self) -> Iterator[NDArray[np.bool_]]:
        """The probes of each sender, those of the other having other ports and with them perhaps
        another path; and of each session, where a sender's ran side by side."""
        for chosen in (self.by_first, ~self.by_first):
            if chosen.any():
                sessions = [
                    chosen & (self.session == one) for one in np.unique(self.session[chosen])
                ]
                yield from sessions if _side_by_side(self.sent_ns, sessions) else [chosen]


def pairs_of(passages: Mapping[Way, ClockReadings], *, poor: bool = False) -> Iterator[Paired]:
    """Each two sites that delays are known between in both directions, once; only of probes that
    are exact both ways, or also of those that are ``poor``. Where most are, all count as exact:
    what a program adds is one more wait, and a few others may not tell of a step."""
    for (src, dst), there in passages.items():
        back = passages.get((dst, src))
        if src >= dst or back is None or there.probe is None or back.probe is None:
            continue
        first = np.ones(len(there), np.bool_) if there.by_first is None else there.by_first
        session = np.zeros(len(there), np.int64) if there.session is None else there.session
        _, at, back_at = np.intersect1d(there.probe, back.probe, return_indices=True)
        exact = there.exact[at] & back.exact[back_at]
        exact |= 2 * np.count_nonzero(exact) < exact.size
        kept = np.ones(len(at), np.bool_) if poor else exact
        at, back_at = at[kept], back_at[kept]
        if not at.size:
            continue
        yield Paired(
            (src, dst), (at, back_at), there.delays_ns[at], back.delays_ns[back_at],
            there.start_ns[at], first[at], session[at], exact[kept],
        )  # fmt: skip


def _side_by_side(sent_ns: Nanoseconds, sessions: Sequence[NDArray[np.bool_]]) -> bool:
    """Whether sessions began and ended together, to two intervals between their probes: then each
    of them by itself shows what a clock did meanwhile. Between two that ran one after the other
    only both together could show it."""
    times = [np.sort(sent_ns[one]) for one in sessions]
    if len(times) < 2 or min(map(len, times)) < _FEWEST_APART:
        return False
    apart_ns = 2 * min(float(np.median(np.diff(one))) for one in times)
    ends_ns = ([int(one[end]) for one in times] for end in (0, -1))
    return all(max(some) - min(some) <= apart_ns for some in ends_ns)


def doubtful_pairs(
    passages: Mapping[Way, ClockReadings], drift_ppm: float
) -> tuple[PairDoubt, ...]:
    """The pairs with impossible stamps, and those whose delays jump."""
    doubts = [
        PairDoubt(*way, DoubtCause.IMPOSSIBLE_STAMPS)
        for way, one in passages.items()
        if one.broken and (way[0] < way[1] or way[::-1] not in passages)
    ]
    for pair in pairs_of(passages):
        jumps_ns = [
            jump for chosen in pair.by_path() for jump in _jumps_ns(pair, chosen, drift_ppm)
        ]
        if jumps_ns:
            doubts.append(PairDoubt(*pair.there, DoubtCause.JUMP, max(jumps_ns)))
    return tuple(doubts)


def _jumps_ns(pair: Paired, chosen: NDArray[np.bool_], drift_ppm: float) -> Iterator[int]:
    """The sizes of the jumps among probes over one path; small ones show within a session only, as
    the next one's path may be another by as little."""
    far_ns = _far_jumps(pair, chosen, drift_ppm)
    yield from far_ns
    for session in () if far_ns else np.unique(pair.session[chosen]):
        own = chosen & (pair.session == session)
        columns = pair.sent_ns[own], pair.there_ns[own], pair.back_ns[own]
        step_ns = quiet_step_ns(*columns, 2 * drift_ppm, LEAST_JUMP_NS)
        if step_ns is not None:
            yield abs(step_ns)


def _far_jumps(pair: Paired, chosen: NDArray[np.bool_], drift_ppm: float) -> list[int]:
    """The sizes of the jumps that single probes show."""
    finder = StepFinder(2 * drift_ppm)
    finder.add(pair.sent_ns[chosen], pair.there_ns[chosen], pair.back_ns[chosen], LEAST_JUMP_NS)
    return [abs(jump.step_ns) for jump in finder.jumps]


def without_unlikely(
    passages: Mapping[Way, ClockReadings], drift_ppm: float
) -> dict[Way, ClockReadings]:
    """Without the few probes whose round trip is far shorter than that of the idle path, and
    without those that programs stamped where they show a jump that others do not.

    The first is what a step of the far clock between T2 and T3 makes of one; a path that really got
    shorter has more of them. How long they took is then unknown.
    """
    left = dict(passages)
    for pair in pairs_of(passages, poor=True):
        unlikely = np.zeros(len(pair.there_ns), np.bool_)
        for chosen in pair.by_path():
            exact = chosen & pair.exact
            round_trips_ns = pair.there_ns + pair.back_ns
            if exact.any():
                usual_ns = round_trips_ns[exact]
                least_ns = idle_ns(usual_ns) - jump_slack_ns(usual_ns, LEAST_JUMP_NS)
                unlikely |= chosen & (round_trips_ns < least_ns)
            likely = chosen & ~unlikely
            if not pair.exact[likely].all() and _far_jumps(pair, likely, drift_ppm):
                unlikely |= likely & ~pair.exact
        if unlikely.any():
            for way, places in zip((pair.there, pair.there[::-1]), pair.places, strict=True):
                left[way] = left[way].without(places[unlikely])
    return left


def inconsistent_pairs(
    passages: Mapping[Way, ClockReadings],
    low_ns: Mapping[Way, Nanoseconds],
    high_ns: Mapping[Way, Nanoseconds],
    open_ns: int,
    drift_ppm: float,
) -> tuple[PairDoubt, ...]:
    """The pairs of which some probe's own round trip is outside what both its ways can be."""
    doubts = []
    for pair in pairs_of(passages):
        at, back_at = pair.places
        there, back = pair.there, pair.there[::-1]
        round_trip_ns = pair.there_ns + pair.back_ns
        # Each end times its share with a clock of its own rate, over no more than this.
        away_ns = int(np.abs(round_trip_ns).max(initial=0))
        room_ns = _ROUNDING_NS + math.ceil(2 * drift_ppm / _PPM * away_ns)
        least_ns = low_ns[there][at] + low_ns[back][back_at]
        bounded = (high_ns[there][at] != open_ns) & (high_ns[back][back_at] != open_ns)
        most_ns = np.where(bounded, high_ns[there][at], 0) + np.where(
            bounded, high_ns[back][back_at], 0
        )
        short = bounded & (most_ns + room_ns < round_trip_ns)
        if bool((least_ns > round_trip_ns + room_ns).any() or short.any()):
            doubts.append(PairDoubt(*there, DoubtCause.ROUND_TRIP))
    return tuple(doubts)


def doubted_sites(pairs: Iterable[PairDoubt]) -> frozenset[str]:
    """The sites that explain all these pairs: those in most of them first, both where none is."""
    left = {frozenset((pair.src, pair.dst)) for pair in pairs}
    blamed: set[str] = set()
    while left:
        counts = Counter(site for pair in left for site in pair)
        most = max(counts.values())
        blamed |= {site for site, number in counts.items() if number == most}
        left = {pair for pair in left if not pair & blamed}
    return frozenset(blamed)


def without(
    passages: Mapping[Way, ClockReadings], sites: Collection[str]
) -> dict[Way, ClockReadings]:
    """Only the directions between other sites."""
    return {way: one for way, one in passages.items() if not set(way) & set(sites)}
