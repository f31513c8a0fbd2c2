"""What is counted of windows without end: each counter by its name, its labels and its source.

A count that an end cannot know (None) is not counted, and a series of which nothing is known is not
there: missing is not zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import Window

Values = Mapping[tuple[str, ...], int | None]
"""Counts by the values of a metric's own labels."""

DIRECTIONS = ("forward", "backward")
UNKNOWN_DIRECTION = "unknown"

_LOST = {
    "forward": Outcome.LOST_FORWARD,
    "backward": Outcome.LOST_BACKWARD,
    UNKNOWN_DIRECTION: Outcome.LOST,
}


@dataclass(frozen=True, slots=True)
class CounterMetric:
    """A counter: ``of`` says what one window adds, by the values of ``labels``."""

    name: str
    says: str
    labels: tuple[str, ...]
    of: Callable[[Window], Values]


def by_direction(window: Window, field: str) -> dict[tuple[str, ...], int | None]:
    """A field of both directions."""
    return {
        ("forward",): getattr(window.forward, field),
        ("backward",): getattr(window.backward, field),
    }


def _sent(window: Window) -> Values:
    if not window.outcomes:
        return {(): window.forward.sent}
    return {(): sum(window.outcomes.values()) - window.outcomes.get(Outcome.NOT_SENT, 0)}


def _lost(window: Window) -> Values:
    if not window.outcomes:
        return by_direction(window, "lost")
    return {(way,): window.outcomes.get(outcome, 0) for way, outcome in _LOST.items()}


def _ended(window: Window) -> Values:
    if not window.outcomes:
        return {}
    return {(outcome.value,): window.outcomes.get(outcome, 0) for outcome in Outcome}


def _steps(window: Window) -> Values:
    return {
        ("sender",): window.sender_clock.steps,
        ("reflector",): window.reflector_clock.steps,
    }


def _windows(window: Window) -> Values:
    return {("incomplete",): int(window.incomplete), ("complete",): int(not window.incomplete)}


COUNTERS = (
    CounterMetric("netkit_probes_sent_total", "Probes that were sent.", (), _sent),
    CounterMetric(
        "netkit_probes_lost_total",
        "Probes lost, by the direction in which they were, as far as that is known.",
        ("direction",),
        _lost,
    ),
    CounterMetric(
        "netkit_probes_ended_total", "Probes by how they ended; each once.", ("outcome",), _ended
    ),
    CounterMetric(
        "netkit_packets_received_total",
        "Packets that arrived at the end of a direction.",
        ("direction",),
        lambda window: by_direction(window, "received"),
    ),
    CounterMetric(
        "netkit_packets_duplicated_total",
        "Packets that arrived again.",
        ("direction",),
        lambda window: by_direction(window, "duplicates"),
    ),
    CounterMetric(
        "netkit_packets_reordered_total",
        "Packets that arrived out of order.",
        ("direction",),
        lambda window: by_direction(window, "reordered"),
    ),
    CounterMetric(
        "netkit_replies_dropped_here_total",
        "Packets lost in the host of the end that tells it, after they had arrived.",
        (),
        lambda window: {(): window.dropped_here},
    ),
    CounterMetric(
        "netkit_clock_steps_total", "How often the clock of an end was set.", ("end",), _steps
    ),
    CounterMetric(
        "netkit_windows_total", "Windows, by whether they are whole.", ("state",), _windows
    ),
)
