"""Which rows are asked for, and the statements that read them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    func,
    literal_column,
    null,
    select,
)

from netkit.model.measurement.window import WindowSelection
from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.levels import HOUR_NS
from netkit.store.windows.names import PATH_COLUMNS, SERIES_COLUMNS
from netkit.store.windows.schema import paths, series, windows

_IPDV = ("forward_ipdv", "backward_ipdv")


def windows_statement(
    table: Table, selection: WindowSelection, *, ipdv: bool = True
) -> Select[Any]:
    """Rows in order of start: names of the series, plan and list, then the columns of ``table``.

    Without ``ipdv`` its columns are null, whatever they hold.
    """
    names = [series.c[name] for name in SERIES_COLUMNS]
    path = [paths.c[name] for name in PATH_COLUMNS]
    number = by_series() if of_times(table, selection) else series.c.id
    joined = table.join(series, number == table.c.series_id).outerjoin(
        paths, paths.c.id == table.c.path_id
    )
    columns = [null() if not ipdv and one.name in _IPDV else one for one in table.columns]
    return (
        select(*names, *path, *columns)
        .select_from(joined)
        .where(*of_series(selection), *of_times(table, selection))
        .order_by(table.c.start_ns, *names, table.c.length_ns)
    )


def by_series() -> ColumnElement[int]:
    """The number of a series, to join with windows of a time: SQLite then looks into the index for
    each series. By ``series.id`` alone it may read all windows there are, and then whose each is.
    """
    return series.c.id + literal_column("0")


def by_index(connection: Connection) -> None:
    """Have what follows in this transaction look into the index for each series. PostgreSQL holds
    that for dearer than to read all windows there are, until those of weeks are kept, and metrics
    are asked for every few seconds; SQLite has the hint of :func:`by_series`. Where a small table
    has no index the cost that it sets for a refusal would be that of machine code, too."""
    if not is_sqlite(connection):
        refused = (func.set_config(name, "off", True) for name in ("enable_seqscan", "jit"))
        connection.execute(select(*refused))


def latest_statement(selection: WindowSelection) -> Select[Any]:
    """The latest start: one look into the index for each series."""
    last = (
        select(func.max(windows.c.start_ns))
        .where(windows.c.series_id == series.c.id, *of_times(windows, selection))
        .correlate(series)
        .scalar_subquery()
    )
    each = select(last.label("last")).select_from(series).where(*of_series(selection)).subquery()
    return select(func.max(each.c.last))


def of_series(selection: WindowSelection) -> list[ColumnElement[bool]]:
    """Conditions on ``series``."""
    named = (
        (series.c.campaign, selection.campaign), (series.c.src, selection.src),
        (series.c.dst, selection.dst), (series.c.flow, selection.flow),
    )  # fmt: skip
    return [column == value for column, value in named if value is not None]


def of_times(table: Table, selection: WindowSelection) -> list[ColumnElement[bool]]:
    """Conditions on the start of a window."""
    found: list[ColumnElement[bool]] = []
    if selection.since_ns is not None:
        found.append(table.c.start_ns >= selection.since_ns)
    if selection.until_ns is not None:
        found.append(table.c.start_ns < selection.until_ns)
    if selection.fresh_since_ns is not None:
        # No window is longer than an hour: so the index is not read from its begin.
        found.append(table.c.start_ns > selection.fresh_since_ns - 2 * HOUR_NS)
        found.append(table.c.start_ns + 2 * table.c.length_ns > selection.fresh_since_ns)
    return found
