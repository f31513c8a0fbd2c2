"""Windows to rows of the tables and back: one value a column, in the order of the schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    ClockState,
    DelayCounts,
    DirectionWindow,
    PathInForce,
    Window,
    WindowKey,
)
from netkit.model.verdict import Verdict
from netkit.store.windows.encoding import decoded, encoded

ROUND = "round_ns"
"""Among the notes, which are words: how often the rounds come that a window is of. It has no column
of its own, as windows are delivered to databases that others keep, and most are of no round."""

_OUTCOMES = tuple(Outcome)
Row = tuple[Any, ...]
"""What a database gives and takes: None, int, str, bytes or bool a column."""


def row_of(window: Window, series_id: int, path_id: int | None) -> Row:
    """One value for each column of a table of windows."""
    key, outcomes = window.key, window.outcomes
    return (
        series_id, key.start_ns, key.length_ns,
        *[outcomes.get(one) for one in _OUTCOMES],
        *_direction(window.forward), *_direction(window.backward), _counts(window.round_trip),
        *_clock(window.sender_clock), *_clock(window.reflector_clock),
        path_id, window.bound_us, window.verdict.value, window.incomplete, window.dropped_here,
        _notes(window),
    )  # fmt: skip


def window_of(row: Sequence[Any], names: Sequence[str], path: PathInForce) -> Window:
    """The window of a row, whose series is called ``names``: campaign, observer, src, dst, flow.

    Raises ValueError for what :func:`row_of` never makes.
    """
    values = iter(row)
    _, start_ns, length_ns = (_int(next(values)) for _ in range(3))
    campaign, observer, src, dst, flow = names
    outcomes = {one: next(values) for one in _OUTCOMES}
    forward, backward = _read_direction(values), _read_direction(values)
    round_trip = _read_counts(next(values), DELAY_RELATIVE_ERROR)
    sender, reflector = _read_clock(values), _read_clock(values)
    _, bound_us, verdict, incomplete, dropped_here, noted = values
    notes = json.loads(str(noted)) if noted else {}
    round_ns = notes.pop(ROUND, None)
    return Window(
        WindowKey(campaign, observer, src, dst, flow, start_ns, length_ns),
        {one: _int(count) for one, count in outcomes.items() if count is not None},
        forward, backward, round_trip, sender, reflector, path,
        _maybe(bound_us), Verdict(verdict), bool(incomplete), _int(dropped_here),
        notes, _maybe(round_ns),
    )  # fmt: skip


def _notes(window: Window) -> str | None:
    notes = dict(window.notes)
    if window.round_ns is not None:
        notes[ROUND] = window.round_ns
    return json.dumps(notes, sort_keys=True) if notes else None


def _direction(one: DirectionWindow) -> Row:
    low, high = one.certified_ns or (None, None)
    return (
        one.sent, one.received, one.lost, one.duplicates, one.reordered, _counts(one.delay),
        _counts(one.ipdv), one.uncertainty_ns, low, high, one.verdict.value,
    )  # fmt: skip


def _read_direction(values: Iterator[Any]) -> DirectionWindow:
    sent, received, lost = (_maybe(next(values)) for _ in range(3))
    duplicates, reordered = _int(next(values)), _int(next(values))
    delay = _read_counts(next(values), DELAY_RELATIVE_ERROR)
    ipdv = _read_counts(next(values), IPDV_RELATIVE_ERROR)
    uncertainty, low, high = (_maybe(next(values)) for _ in range(3))
    certified = None if low is None or high is None else (low, high)
    return DirectionWindow(
        sent, received, lost, duplicates, reordered, delay, ipdv, uncertainty, certified,
        Verdict(next(values)),
    )  # fmt: skip


def _clock(state: ClockState) -> Row:
    source = None if state.source is None else int(state.source)
    return source, state.max_error_ns, state.steps


def _read_clock(values: Iterator[Any]) -> ClockState:
    source, max_error_ns = _maybe(next(values)), _maybe(next(values))
    known = None if source is None else SyncSource(source)
    return ClockState(known, max_error_ns, _int(next(values)))


def _counts(counts: DelayCounts | None) -> bytes | None:
    return None if counts is None else encoded(counts)


def _read_counts(data: object, relative_error: float) -> DelayCounts | None:
    return decoded(data, relative_error) if isinstance(data, bytes) else None


def _int(value: object) -> int:
    if not isinstance(value, int):
        raise ValueError(f"no whole number: {value!r}")  # noqa: TRY004 - the row's fault
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _int(value)
