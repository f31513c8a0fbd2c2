"""What the last window of a series says: each gauge by its name, its labels and its source."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from netkit.model.measurement.window import DelayCounts, DirectionWindow, Window
from netkit.model.verdict import Verdict
from netkit.monitor.exposition.counters import DIRECTIONS
from netkit.stats.windows.counts import sketch_of

Values = Mapping[tuple[str, ...], float | None]
"""Values by those of a metric's own labels; what is None is not there."""

_NS_PER_S = 1e9
_US_PER_S = 1e6


@dataclass(frozen=True, slots=True)
class GaugeMetric:
    """A gauge: ``of`` says what it is in a window, by the values of ``labels``."""

    name: str
    says: str
    labels: tuple[str, ...]
    of: Callable[[Window], Values]


def _directions(window: Window) -> Iterator[tuple[str, DirectionWindow]]:
    yield from zip(DIRECTIONS, (window.forward, window.backward), strict=True)


def _seconds(duration_ns: float | None) -> float | None:
    return None if duration_ns is None else duration_ns / _NS_PER_S


def _of_delays(figure: Callable[[DelayCounts], float | None]) -> Callable[[Window], Values]:
    def of(window: Window) -> Values:
        return {
            (way,): None if one.delay is None else _seconds(figure(one.delay))
            for way, one in _directions(window)
        }

    return of


def _p99_ns(delay: DelayCounts) -> float | None:
    return sketch_of(delay).percentile(99)


def _certified(window: Window) -> Values:
    return {
        (way, bound): one.certified_ns[place] / _NS_PER_S
        for way, one in _directions(window)
        if one.certified_ns is not None
        for place, bound in enumerate(("low", "high"))
    }


def _uncertainty(window: Window) -> Values:
    return {(way,): _seconds(one.uncertainty_ns) for way, one in _directions(window)}


def _clock_errors(window: Window) -> Values:
    return {
        ("sender",): _seconds(window.sender_clock.max_error_ns),
        ("reflector",): _seconds(window.reflector_clock.max_error_ns),
    }


def _verdicts(window: Window) -> Values:
    return {
        (way, verdict.value): float(one.verdict is verdict)
        for way, one in _directions(window)
        for verdict in Verdict
    }


def _bound(window: Window) -> Values:
    return {(): None if window.bound_us is None else window.bound_us / _US_PER_S}


def _end(window: Window) -> Values:
    return {(): (window.key.start_ns + window.key.length_ns) / _NS_PER_S}


WINDOW_END = GaugeMetric(
    "netkit_window_end_timestamp_seconds", "When the last window ended.", (), _end
)

WINDOW_LENGTH = GaugeMetric(
    "netkit_window_length_seconds",
    "How long the last window is.",
    (),
    lambda window: {(): window.key.length_ns / _NS_PER_S},
)

ROUND_LENGTH = GaugeMetric(
    "netkit_round_length_seconds",
    "How often the rounds come that the last window is of.",
    (),
    lambda window: {(): _seconds(window.round_ns)},
)

GAUGES = (
    GaugeMetric(
        "netkit_owd_min_seconds",
        "Least one-way delay of the last window, as the clocks gave it.",
        ("direction",),
        _of_delays(lambda delay: delay.min_ns),
    ),
    GaugeMetric(
        "netkit_owd_p99_seconds",
        "99th percentile of the one-way delays of the last window.",
        ("direction",),
        _of_delays(_p99_ns),
    ),
    GaugeMetric(
        "netkit_certified_owd_seconds",
        "Interval that the least one-way delay certainly lies in, whatever the clocks.",
        ("direction", "bound"),
        _certified,
    ),
    GaugeMetric(
        "netkit_clock_uncertainty_seconds",
        "How far a one-way delay may be off by what both clocks claim.",
        ("direction",),
        _uncertainty,
    ),
    GaugeMetric(
        "netkit_clock_max_error_seconds",
        "How far the clock of an end may be off by its own claim.",
        ("end",),
        _clock_errors,
    ),
    GaugeMetric("netkit_tier_bound_seconds", "The bound that the flow has to keep.", (), _bound),
    GaugeMetric(
        "netkit_tier_verdict",
        "1 for the verdict of the last window on a direction, 0 for the others.",
        ("direction", "verdict"),
        _verdicts,
    ),
    WINDOW_END,
    WINDOW_LENGTH,
    ROUND_LENGTH,
)
