"""Several windows of one series as one: an hour from its minutes, a day from its hours.

What is a count adds up, and is unknown if one of the parts is: missing is not zero. A state that
was not the same throughout, such as the path in force, is unknown of the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from netkit.model.measurement.window import (
    ClockState,
    DirectionWindow,
    PathInForce,
    Window,
    WindowKey,
)
from netkit.model.verdict import worst
from netkit.stats.windows.counts import merged_counts

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


def merged_window(key: WindowKey, parts: Sequence[Window]) -> Window:
    """The window ``key`` that consists of ``parts``, at least one, all of its series.

    Linear in the number of their buckets. Its verdict is the worst of them.
    """
    return Window(
        key,
        _added(part.outcomes for part in parts),
        merged_direction([part.forward for part in parts]),
        merged_direction([part.backward for part in parts]),
        merged_counts(part.round_trip for part in parts),
        _clock([part.sender_clock for part in parts]),
        _clock([part.reflector_clock for part in parts]),
        _same([part.path for part in parts]) or PathInForce(),
        _same([part.bound_us for part in parts]),
        worst(part.verdict for part in parts),
        any(part.incomplete for part in parts),
        sum(part.dropped_here for part in parts),
        _added(part.notes for part in parts),
    )


def merged_direction(parts: Sequence[DirectionWindow]) -> DirectionWindow:
    """One direction over all ``parts``, at least one; they are of different probes.

    The certificate of the least delay holds of the whole if every part with delays has one: the
    least of all is the least of theirs. So does the bound on the error, which is the largest.
    """
    timed = [part for part in parts if part.delay is not None and part.delay.count]
    certified = [part.certified_ns for part in timed]
    known = [one for one in certified if one is not None]
    whole = bool(known) and len(known) == len(certified)
    return DirectionWindow(
        total([part.sent for part in parts]),
        total([part.received for part in parts]),
        total([part.lost for part in parts]),
        sum(part.duplicates for part in parts),
        sum(part.reordered for part in parts),
        merged_counts(part.delay for part in parts),
        merged_counts(part.ipdv for part in parts),
        largest([part.uncertainty_ns for part in timed]),
        (min(low for low, _ in known), min(high for _, high in known)) if whole else None,
        worst(part.verdict for part in parts),
    )


def total(counts: Sequence[int | None]) -> int | None:
    """The sum; unknown if one of them is."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def largest(values: Sequence[int | None]) -> int | None:
    """The largest; unknown if one of them is, or of none at all."""
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None


def _clock(states: Sequence[ClockState]) -> ClockState:
    return ClockState(
        _same([state.source for state in states]),
        largest([state.max_error_ns for state in states]),
        sum(state.steps for state in states),
    )


def _same(values: Sequence[_Value]) -> _Value | None:
    return values[0] if all(value == values[0] for value in values) else None


def _added(parts: Iterable[Mapping[_Key, int]]) -> dict[_Key, int]:
    total_: Counter[_Key] = Counter()
    for part in parts:
        total_.update(part)
    return dict(total_)
