"""History: what went from one site to another, by hour, by day or over all of a time.

Percentiles are of all delays in that time, within the relative error of the windows: counts are
merged, figures never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    WindowSelection,
)
from netkit.stats.windows.columns import DelayColumns, DelayRow, delay_rows
from netkit.stats.windows.ends import LOST, SENT, SEVERITY, Ended, chosen, summed, verdict_of
from netkit.stats.windows.history import PERCENTS, By, DirectionHistory, History
from netkit.store.windows.history.bulk import decoded_columns
from netkit.store.windows.history.facts import COUNTING, JOINING, Cover, Facts, read_facts
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, ceiling, floor
from netkit.store.windows.rows import Row
from netkit.store.windows.store import WindowStore

_MINUTE_NS = HOUR_NS // 60
_COLUMNS = (
    "sent", "received", "lost", "duplicates", "reordered", "uncertainty_ns", "certified_low_ns",
    "certified_high_ns", "verdict", "delay", "ipdv",
)  # fmt: skip
"""The FIELDS but those of probes, then the counts."""

_DELAY, _IPDV = _COLUMNS.index("delay"), _COLUMNS.index("ipdv")
_HEAD = 3
_NUMBER = {verdict.value: number for number, verdict in enumerate(SEVERITY)}


_UNITS = {
    By.MINUTE: (_MINUTE_NS, Level.WINDOWS),
    By.HOUR: (HOUR_NS, Level.HOURS),
    By.DAY: (DAY_NS, Level.DAYS),
}


@dataclass(frozen=True, slots=True)
class _Entries:
    """One direction of one session in one stored row: which row, of what, and where its counts are.

    ``place`` is the column of the row at which its direction begins.
    """

    fields: NDArray[np.float64]
    row: NDArray[np.int64]
    place: NDArray[np.int64]
    direction: NDArray[np.int64]
    start_ns: NDArray[np.int64]
    by_sender: NDArray[np.bool_]
    disputed: NDArray[np.bool_]


def history(
    store: WindowStore,
    selection: WindowSelection,
    since_ns: int,
    until_ns: int,
    by: By,
    *,
    ipdv: bool = True,
) -> History:
    """What went from ``selection.src`` to ``selection.dst``, each of them any if it is None.

    The time is widened to whole pieces. Linear in the rows that cover it, whose delay variation is
    as large as all else: without ``ipdv`` it is left out. Raises StoreError.
    """
    unit_ns, coarsest = _UNITS.get(by, (1, Level.DAYS))
    span = floor(since_ns, unit_ns), ceiling(until_ns, unit_ns)
    facts = read_facts(store, selection, span, coarsest, _COLUMNS if ipdv else _COLUMNS[:_IPDV])
    if not facts.rows:
        return History(facts.covered.since_ns, facts.covered.until_ns, by, [])
    directions: dict[tuple[str, ...], int] = {}
    entries = _entries(facts, directions)
    wanted = [
        number for (_, src, dst, _), number in directions.items()
        if selection.src in (None, src) and selection.dst in (None, dst)
    ]  # fmt: skip
    rows = _figures(facts, _taken(entries, np.isin(entries.direction, wanted)),
                    list(directions), None if by is By.ALL else unit_ns)  # fmt: skip
    return History(facts.covered.since_ns, facts.covered.until_ns, by, rows)


def _entries(facts: Facts, directions: dict[tuple[str, ...], int]) -> _Entries:
    rows = facts.rows
    sessions: dict[tuple[str, ...], int] = {}
    named = {}
    for number, (campaign, observer, src, dst, flow) in facts.series.items():
        session = sessions.setdefault((campaign, src, dst, flow), len(sessions))
        ways = [
            directions.setdefault((campaign, *ends, flow), len(directions))
            for ends in ((src, dst), (dst, src))
        ]
        named[number] = session, int(observer == src), *ways
    of_rows = np.array([named[row[0]] for row in rows])
    start_ns, length_ns = np.array([row[1:3] for row in rows]).T
    back = _HEAD + facts.width
    joined = chosen(of_rows[:, 0], start_ns, length_ns, _ended(facts, of_rows[:, 1] == 1))
    told = np.flatnonzero(joined.by_sender)
    row = np.concatenate([joined.row, joined.row[told]])
    place = np.repeat([_HEAD, back], [joined.row.size, told.size])
    entries = _Entries(
        np.concatenate([joined.forward, joined.backward[told]]),
        row,
        place,
        np.where(place == _HEAD, of_rows[row, 2], of_rows[row, 3]),
        start_ns[row],
        np.concatenate([joined.by_sender, joined.by_sender[told]]),
        np.concatenate([joined.disputed, joined.disputed[told]]),
    )
    # Without directions of which an end saw nothing at all.
    return _taken(entries, np.asarray(~np.isnan(entries.fields[:, SENT : LOST + 1]).all(axis=1)))


def _ended(facts: Facts, at_sender: NDArray[np.bool_]) -> Ended:
    rows, fresh = facts.rows, facts.fresh
    disputed, incomplete = np.zeros((2, len(rows)), np.bool_)
    dropped, refused = np.zeros((2, len(rows)))
    disputed[:fresh] = [row[-1] for row in rows[:fresh]]
    for place, column in enumerate((incomplete, dropped, refused), -len(JOINING)):
        column[fresh:] = [row[place] for row in rows[fresh:]]
    forward, backward = _HEAD, _HEAD + facts.width
    probes = _probes(rows, backward + facts.width, at_sender)
    return Ended(
        at_sender, _fields(rows, forward, probes), _fields(rows, backward, probes), incomplete,
        dropped, refused, np.arange(len(rows)) >= fresh, disputed,
    )  # fmt: skip


def _taken(entries: _Entries, which: NDArray[np.bool_]) -> _Entries:
    return _Entries(
        entries.fields[which], entries.row[which], entries.place[which],
        entries.direction[which], entries.start_ns[which], entries.by_sender[which],
        entries.disputed[which],
    )  # fmt: skip


def _adding_up(entries: _Entries, group: NDArray[np.int64]) -> NDArray[np.bool_]:
    """All but what a reflector alone saw where the sender saw something of the same piece."""
    seen = np.zeros(int(group.max(initial=-1)) + 1, np.bool_)
    seen[group[entries.by_sender]] = True
    return np.asarray(entries.by_sender | ~seen[group])


def _probes(rows: Sequence[Row], place: int, at_sender: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The two counts of probes of all rows; a reflector knows neither."""
    counts = np.array([row[place : place + COUNTING] for row in rows], np.float64)
    counts[~at_sender] = np.nan
    return counts


def _fields(rows: Sequence[Row], place: int, probes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The FIELDS of one direction of all rows; None becomes NaN."""
    last = place + _DELAY - 1
    numbers = [row[place:last] for row in rows]
    verdicts = [_NUMBER[row[last]] for row in rows]
    return np.column_stack([probes, np.array(numbers, np.float64), verdicts])


def _figures(
    facts: Facts, entries: _Entries, directions: Sequence[tuple[str, ...]], unit_ns: int | None
) -> list[DirectionHistory]:
    piece = np.zeros_like(entries.start_ns) if unit_ns is None else entries.start_ns // unit_ns
    keys, group = np.unique(piece * len(directions) + entries.direction, return_inverse=True)
    kept = _adding_up(entries, group)
    entries, group = _taken(entries, kept), group[kept]
    delay, timed = _delays(facts, entries, group, keys.size, _DELAY, DELAY_RELATIVE_ERROR)
    ipdv: list[DelayRow | None] = [None] * keys.size
    if facts.width > _IPDV:
        ipdv, _ = _delays(facts, entries, group, keys.size, _IPDV, IPDV_RELATIVE_ERROR)
    whole = summed(entries.fields, timed, group, keys.size)
    disputed = np.zeros(keys.size, np.bool_)
    np.logical_or.at(disputed, group, entries.disputed)
    rows = []
    for one, key in enumerate(keys.tolist()):
        at, direction = divmod(key, len(directions))
        times = _times(at, unit_ns, facts.covered)
        rows.append(_row(
            directions[direction], times, whole[one], delay[one], ipdv[one], bool(disputed[one])
        ))  # fmt: skip
    return rows


def _delays(
    facts: Facts, entries: _Entries, group: NDArray[np.int64], groups: int, column: int,
    relative_error: float,
) -> tuple[list[DelayRow | None], NDArray[np.bool_]]:  # fmt: skip
    """Figures of each group, and which entries have delays at all."""
    places = (entries.place + column).tolist()
    pairs = zip(entries.row.tolist(), places, strict=True)
    found = [facts.rows[row][place] for row, place in pairs]
    held = np.array([blob is not None for blob in found], np.bool_)
    columns = DelayColumns(*decoded_columns([blob for blob in found if blob is not None]))
    timed = held.copy()
    timed[held] = columns.totals() > 0
    return delay_rows(columns, group[held], groups, relative_error, PERCENTS), timed


def _times(at: int, unit_ns: int | None, covered: Cover) -> tuple[int, int]:
    if unit_ns is None:
        return covered.since_ns, covered.until_ns
    return at * unit_ns, (at + 1) * unit_ns


def _row(
    names: tuple[str, ...], times: tuple[int, int], figures: NDArray[np.float64],
    delay: DelayRow | None, ipdv: DelayRow | None, disputed: bool,
) -> DirectionHistory:  # fmt: skip
    campaign, src, dst, flow = names
    *counts, duplicates, reordered, uncertainty, low, high, verdict = figures.tolist()
    probes, unanswered, sent, received, lost = map(_int, counts)
    low_ns, high_ns = _int(low), _int(high)
    certified = None if low_ns is None or high_ns is None else (low_ns, high_ns)
    return DirectionHistory(
        campaign, src, dst, flow, *times, sent, received, lost, int(duplicates), int(reordered),
        delay, ipdv, _int(uncertainty), certified, verdict_of(verdict), disputed, probes,
        unanswered,
    )  # fmt: skip


def _int(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
