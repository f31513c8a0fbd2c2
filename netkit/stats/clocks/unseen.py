"""What stays certain though clocks were set twice, by so little that nothing shows it.

A step that delays show makes its site uncertain (:mod:`netkit.stats.clocks.doubts`). A smaller one
leaves intervals beside the truth where paths are hardly longer than light. So they allow for two
such steps in a run, of one clock or of two, in two ways, of which the tighter counts:

- None is larger than what would have shown (:func:`unseen_step_ns`), so that both move clocks by no
  more than :data:`STEPS` times that.
- Whenever they were, the same clocks as for a given probe held for all before it, for all after it,
  or for a stretch that it is in. So what these allow together holds (:func:`either_side`). Such a
  stretch is a :data:`STRETCHES`-th of a session at least. A shorter one, in which a clock was set
  and set back, has to hide in what each of these few probes waited.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from netkit.stats.clocks.clock_readings import ClockReadings, Way
from netkit.stats.clocks.doubts import LEAST_JUMP_NS, Paired, pairs_of
from netkit.stats.clocks.steps import CLEAR, jump_slack_ns
from netkit.stats.delay import Nanoseconds

STEPS = 2
"""So many are allowed for in a run."""

STRETCHES = 16
"""Two steps lie no closer together than this part of a session, or the one takes back the other."""

_PPM = 1_000_000
_FIFTH = 4
_EVER_NS = 1 << 62


@dataclass(frozen=True)
class Sides:
    """Of the passages of ``way`` at ``places``: the ends that each true delay lies between."""

    way: Way
    places: Nanoseconds
    low_ns: Nanoseconds
    high_ns: Nanoseconds


def unseen_step_ns(passages: Mapping[Way, ClockReadings], drift_ppm: float) -> int:
    """How large a step can be that no pair of any site shows; 0 where no pair tells. O(n log n)."""
    of_site: dict[str, int] = {}
    for pair in pairs_of(passages):
        for chosen in pair.by_path():
            columns = pair.sent_ns[chosen], pair.there_ns[chosen], pair.back_ns[chosen]
            unseen_ns = _unseen_ns(*columns, drift_ppm)
            for site in pair.there:
                of_site[site] = min(unseen_ns, of_site.get(site, unseen_ns))
    return max(of_site.values(), default=0)


def _unseen_ns(
    sent_ns: Nanoseconds, there_ns: Nanoseconds, back_ns: Nanoseconds, drift_ppm: float
) -> int:
    """Between whichever two probes it was: those near it that waited least tell by how much the
    clocks differ before and after, to within half of what both waited, and of what they drifted."""
    order = np.argsort(sent_ns, kind="stable")
    sent_ns, there_ns, back_ns = sent_ns[order], there_ns[order], back_ns[order]
    round_trips_ns = there_ns + back_ns
    waited_ns = round_trips_ns - round_trips_ns.min()
    if waited_ns.size <= _FIFTH:
        return int(waited_ns.max()) + jump_slack_ns(round_trips_ns, LEAST_JUMP_NS)
    centre = (there_ns - back_ns) / 2.0
    most_ns = np.full(waited_ns.size - 1, np.inf)
    for before, after in _least_near(waited_ns):
        apart_ns = 2 * drift_ppm / _PPM * (sent_ns[after] - sent_ns[before])
        off_ns = np.abs(centre[after] - centre[before])
        most_ns = np.minimum(
            most_ns, off_ns + (waited_ns[after] + waited_ns[before]) / 2 + apart_ns
        )
    least_waited_ns = CLEAR * float(np.partition(waited_ns, _FIFTH)[_FIFTH])
    return math.ceil(float(most_ns.max()) + least_waited_ns)


def _least_near(waited_ns: Nanoseconds) -> Iterator[tuple[Nanoseconds, Nanoseconds]]:
    """For each place between two probes the places of those that waited least among the 1, 2, 4 …
    before it, and among as many after it."""
    count = waited_ns.size
    here = np.arange(count)
    before, after = here, here  # of the windows that end and that begin at each probe
    width = 1
    while True:
        yield before[:-1], after[1:]
        if width >= count:
            return
        before = _better(waited_ns, before, before[np.maximum(here - width, 0)])
        after = _better(waited_ns, after, after[np.minimum(here + width, count - 1)])
        width *= 2


def _better(waited_ns: Nanoseconds, one: Nanoseconds, other: Nanoseconds) -> Nanoseconds:
    return np.where(waited_ns[other] < waited_ns[one], other, one)


def either_side(
    passages: Mapping[Way, ClockReadings],
    floor_ns: Mapping[Way, int],
    drift_ppm: float,
    max_error_ns: Mapping[str, int],
    grains_ns: Mapping[str, int],
) -> Iterator[Sides]:
    """Both ways of each probe, bounded by itself and all before it, or by itself and all after it,
    or by a stretch that it is in, of the same sender and between the same two sites; and by what is
    stated of both their clocks, which holds before and after. Clocks that show whole grains only
    may differ by these from one reading to the next. What a program stamped bounds clocks less, and
    its own low end is of no meaning. O(n log n)."""
    for pair in pairs_of(passages, poor=True):
        stated = [max_error_ns.get(site) for site in pair.there]
        apart_ns = sum(one for one in stated if one is not None) if None not in stated else _EVER_NS
        grains = sum(grains_ns.get(site, 0) for site in pair.there)
        for chosen in (pair.by_first, ~pair.by_first):
            if chosen.any():
                for one in _both_ways(pair, np.flatnonzero(chosen), floor_ns, drift_ppm, apart_ns):
                    yield replace(one, low_ns=one.low_ns - grains, high_ns=one.high_ns + grains)


def _both_ways(
    pair: Paired,
    chosen: Nanoseconds,
    floor_ns: Mapping[Way, int],
    drift_ppm: float,
    apart_ns: int,
) -> Iterator[Sides]:
    chosen = chosen[np.argsort(pair.sent_ns[chosen], kind="stable")]
    there, back = pair.there, pair.there[::-1]
    there_ns, back_ns = pair.there_ns[chosen], pair.back_ns[chosen]
    since_ns = pair.sent_ns[chosen] - pair.sent_ns[chosen[0]]
    drifts_ns = np.ceil(2 * drift_ppm / (_PPM - drift_ppm) * since_ns).astype(np.int64)
    # How far ahead the far clock can be, at most and at least.
    most_ns = np.minimum(_at_most(there_ns - floor_ns[there], drifts_ns), apart_ns)
    least_ns = np.maximum(-_at_most(back_ns - floor_ns[back], drifts_ns), -apart_ns)
    yield Sides(there, pair.places[0][chosen], there_ns - most_ns, there_ns - least_ns)
    yield Sides(back, pair.places[1][chosen], back_ns + least_ns, back_ns + most_ns)


def _at_most(bounds_ns: Nanoseconds, drifts_ns: Nanoseconds) -> Nanoseconds:
    """The weakest of what each bound and those before it say, of what it and those after do, and of
    what each stretch does that it is in; no weaker than itself. O(n)."""
    before = np.minimum.accumulate(bounds_ns - drifts_ns) + drifts_ns
    after = np.minimum.accumulate((bounds_ns + drifts_ns)[::-1])[::-1] - drifts_ns
    weakest = np.maximum(before, after)
    length = max(2, bounds_ns.size // STRETCHES)
    if bounds_ns.size > length:
        drifted_ns = drifts_ns[length - 1 :] - drifts_ns[: 1 - length]
        tightest = -_most_in(-bounds_ns, length) + drifted_ns
        outside = np.full(length - 1, -_EVER_NS)
        around = _most_in(np.concatenate([outside, tightest, outside]), length)
        weakest = np.minimum(np.maximum(weakest, around), bounds_ns)
    return weakest


def _most_in(values_ns: Nanoseconds, length: int) -> Nanoseconds:
    """The most of each ``length`` successive values (van Herk 1992). O(n)."""
    count = values_ns.size - length + 1
    padding = np.full(-values_ns.size % length, -_EVER_NS)
    blocks = np.concatenate([values_ns, padding]).reshape(-1, length)
    ahead = np.maximum.accumulate(blocks, axis=1).ravel()
    behind = np.maximum.accumulate(blocks[:, ::-1], axis=1)[:, ::-1].ravel()
    return np.maximum(behind[:count], ahead[length - 1 : length - 1 + count])
