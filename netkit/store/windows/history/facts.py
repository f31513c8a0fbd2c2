"""What history is made of: the fewest rows that cover a time, each resolution where it is whole.

Days where whole days are asked for, hours at their edges, windows at the edges of these. Where
something is pending, hours stand in for its day and windows for its hour, so that what is read is
always all that was added.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
)

from netkit.model.measurement.sample import NO_ANSWER, Outcome
from netkit.model.measurement.window import DISPUTED, WindowSelection
from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.faults import told
from netkit.store.windows.history.fetching import fetched
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, ceiling, floor
from netkit.store.windows.names import SERIES_COLUMNS
from netkit.store.windows.reading import by_index, of_series
from netkit.store.windows.rows import Row
from netkit.store.windows.schema import days, hours, pending, series, windows
from netkit.store.windows.store import WindowStore, kept_since

Span = tuple[int, int]
"""A time in ns, from one to before the other."""

_Conditions = list[ColumnElement[bool]]
_FINER = (Level.WINDOWS, Level.HOURS)
_SET_OUT = [one for one in Outcome if one is not Outcome.NOT_SENT]
JOINING = ("incomplete", "dropped_here", "probes_refused")
"""What joining the ends of a session asks of a window besides its directions."""

COUNTING = 2
"""How many columns after those of the directions count the probes of a session, see Facts."""

NAMES = (series.c.id, *(series.c[name] for name in SERIES_COLUMNS))
"""The number of a series, and what it is called."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What is read: days within ``days``, hours around them within ``hours``, then windows."""

    since_ns: int
    until_ns: int
    hours: Span
    days: Span


@dataclass(frozen=True, slots=True)
class Facts:
    """What was covered, the names of series by their numbers, and the rows.

    A row is the number of its series, start and length; then the columns that were asked for,
    ``width`` of the forward and as many of the backward direction; then how many probes set out,
    and how many of them had no answer (both 0 at a reflector). Rows from ``fresh`` on are
    windows as they were measured, and end with JOINING; those before, which were joined when they
    were made, end with whether a window in them was disputed.
    """

    covered: Cover
    series: dict[int, tuple[str, ...]]
    rows: list[Row]
    width: int
    fresh: int


def cover(
    since_ns: int, until_ns: int, coarsest: Level, kept_ns: tuple[int, int] = (0, 0)
) -> Cover:
    """How to read a time at ``coarsest`` or finer.

    ``kept_ns`` says since when windows and hours are kept: an edge that lies before is widened to
    the hour or the day, for nothing finer is left of it.
    """
    for kept, unit_ns in zip(kept_ns, (HOUR_NS, DAY_NS), strict=True):
        since_ns = floor(since_ns, unit_ns) if since_ns < kept else since_ns
        until_ns = ceiling(until_ns, unit_ns) if until_ns < kept else until_ns
    hours_of = _whole((since_ns, until_ns), HOUR_NS, coarsest is not Level.WINDOWS)
    return Cover(since_ns, until_ns, hours_of, _whole(hours_of, DAY_NS, coarsest is Level.DAYS))


def _whole(span: Span, unit_ns: int, wanted: bool) -> Span:
    first, last = ceiling(span[0], unit_ns), floor(span[1], unit_ns)
    return (first, last) if wanted and first < last else (span[1], span[1])


def read_facts(
    store: WindowStore,
    selection: WindowSelection,
    span: Span,
    coarsest: Level,
    columns: Sequence[str],
) -> Facts:
    """All that tells what went from ``selection.src`` to ``selection.dst`` within a time.

    None for one of them is any. ``columns`` are those of a direction, by their names in the schema
    behind ``forward_``. All is as of one moment. Raises StoreError.
    """
    with told(store.url), store.engine.connect() as connection:
        if not is_sqlite(connection):
            connection.execution_options(isolation_level="REPEATABLE READ")
        windows_ns, hours_ns = (kept_since(connection, one) for one in _FINER)
        covered = cover(span[0], span[1], coarsest, (windows_ns, hours_ns))
        asked = sessions(selection)
        rows: list[Row] = []
        fresh = None
        for table, statement in statements(covered, asked):
            if fresh is None and table is windows:
                fresh = len(rows)
                by_index(connection)  # windows come last: edges of the time, and what is pending
            read = statement.with_only_columns(*_columns(table, tuple(columns)))
            rows += fetched(connection, read)
        named = connection.execute(select(*NAMES).where(*asked))
        return Facts(
            covered, {number: tuple(names) for number, *names in named}, rows, len(columns),
            len(rows) if fresh is None else fresh,
        )  # fmt: skip


def sessions(selection: WindowSelection) -> _Conditions:
    """Sessions in which a direction from src to dst is measured: those of both ways."""
    src, dst = selection.src, selection.dst
    there = of_series(WindowSelection(src=src, dst=dst))
    back = of_series(WindowSelection(src=dst, dst=src))
    named = of_series(WindowSelection(campaign=selection.campaign, flow=selection.flow))
    return [*named, or_(and_(*there), and_(*back))] if there else named


def statements(covered: Cover, asked: _Conditions) -> Iterator[tuple[Table, Select[Any]]]:
    """What to read, and from which table: windows come last."""
    every = (covered.since_ns, covered.until_ns)
    whole = exists().where(
        pending.c.series_id == hours.c.series_id, pending.c.start_ns == hours.c.start_ns
    )
    stale = _pending_in(asked, covered.days, DAY_NS)
    late = _pending_in(asked, covered.hours, HOUR_NS)
    of_day = tuple_(days.c.series_id, days.c.start_ns)
    yield days, _within(days, asked, covered.days).where(of_day.not_in(stale))
    for edge in _edges(covered.hours, covered.days):
        yield hours, _within(hours, asked, edge).where(~whole)
    yield hours, _inside(hours, stale.subquery(), DAY_NS).where(~whole)
    for edge in _edges(every, covered.hours):
        yield windows, _within(windows, asked, edge)
    yield windows, _inside(windows, late.subquery(), HOUR_NS)


def _within(table: Table, asked: _Conditions, span: Span) -> Select[Any]:
    """The rows of a table that begin in a time."""
    numbers = select(series.c.id).where(*asked)
    return select(table.c.series_id).where(
        table.c.series_id.in_(numbers), table.c.start_ns >= span[0], table.c.start_ns < span[1]
    )


def _inside(table: Table, units: Subquery, unit_ns: int) -> Select[Any]:
    """The rows of a table within ``units`` of their series."""
    begin = units.c.start_ns
    return select(table.c.series_id).where(
        table.c.series_id == units.c.series_id,
        table.c.start_ns >= begin,
        table.c.start_ns < begin + unit_ns,
    )


def _pending_in(asked: _Conditions, span: Span, unit_ns: int) -> Select[Any]:
    """The units in a time in which something is pending, by number of series and start."""
    begin = (pending.c.start_ns - pending.c.start_ns % unit_ns).label("start_ns")
    numbers = select(series.c.id).where(*asked)
    return (
        select(pending.c.series_id, begin)
        .where(pending.c.series_id.in_(numbers))
        .where(pending.c.start_ns >= span[0], pending.c.start_ns < span[1])
        .distinct()
    )


@cache
def _columns(table: Table, wanted: tuple[str, ...]) -> list[ColumnElement[Any]]:
    ways = ("forward", "backward")
    disputed = func.coalesce(table.c.notes, "").contains(DISPUTED)
    return [
        *(table.c[name] for name in ("series_id", "start_ns", "length_ns")),
        *(table.c[f"{way}_{name}"] for way in ways for name in wanted),
        _probes(table, _SET_OUT),
        _probes(table, NO_ANSWER),
        *([table.c[name] for name in JOINING] if table is windows else [disputed]),
    ]


def _probes(table: Table, outcomes: Iterable[Outcome]) -> ColumnElement[int]:
    """How many probes ended in one of these ways."""
    counts = [func.coalesce(table.c[f"probes_{one.value}"], 0) for one in outcomes]
    return reduce(operator.add, counts)


def _edges(outer: Span, inner: Span) -> Iterator[Span]:
    """What of a time is not in one within it."""
    if outer[0] < inner[0]:
        yield outer[0], inner[0]
    if inner[1] < outer[1]:
        yield inner[1], outer[1]
