"""When nothing was measured: breaks between the windows of a series, but for those between rounds.

Which windows are those of rounds they tell themselves (:mod:`netkit.model.measurement.rounds`). Of
rounds, which start anywhere within their time, a break is a gap if at least one certainly was left
out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby, pairwise
from statistics import fmean

from sqlalchemy import Connection, Row, func, or_, select

from netkit.model.measurement.rounds import Run, are_rounds, usually_apart_ns
from netkit.store.windows.names import SERIES_COLUMNS
from netkit.store.windows.schema import series, windows

_Names = tuple[str, str, str, str, str]

_LEFT_OUT = 2.25
"""Rounds begin less than two of their times apart; how long that is, is known by a mean only."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time without windows of a series between two that have some."""

    campaign: str
    observer: str
    src: str
    dst: str
    flow: str
    since_ns: int
    until_ns: int


def gaps(connection: Connection, since_ns: int, most: int) -> tuple[Gap, ...]:
    """The first so many gaps between windows that begin at ``since_ns`` or later."""
    found = nsmallest(
        most,
        (
            (run.begin_ns, names, before_ns)
            for names, runs in _series(connection, since_ns)
            for before_ns, run in _missing(runs)
        ),
    )
    return tuple(Gap(*names, since_ns, until_ns) for until_ns, names, since_ns in found)


def _series(connection: Connection, since_ns: int) -> Iterator[tuple[_Names, Sequence[Run]]]:
    """Each series by its names, with its runs: only the first window of each is fetched."""
    own, in_order = windows.c.series_id, windows.c.start_ns
    end_ns = windows.c.start_ns + windows.c.length_ns
    placed = (
        select(
            windows.c.series_id,
            windows.c.start_ns,
            func.lag(end_ns).over(partition_by=own, order_by=in_order).label("before_ns"),
            func.row_number().over(partition_by=own, order_by=in_order).label("place"),
            func.count().over(partition_by=own).label("all"),
        )
        .where(windows.c.start_ns >= since_ns)
        .subquery()
    )
    begun = or_(placed.c.before_ns.is_(None), placed.c.start_ns > placed.c.before_ns)
    statement = (
        select(placed, *(series.c[name] for name in SERIES_COLUMNS))
        .join(series, series.c.id == placed.c.series_id)
        .where(begun)
        .order_by(placed.c.series_id, placed.c.start_ns)
    )
    rows = connection.execution_options(yield_per=1000).execute(statement)
    for _, some in groupby(rows, key=lambda row: row.series_id):
        firsts = list(some)
        campaign, observer, src, dst, flow = firsts[0][-len(SERIES_COLUMNS) :]
        yield (campaign, observer, src, dst, flow), _runs(firsts)


def _runs(firsts: Sequence[Row[tuple[object, ...]]]) -> list[Run]:
    places = [*(row.place for row in firsts), firsts[0].all + 1]
    return [
        Run(row.start_ns, row.before_ns, until - place)
        for row, (place, until) in zip(firsts, pairwise(places), strict=True)
    ]


def _missing(runs: Sequence[Run]) -> Iterator[tuple[int, Run]]:
    """The runs before which something is missing, and since when."""
    most_ns = 0.0
    if are_rounds(runs):
        most_ns = _LEFT_OUT * fmean(usually_apart_ns(runs))
    for before, run in pairwise(runs):
        if run.before_ns is not None and run.begin_ns - before.begin_ns > most_ns:
            yield run.before_ns, run
