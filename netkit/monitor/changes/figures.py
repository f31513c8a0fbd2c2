"""The figures of windows that can be compared with one another, and what clocks may do to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DelayCounts, DirectionWindow, Window
from netkit.model.monitoring.alarm import Way

MIN_DELAYS = 10
"""A window of fewer delays says little of its least one."""

_LOST = (Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD)


@dataclass(frozen=True, slots=True)
class Figures:
    """``values_ns`` of windows, each off by at most ``doubt_ns`` for what clocks may have done."""

    values_ns: tuple[float, ...]
    doubt_ns: float = 0.0


def least_delays(windows: Sequence[Window], way: Way) -> Figures | None:
    """Least delays by window; None where no clock and no certificate bounds how far they are off.

    Round trips are differences of one clock, and never off. With clocks that claim no bound the
    middle of the certified interval counts, half its width in doubt.
    """
    if way is Way.ROUND_TRIP:
        trips = [one.round_trip for one in steady(windows) if _enough(one.round_trip)]
        return Figures(tuple(_known(one.min_ns for one in trips if one)))
    seen = [part for part in _directions(steady(windows), way) if _enough(part.delay)]
    if seen and all(part.uncertainty_ns is not None for part in seen):
        doubt_ns = max(_known(part.uncertainty_ns for part in seen))
        return Figures(tuple(_known(part.delay.min_ns for part in seen if part.delay)), doubt_ns)
    certified = [part.certified_ns for part in seen if part.certified_ns is not None]
    if not certified:
        return None if seen else Figures(())
    middles = tuple((low + high) / 2 for low, high in certified)
    return Figures(middles, median((high - low) / 2 for low, high in certified))


def mean_over_least(windows: Sequence[Window], way: Way) -> Figures:
    """How far delays lie over the least of their window on average (PDV, RFC 5481 §4.2).

    What clocks are off by cancels out, and so does a drift that is that of the baseline.
    """
    parts = [
        one.round_trip if way is Way.ROUND_TRIP else direction(one, way).delay
        for one in steady(windows)
    ]
    return Figures(
        tuple(
            part.sum_ns / part.count - part.min_ns
            for part in parts
            if part is not None and part.min_ns is not None and part.count >= MIN_DELAYS
        )
    )


def losses(windows: Sequence[Window], way: Way) -> tuple[int, int] | None:
    """Sent and lost in all; None where an end cannot know. Of the way back only probes that were
    reflected count as sent."""
    if way is Way.ROUND_TRIP:
        whole = [one for one in windows if one.outcomes]
        sent = sum(sum(one.outcomes.values()) - _not_under_way(one) for one in whole)
        lost = sum(sum(one.outcomes.get(o, 0) for o in _LOST) - one.dropped_here for one in whole)
        return (sent, lost) if sent > 0 else None
    clean = [one for one in windows if way is Way.FORWARD or not one.dropped_here]
    parts = [direction(one, way) for one in clean]
    known = [(part.sent, part.lost) for part in parts if part.sent and part.lost is not None]
    if not known or len(known) < len(parts):
        return None
    return sum(sent for sent, _ in known), sum(lost for _, lost in known)


def direction(window: Window, way: Way) -> DirectionWindow:
    """One direction of a window."""
    return window.forward if way is Way.FORWARD else window.backward


def steady(windows: Iterable[Window]) -> list[Window]:
    """Those in which neither clock was set."""
    return [one for one in windows if not (one.sender_clock.steps or one.reflector_clock.steps)]


def _directions(windows: Iterable[Window], way: Way) -> Iterator[DirectionWindow]:
    return (direction(one, way) for one in windows)


def _enough(delay: DelayCounts | None) -> bool:
    return delay is not None and delay.count >= MIN_DELAYS


def _known(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]


def _not_under_way(window: Window) -> int:
    """Probes that say nothing of the path: never sent, refused, or dropped in this host."""
    gone = (Outcome.NOT_SENT, Outcome.REFUSED)
    return sum(window.outcomes.get(one, 0) for one in gone) + window.dropped_here
