"""What is certain of the least delays of windows, where clocks promise nothing.

The windows of one stretch of time are a mesh: each direction gives the least raw difference of its
two clocks, and light-time floors and the clocks that are disciplined bound all others with it
(docs/clocks.md). A site sees its own windows alone, so this is worked out where they come together,
each time that they are read: one more window narrows the intervals of all of its stretch.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from netkit.model.measurement.clock import CRYSTAL_DRIFT_PPM
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import ClockState, DirectionWindow, Window
from netkit.model.units import us_to_ns
from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_bounds import ClockBounds, Contradiction, OneWay, bound_clocks
from netkit.stats.judgement import MIN_SAMPLES, judged_range
from netkit.stats.loss import ARRIVED
from netkit.stats.windows.counts import sketch_of

Floors = Callable[[str, str], int]
"""What no packet from one site to another can beat, in ns."""

_PPM = 1_000_000


@dataclass(frozen=True)
class CertifiedWindows:
    """The windows with what is certain of them, in the order given, and the stretches, by their
    start, whose mesh contradicts itself: nothing is certain then."""

    windows: tuple[Window, ...]
    contradictions: Mapping[int, Contradiction]


def certified_windows(
    windows: Iterable[Window], floor_ns: Floors, drift_ppm: float = CRYSTAL_DRIFT_PPM
) -> CertifiedWindows:
    """Fill in ``certified_ns`` of every direction that clocks do not bound, and the verdict on its
    bound where that interval decides it.

    No clock may gain or lose more than ``drift_ppm``; one that was set in a window bounds nothing
    in it, nor do clocks that ran apart faster, or stamps of which some cannot all be true. Delays
    that are not known may have been anything. A direction whose clocks do bound it, or that is
    certified already, stays as it is. O(s³) for the s sites of each stretch in which some direction
    is not bounded.
    """
    held = tuple(windows)
    stretches: dict[tuple[int, int], list[Window]] = defaultdict(list)
    for one in held:
        stretches[one.key.start_ns, one.key.length_ns].append(one)
    found: dict[int, Window] = {}
    contradictions: dict[int, Contradiction] = {}
    for (start_ns, _), some in stretches.items():
        if not any(map(rests_on_the_mesh, some)):
            continue
        clocks = _clocks(some, floor_ns, drift_ppm)
        if clocks.contradiction is not None:
            contradictions[start_ns] = clocks.contradiction
            continue
        found |= {id(one): _certified(one, clocks, floor_ns) for one in some}
    return CertifiedWindows(tuple(found.get(id(one), one) for one in held), contradictions)


def rests_on_the_mesh(window: Window) -> bool:
    """Whether no clock bounds its delays: what is certain of them takes windows of other flows."""
    return _open(window.forward) or _open(window.backward)


def _clocks(windows: Sequence[Window], floor_ns: Floors, drift_ppm: float) -> ClockBounds:
    """Everything that the windows of a stretch say of each other's clocks."""
    ways = [way for one in windows for way in _ways(one, floor_ns)]
    errors: dict[str, int] = {}
    for one in windows:
        for site, clock in _ends(one):
            if clock.max_error_ns is not None and not clock.steps:
                errors[site] = max(clock.max_error_ns, errors.get(site, 0))
    errors = {site: error for site, error in errors.items() if site not in _set_in(windows)}
    length_ns = windows[0].key.length_ns
    moved_ns = math.ceil(drift_ppm * length_ns / _PPM / 2)
    sites = {site for way in ways for site in (way.src, way.dst)} | set(errors)
    # A clock that is held within its error does not move further than that from its middle.
    wander_ns = {site: min(moved_ns, errors.get(site, moved_ns)) for site in sites}
    return bound_clocks(ways, max_error_ns=errors, wander_ns=wander_ns)


def _ways(window: Window, floor_ns: Floors) -> Iterator[OneWay]:
    """The directions of a window that tell something of two clocks."""
    if window.sender_clock.steps or window.reflector_clock.steps:
        return
    if window.impossible_stamps or window.ran_apart:
        return
    src, dst = window.key.src, window.key.dst
    for part, a, b in ((window.forward, src, dst), (window.backward, dst, src)):
        delay = part.delay
        if delay is not None and delay.min_ns is not None:
            yield OneWay(a, b, delay.min_ns, floor_ns(a, b), delay.min_ns, delay.count)


def _certified(window: Window, clocks: ClockBounds, floor_ns: Floors) -> Window:
    of = {(way.src, way.dst): way for way in _ways(window, floor_ns)}
    src, dst = window.key.src, window.key.dst
    ways = (window.forward, of.get((src, dst))), (window.backward, of.get((dst, src)))
    forward, backward = (
        _with_certificate(part, way, clocks, _Terms(window.bound_us, _unknown(window, part)))
        for part, way in ways
    )
    return replace(window, forward=forward, backward=backward)


def _unknown(window: Window, part: DirectionWindow) -> int:
    """How many delays may have been anything. Windows that an earlier version kept have none of
    probes that were late: there are fewer delays than answers then."""
    ended = window.outcomes
    late = ended.get(Outcome.LATE, 0)
    answers = late + sum(ended.get(one, 0) for one in ARRIVED)
    missing = answers - (0 if part.delay is None else part.delay.count)
    return window.unknown_delays + max(0, min(late, missing))


class _Terms(NamedTuple):
    """What a direction of a window is judged by."""

    bound_us: int | None
    unknown: int


def _with_certificate(
    part: DirectionWindow, way: OneWay | None, clocks: ClockBounds, terms: _Terms
) -> DirectionWindow:
    interval = None if way is None else clocks.true_delay(way)
    if way is None or interval is None or not _open(part):
        return part
    low_ns, high_ns = interval.low_ns, interval.high_ns
    ends = None if low_ns is None or high_ns is None else (low_ns, high_ns)
    return replace(part, certified_ns=ends, verdict=_verdict(part, way, clocks, terms))


def _verdict(part: DirectionWindow, way: OneWay, clocks: ClockBounds, terms: _Terms) -> Verdict:
    """A pass if even the largest delay certainly keeps the bound, a breach if p99 certainly does
    not, whatever the clocks and the delays that are not known; else as it was."""
    delay, bound_us = part.delay, terms.bound_us
    if bound_us is None or delay is None or delay.max_ns is None or delay.count < MIN_SAMPLES:
        return part.verdict
    bound_ns, sketch = us_to_ns(bound_us), sketch_of(delay)
    low_ns, high_ns = judged_range(
        delay.count, terms.unknown, lambda rank: math.floor(sketch.at_rank(rank) or 0)
    )
    most = clocks.true_delay(replace(way, figure_ns=delay.max_ns))
    within = most is not None and most.high_ns is not None and most.high_ns <= bound_ns
    if high_ns is not None and within:
        return Verdict.PASS
    if low_ns is None:
        return part.verdict
    # No further off than the sketch says, of the raw delay with all that the clocks are apart.
    sure_ns = math.floor(low_ns - delay.relative_error * abs(low_ns)) - 1
    least = clocks.true_delay(replace(way, figure_ns=sure_ns))
    if least is not None and least.low_ns is not None and least.low_ns > bound_ns:
        return Verdict.BREACH
    return part.verdict


def _open(part: DirectionWindow) -> bool:
    """Whether there are delays, and neither clocks nor a certificate say how far they are off."""
    return part.delay is not None and part.uncertainty_ns is None and part.certified_ns is None


def _ends(window: Window) -> tuple[tuple[str, ClockState], tuple[str, ClockState]]:
    return (window.key.src, window.sender_clock), (window.key.dst, window.reflector_clock)


def _set_in(windows: Sequence[Window]) -> set[str]:
    """The sites whose clocks were set in some window."""
    return {site for one in windows for site, clock in _ends(one) if clock.steps}
