"""How long each resolution is kept, and taking away what is older.

What is taken away first stops being read, in one transaction with where keeping begins now; then
rows go, a series at a time. Being killed in between leaves rows that nobody reads; the next time
takes them away.

A clock that is a year ahead would have everything taken away. So time without a single window does
not age those before it: where nothing was measured in the day before what is to be kept, as long is
kept of what was measured last. A horizon that lies ahead of the clock is taken back to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, func, select, update

from netkit.errors import InputError
from netkit.store.windows.engine import writing
from netkit.store.windows.faults import told
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, floor
from netkit.store.windows.schema import days, horizons, hours, pending, series, undelivered, windows
from netkit.store.windows.store import WindowStore

_TABLES: Mapping[Level, tuple[Table, int]] = {
    Level.WINDOWS: (windows, HOUR_NS),
    Level.HOURS: (hours, DAY_NS),
    Level.DAYS: (days, DAY_NS),
}


@dataclass(frozen=True, slots=True)
class Retention:
    """How many ns each level is kept; None is for ever. Coarser levels are kept at least as long.

    Raises InputError where they are not.
    """

    windows_ns: int | None = 35 * DAY_NS
    hours_ns: int | None = 400 * DAY_NS
    days_ns: int | None = None

    def __post_init__(self) -> None:
        kept = [float("inf") if one is None else one for one in self._each]
        if sorted(kept) != kept or kept[0] < HOUR_NS:
            raise InputError.single(
                "retention",
                value=", ".join("for ever" if one is None else f"{one} ns" for one in self._each),
                expected="windows for an hour at least, hours no shorter, days no shorter",
            )

    @property
    def _each(self) -> tuple[int | None, int | None, int | None]:
        return self.windows_ns, self.hours_ns, self.days_ns

    def of(self, level: Level) -> int | None:
        """How long a level is kept."""
        return dict(zip(Level, self._each, strict=True))[level]


def prune(store: WindowStore, retention: Retention, now_ns: int) -> dict[Level, int]:
    """Take away what is older than ``retention`` allows; returns how many rows of each level.

    Whole hours of windows go, and whole days of hours; never what is not yet rolled up, or not yet
    delivered.
    """
    with told(store.url):
        return {level: _prune(store, level, retention.of(level), now_ns) for level in Level}


def _prune(store: WindowStore, level: Level, kept_ns: int | None, now_ns: int) -> int:
    table, unit_ns = _TABLES[level]
    with writing(store.engine) as connection:
        before_ns = _move_horizon(connection, level, kept_ns, now_ns, unit_ns)
        numbers = list(connection.scalars(select(series.c.id)))
    gone = 0
    for number in numbers:
        old = delete(table).where(table.c.series_id == number, table.c.start_ns < before_ns)
        with writing(store.engine) as connection:
            gone += connection.execute(old).rowcount
    return gone


def _move_horizon(
    connection: Connection, level: Level, kept_ns: int | None, now_ns: int, unit_ns: int
) -> int:
    here = horizons.c.level == level.value
    # Who adds windows reads it, and holds it until they are in.
    alone = select(horizons.c.before_ns).where(here).with_for_update()
    was_ns: int = connection.scalars(alone).one()
    if kept_ns is None:
        return was_ns
    needed = [
        connection.scalar(select(func.min(table.c.start_ns))) for table in (pending, undelivered)
    ]
    aged_ns = _aged_ns(connection, _TABLES[level][0], now_ns - kept_ns, kept_ns)
    wanted_ns = min([aged_ns, *(one for one in needed if one is not None)])
    before_ns = max(min(was_ns, floor(now_ns, unit_ns)), floor(wanted_ns, unit_ns))
    connection.execute(update(horizons).where(here).values(before_ns=before_ns))
    return before_ns


def _aged_ns(connection: Connection, table: Table, before_ns: int, kept_ns: int) -> int:
    """``before_ns``, or earlier where nothing was measured in the day before it. One look into the
    index for each series."""
    last = (
        select(func.max(table.c.start_ns))
        .where(table.c.series_id == series.c.id, table.c.start_ns < before_ns)
        .correlate(series)
        .scalar_subquery()
    )
    each = select(last.label("last")).select_from(series).subquery()
    last_ns: int | None = connection.scalar(select(func.max(each.c.last)))
    if last_ns is None or before_ns - last_ns <= DAY_NS:
        return before_ns
    return last_ns - kept_ns
