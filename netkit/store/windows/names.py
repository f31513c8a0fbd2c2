"""Numbers for the strings that repeat in millions of rows: whose series, over which path."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Engine, Table, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from netkit.model.measurement.window import PathInForce, Window
from netkit.store.windows.engine import is_sqlite, writing
from netkit.store.windows.schema import paths, series

SERIES_COLUMNS = ("campaign", "observer", "src", "dst", "flow")
PATH_COLUMNS = ("plan", "segment_list")
_AT_ONCE = 500
"""Names looked up in one statement: SQLite has a limit on parameters."""

Names = tuple[str, ...]


class Numbers:
    """The number of each row of a table of names, which gets one when it is first seen.

    Names are added in a transaction of their own: a number, once known, is never taken back.
    """

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self._table = table
        self._columns = [table.c[name] for name in columns]
        self._known: dict[Names, int] = {}

    def learn(self, engine: Engine, wanted: Iterable[Names]) -> None:
        """Make sure that :meth:`of` knows these."""
        missing = sorted(set(wanted) - self._known.keys())
        if not missing:
            return
        with engine.connect() as connection:
            self._read(connection, missing)
        new = [names for names in missing if names not in self._known]
        if new:
            with writing(engine) as connection:
                self._insert(connection, new)
            with engine.connect() as connection:
                self._read(connection, new)

    def of(self, names: Names) -> int:
        """The number; raises KeyError for names that were not learnt."""
        return self._known[names]

    def _read(self, connection: Connection, wanted: Sequence[Names]) -> None:
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            columns = (self._table.c.id, *self._columns)
            statement = select(*columns).where(tuple_(*self._columns).in_(some))
            self._known |= {tuple(names): id_ for id_, *names in connection.execute(statement)}

    def _insert(self, connection: Connection, new: Sequence[Names]) -> None:
        insert = sqlite.insert if is_sqlite(connection) else postgresql.insert
        keys = [column.name for column in self._columns]
        rows = [dict(zip(keys, names, strict=True)) for names in new]
        connection.execute(insert(self._table).on_conflict_do_nothing(), rows)


def series_numbers() -> Numbers:
    """Of campaign, observer, src, dst and flow."""
    return Numbers(series, SERIES_COLUMNS)


def path_numbers() -> Numbers:
    """Of plan and segment list, each empty if there is none."""
    return Numbers(paths, PATH_COLUMNS)


def series_names(window: Window) -> Names:
    """The names of a window's series."""
    key = window.key
    return key.campaign, key.observer, key.src, key.dst, key.flow


def path_names(path: PathInForce) -> Names | None:
    """The names of a path; None of one that no plan made."""
    if path.plan is None and path.segment_list is None:
        return None
    return path.plan or "", path.segment_list or ""


def path_of(plan: str | None, segment_list: str | None) -> PathInForce:
    """The inverse of :func:`path_names`."""
    return PathInForce(plan or None, segment_list or None)
