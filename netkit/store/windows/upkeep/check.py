"""Is a database whole: what it says of itself, whether every row can be read, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select, text

from netkit.model.measurement.window import WindowSelection
from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.faults import told
from netkit.store.windows.levels import HOUR_NS, Level
from netkit.store.windows.names import SERIES_COLUMNS
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.schema import days, hours, pending, series, windows
from netkit.store.windows.store import WindowStore, window_from
from netkit.store.windows.upkeep.gaps import Gap, gaps

_TABLES = {Level.WINDOWS: windows, Level.HOURS: hours, Level.DAYS: days}
_MOST = 100
"""Faults and gaps that are told; there may be more."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found: ``faults`` are damage, ``gaps`` what was not measured or not delivered.

    ``overdue`` hours were over and not rolled up; of faults and gaps there are at most a hundred.
    """

    counts: dict[Level, int]
    series: int
    overdue: int
    faults: tuple[str, ...]
    gaps: tuple[Gap, ...]


def check(store: WindowStore, since_ns: int, now_ns: int) -> Check:
    """Look at the database as a whole, and at each row that begins at ``since_ns`` or later.

    Linear in the number of rows. Raises StoreError if it cannot be read at all.
    """
    with told(store.url), store.engine.connect() as connection:
        faults = [*_integrity(connection)]
        for table in _TABLES.values() if not faults else ():
            faults += _unreadable(connection, table, since_ns)
        overdue = select(func.count()).where(pending.c.start_ns <= now_ns - HOUR_NS)
        return Check(
            {level: _count(connection, table) for level, table in _TABLES.items()},
            _count(connection, series),
            connection.scalar(overdue) or 0,
            tuple(faults[:_MOST]),
            gaps(connection, since_ns, _MOST),
        )


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _integrity(connection: Connection) -> Iterator[str]:
    """What SQLite finds in its file; PostgreSQL's own tool for it is ``pg_amcheck``."""
    if is_sqlite(connection):
        said = connection.scalars(text(f"PRAGMA integrity_check({_MOST})"))
        yield from (line for line in said if line != "ok")


def _unreadable(connection: Connection, table: Table, since_ns: int) -> Iterator[str]:
    statement = windows_statement(table, WindowSelection(since_ns=since_ns))
    for row in connection.execution_options(yield_per=1000).execute(statement):
        try:
            window_from(row)
        except (ValueError, TypeError) as error:
            names = " ".join(str(name) for name in row[: len(SERIES_COLUMNS)])
            yield f"{table.name}: {names} at {row.start_ns}: {error}"
