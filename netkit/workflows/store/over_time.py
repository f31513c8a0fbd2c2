"""Measurements over a time, for people: the whole, its pieces, week against week, and events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netkit.model.measurement.window import WindowSelection
from netkit.stats.windows.history import By
from netkit.stats.windows.over_time import (
    OverTime,
    clock_steps,
    newest_bounds,
    path_changes,
)
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.history.states import session_states
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, floor
from netkit.store.windows.store import WindowStore
from netkit.workflows.monitoring.mesh import MeshReader
from netkit.workflows.store.certified_history import with_certificates
from netkit.workflows.store.history import history, history_in_parts

MOST_OF_ONE = 1500
"""Pieces of one direction: more are narrower than a pixel."""

MOST_IN_ALL = 60_000
"""Pieces of all directions: three MB of a page."""

MOST_ALARMS = 1000

MOST_WEEKS = 9
"""Weeks that are held against each other, the last ones: more could not be told apart."""

_WEEK_NS = 7 * DAY_NS
_MONDAY_NS = 4 * DAY_NS
"""The first Monday after the begin of 1970."""

_MINUTE_NS = HOUR_NS // 60
_LENGTHS = {By.MINUTE: _MINUTE_NS, By.HOUR: HOUR_NS, By.DAY: DAY_NS}
_LEVELS = {By.MINUTE: Level.WINDOWS, By.HOUR: Level.HOURS, By.DAY: Level.DAYS}

Span = tuple[int, int]


def over_time(
    store: WindowStore,
    selection: WindowSelection,
    span: Span,
    *,
    mesh: MeshReader | None = None,
) -> OverTime:
    """What was measured between ``selection.src`` and ``selection.dst``, any if None, both ways.

    Pieces are minutes, hours or days: the shortest that a picture and a page have room for. With
    ``mesh``, rows whose clocks bound nothing get certified intervals, which costs reading every
    window. Else linear in the rows that cover the time. Raises StoreError.
    """
    whole, weeks = history_in_parts(store, selection, span, list(weeks_of(span)))
    by = piece_of(store, span, len(whole.rows))
    pieces = history(store, selection, *span, by, ipdv=False, both_ways=True)
    if mesh is not None:
        whole, pieces = (with_certificates(one, mesh) for one in (whole, pieces))
        weeks = with_certificates(replace(whole, rows=weeks), mesh).rows
    states = session_states(store, selection, span, _LEVELS[by])
    ends = (selection.src, selection.dst)
    alarms = AlarmStore(store).alarms(
        selection.campaign, since_ns=span[0], most=MOST_ALARMS,
        ends=(ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None,
    )  # fmt: skip
    return OverTime(
        *span, by, whole.rows, pieces.rows, weeks, (), newest_bounds(states),
        list(path_changes(states)), clock_steps(states),
        [one for one in alarms if one.since_ns < span[1]],
    )  # fmt: skip


def piece_of(store: WindowStore, span: Span, directions: int) -> By:
    """The shortest pieces of a time that are still kept, and that there is room for."""
    kept = {By.MINUTE: store.kept_since_ns(), By.HOUR: store.kept_since_ns(Level.HOURS)}
    for by, since_ns in kept.items():
        pieces = (span[1] - span[0]) // _LENGTHS[by]
        if span[0] >= since_ns and pieces <= min(MOST_OF_ONE, MOST_IN_ALL // max(1, directions)):
            return by
    return By.DAY


def weeks_of(span: Span) -> Iterator[Span]:
    """The last weeks of a time that has more than one, each as far as it is in it."""
    begin_ns = floor(span[0] - _MONDAY_NS, _WEEK_NS) + _MONDAY_NS
    if begin_ns + _WEEK_NS >= span[1]:
        return
    begin_ns = max(begin_ns, floor(span[1] - _MONDAY_NS, _WEEK_NS) + _MONDAY_NS
                   - (MOST_WEEKS - 1) * _WEEK_NS)  # fmt: skip
    while begin_ns < span[1]:
        yield max(begin_ns, span[0]), min(begin_ns + _WEEK_NS, span[1])
        begin_ns += _WEEK_NS
