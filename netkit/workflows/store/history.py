"""History: what went from one site to another, by hour, by day or over all of a time.

Percentiles are of all delays in that time, within the relative error of the windows: counts are
merged, figures never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    WindowSelection,
)
from netkit.stats.windows.columns import DelayColumns, DelayRow, delay_rows
from netkit.stats.windows.ends import summed, verdict_of
from netkit.stats.windows.history import PERCENTS, By, DirectionHistory, History
from netkit.store.windows.history.bulk import decoded_columns
from netkit.store.windows.history.facts import Cover, Facts, Span, read_facts
from netkit.store.windows.history.states import session_notes
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, ceiling, floor
from netkit.store.windows.store import WindowStore
from netkit.workflows.store.entries import (
    COLUMNS,
    DELAY,
    IPDV,
    Entries,
    adding_up,
    entries_of,
    taken,
)
from netkit.workflows.store.grid import Grid, even, parts, whole

_MINUTE_NS = HOUR_NS // 60
_UNITS = {
    By.MINUTE: (_MINUTE_NS, Level.WINDOWS),
    By.HOUR: (HOUR_NS, Level.HOURS),
    By.DAY: (DAY_NS, Level.DAYS),
}


def history(
    store: WindowStore,
    selection: WindowSelection,
    since_ns: int,
    until_ns: int,
    by: By,
    *,
    ipdv: bool = True,
    both_ways: bool = False,
) -> History:
    """What went from ``selection.src`` to ``selection.dst``, each of them any if it is None; with
    ``both_ways`` what came back as well, after it.

    The time is widened to whole pieces. Linear in the rows that cover it, whose delay variation is
    as large as all else: without ``ipdv`` it is left out. Of one pair it comes with what was noted.
    Raises StoreError.
    """
    unit_ns, coarsest = _UNITS.get(by, (1, Level.DAYS))
    span = floor(since_ns, unit_ns), ceiling(until_ns, unit_ns)
    facts = read_facts(store, selection, span, coarsest, COLUMNS if ipdv else COLUMNS[:IPDV])
    grid = whole(facts.covered) if by is By.ALL else even(_measured(facts), unit_ns)
    rows = _Read.of(facts, selection, both_ways=both_ways).rows(grid)
    found = _told(facts.covered, by, there_first(rows, selection))
    if selection.src is None or selection.dst is None:
        return found
    return replace(found, notes=session_notes(store, selection, span, coarsest))


def _measured(facts: Facts) -> Cover:
    """Where there are rows in what was covered, which may be all minutes since 1970."""
    starts = [row[1] for row in facts.rows]
    covered = facts.covered
    if not starts:
        return replace(covered, until_ns=covered.since_ns)
    return replace(
        covered, since_ns=max(covered.since_ns, min(starts)),
        until_ns=min(covered.until_ns, max(starts) + 1),
    )  # fmt: skip


def history_in_parts(
    store: WindowStore, selection: WindowSelection, span: Span, spans: Sequence[Span]
) -> tuple[History, list[DirectionHistory]]:
    """All of a time both ways, and the same of ``spans``, which begin and end with days or with the
    time: what they are made of is read once. Raises StoreError."""
    facts = read_facts(store, selection, span, Level.DAYS, COLUMNS[:IPDV])
    read = _Read.of(facts, selection, both_ways=True)
    found = there_first(read.rows(whole(facts.covered)), selection)
    of_parts = there_first(read.rows(parts(facts.covered, spans)), selection)
    of_parts.sort(key=lambda one: one.since_ns)
    return _told(facts.covered, By.ALL, found), of_parts


def there_first(rows: list[DirectionHistory], selection: WindowSelection) -> list[DirectionHistory]:
    """Those from ``selection.src`` to ``selection.dst`` first, where both are named."""
    ends = (selection.src, selection.dst)
    return rows if None in ends else sorted(rows, key=lambda one: (one.src, one.dst) != ends)


def _told(covered: Cover, by: By, rows: list[DirectionHistory]) -> History:
    return History(covered.since_ns, covered.until_ns, by, rows)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of a time: facts, their entries that are asked for, and all directions."""

    facts: Facts
    entries: Entries | None
    directions: list[tuple[str, ...]]

    @classmethod
    def of(cls, facts: Facts, selection: WindowSelection, *, both_ways: bool) -> _Read:
        if not facts.rows:
            return cls(facts, None, [])
        directions: dict[tuple[str, ...], int] = {}
        entries = entries_of(facts, directions)
        asked = [(selection.src, selection.dst)]
        asked += [(selection.dst, selection.src)] if both_ways else []
        wanted = [
            number for (_, src, dst, _), number in directions.items()
            if any(a in (None, src) and b in (None, dst) for a, b in asked)
        ]  # fmt: skip
        kept = taken(entries, np.isin(entries.direction, wanted))
        return cls(facts, kept, list(directions))

    def rows(self, grid: Grid) -> list[DirectionHistory]:
        """A row for each piece of each direction, piece by piece; what lies before is in none."""
        if self.entries is None or not grid.begins_ns.size:
            return []
        inside = taken(self.entries, grid.piece(self.entries.start_ns) >= 0)
        return _figures(self.facts, inside, self.directions, grid)


def _figures(
    facts: Facts, entries: Entries, directions: Sequence[tuple[str, ...]], grid: Grid
) -> list[DirectionHistory]:
    piece = grid.piece(entries.start_ns)
    keys, group = np.unique(piece * len(directions) + entries.direction, return_inverse=True)
    kept = adding_up(entries, group)
    entries, group = taken(entries, kept), group[kept]
    delay, timed = _delays(facts, entries, group, keys.size, DELAY, DELAY_RELATIVE_ERROR)
    ipdv: list[DelayRow | None] = [None] * keys.size
    if facts.width > IPDV:
        ipdv, _ = _delays(facts, entries, group, keys.size, IPDV, IPDV_RELATIVE_ERROR)
    sums = summed(entries.fields, timed, group, keys.size)
    disputed = np.zeros(keys.size, np.bool_)
    np.logical_or.at(disputed, group, entries.disputed)
    rows = []
    for one, key in enumerate(keys.tolist()):
        at, direction = divmod(key, len(directions))
        rows.append(_row(
            directions[direction], grid.times(at), sums[one], delay[one], ipdv[one],
            bool(disputed[one]),
        ))  # fmt: skip
    return rows


def _delays(
    facts: Facts, entries: Entries, group: NDArray[np.int64], groups: int, column: int,
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
