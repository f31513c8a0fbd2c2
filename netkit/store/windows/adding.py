"""Rows into a table of windows, those that are new: in one statement on either database.

PostgreSQL takes them by COPY into a table of this connection, and from there those that are new;
SQLite is in this process, and takes them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, and_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.rows import Row
from netkit.store.windows.schema import pending, series, undelivered

_AT_ONCE = 500
"""Numbers looked up in one statement: SQLite has a limit on parameters."""


def add_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    """Insert ``rows``, values in the order of the columns; returns how many were not there yet.

    Once a table in one transaction.
    """
    if not rows:
        return 0
    return (_add_one_by_one if is_sqlite(connection) else _copy)(connection, table, rows)


def mark_pending(connection: Connection, hours: Iterable[tuple[int, int]]) -> None:
    """Note that an hour of a series, by its number and start, has windows that are not rolled up.

    So it is for the other end of its session, as both are joined when they are rolled up. Who rolls
    up takes the note away first, and so waits for whoever has touched it.
    """
    own = set(hours)
    others = other_ends(connection, {one for one, _ in own})
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    statement = insert(pending).on_conflict_do_update(
        index_elements=["series_id", "start_ns"], set_={"touched": pending.c.touched + 1}
    )
    both = own | {(others[one], start) for one, start in own if one in others}
    noted = sorted(both)  # in one order, or two writers could wait for each other
    rows = [{"series_id": one, "start_ns": start, "touched": 1} for one, start in noted]
    if rows:
        connection.execute(statement, rows)


def other_ends(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """By the number of a series that of what the other end of its session saw, if there is one."""
    other = series.alias("other")
    same = [series.c[name] == other.c[name] for name in ("src", "dst", "campaign", "flow")]
    pairs = select(series.c.id, other.c.id).join(other, and_(*same, series.c.id != other.c.id))
    wanted = sorted(numbers)
    found: dict[int, int] = {}
    for first in range(0, len(wanted), _AT_ONCE):
        some = pairs.where(series.c.id.in_(wanted[first : first + _AT_ONCE]))
        found.update((one, another) for one, another in connection.execute(some))
    return found


def mark_undelivered(connection: Connection, rows: Iterable[Row]) -> None:
    """Note that these windows, by the first three values of their rows, are to be delivered."""
    insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
    names = ("series_id", "start_ns", "length_ns")
    keys = [dict(zip(names, row[:3], strict=True)) for row in rows]
    if keys:
        connection.execute(insert(undelivered).on_conflict_do_nothing(), keys)


def _add_one_by_one(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    statement = sqlite.insert(table).on_conflict_do_nothing().compile(dialect=connection.dialect)
    return connection.exec_driver_sql(str(statement), list(rows)).rowcount


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> int:
    columns = ", ".join(column.name for column in table.columns)
    incoming = f"incoming_{table.name}"
    connection.execute(text(f"CREATE TEMP TABLE {incoming} (LIKE {table.name}) ON COMMIT DROP"))
    statement = f"COPY {incoming} ({columns}) FROM STDIN"
    driver: Any = connection.connection.driver_connection
    try:
        # SQLAlchemy has no word for COPY.
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(statement, None, error) from error
    return connection.execute(
        text(
            f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {incoming}"  # noqa: S608
            " ORDER BY series_id, start_ns, length_ns ON CONFLICT DO NOTHING"
        )
    ).rowcount
