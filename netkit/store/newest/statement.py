"""The statement for the newest window of each series, from the schema."""

from __future__ import annotations

from sqlalchemy import BigInteger, Select, Text, bindparam, func, select

from netkit.store.windows.names import PATH_COLUMNS, SERIES_COLUMNS
from netkit.store.windows.reading import by_series
from netkit.store.windows.schema import paths, series, windows

ASKED = ("campaign", "src", "dst")
"""Parameters; what is null is any. The fourth is ``until_ns``."""


def newest_statement() -> Select[tuple[object, ...]]:
    """Rows by series: its names, plan and list, then the columns of ``windows``.

    The newest that begins before ``until_ns``, or of all where there is none such: windows of a
    clock that was ahead do not hide those of now. A look or two into the index for each series.
    """
    others, all_ = windows.alias("others"), windows.alias("every")
    newest = select(func.max(others.c.start_ns)).where(others.c.series_id == series.c.id)
    due = newest.where(others.c.start_ns < bindparam("until_ns", type_=BigInteger))
    ahead = select(func.max(all_.c.start_ns)).where(all_.c.series_id == series.c.id)
    last = func.coalesce(due.scalar_subquery(), ahead.scalar_subquery())
    named = [
        func.coalesce(bindparam(name, type_=Text), series.c[name]) == series.c[name]
        for name in ASKED
    ]
    joined = series.join(windows, windows.c.series_id == by_series()).outerjoin(
        paths, paths.c.id == windows.c.path_id
    )
    names = [series.c[name] for name in SERIES_COLUMNS]
    return (
        select(*names, *(paths.c[name] for name in PATH_COLUMNS), *windows.columns)
        .select_from(joined)
        .where(windows.c.start_ns == last, *named)
        .order_by(*names, windows.c.length_ns)
    )
