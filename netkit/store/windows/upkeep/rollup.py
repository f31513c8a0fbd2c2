"""Hours from windows and days from hours: what is pending is merged, and none of it twice.

An hour of a series goes through these states, each change one transaction::

    unknown ──windows added──> pending ──hour over, rolled up──> whole
                                  ^                                │
                                  └────── windows added late ──────┘

Rolling up takes the note of an hour away first. Who is adding windows to it holds that note until
all are in, so they are waited for; who comes later notes the hour again. Hours whose windows are
not kept any more take in nothing: they could not be told from what was rolled up before.

The hours of a sender's series are of what both ends saw, joined window by window, and so are its
days; those of a reflector's are of what it saw.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Table, delete, select

from netkit.model.measurement.window import Window, WindowKey, WindowSelection
from netkit.store.windows.adding import add_rows, other_ends
from netkit.store.windows.engine import writing
from netkit.store.windows.faults import told
from netkit.store.windows.levels import DAY_NS, HOUR_NS, Level, floor
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.schema import days, hours, pending, series, windows
from netkit.store.windows.store import WindowStore, kept_since, window_from

Merge = Callable[[WindowKey, Sequence[Window]], Window]
"""Makes the window of a key from its parts; ``rolled_up`` of ``stats.windows.joined``."""

Span = tuple[int, int]
"""The number of a series, and when an hour or a day begins."""

_AT_ONCE = 200
"""Hours of a series in one transaction: writers wait for no more than that."""


def roll_up(store: WindowStore, now_ns: int, merge: Merge) -> int:
    """Merge every pending hour that was over at ``now_ns``, and its day; returns how many hours.

    A day is what is known of it so far, until it is over. May be ended at any moment and run
    again. Linear in the number of windows in these hours.
    """
    done = 0
    with told(store.url):
        while chunk := _next(store, now_ns):
            with writing(store.engine) as connection:
                _roll(store, connection, chunk, merge)
            done += len(chunk)
    return done


def _next(store: WindowStore, now_ns: int) -> list[Span]:
    statement = (
        select(pending.c.series_id, pending.c.start_ns)
        .where(pending.c.start_ns <= now_ns - HOUR_NS)
        .order_by(pending.c.series_id, pending.c.start_ns)
        .limit(_AT_ONCE)
    )
    with store.engine.connect() as connection:
        return [(series_id, start_ns) for series_id, start_ns in connection.execute(statement)]


def _roll(store: WindowStore, connection: Connection, chunk: Sequence[Span], merge: Merge) -> None:
    for span in chunk:
        connection.execute(delete(pending).where(*_is(pending, span)))
    kept_ns = kept_since(connection, Level.WINDOWS, held=True)
    whole = [span for span in chunk if span[1] >= kept_ns]
    of_days = sorted({(series_id, floor(start_ns, DAY_NS)) for series_id, start_ns in whole})
    reflectors = _reflectors(connection, {series_id for series_id, _ in chunk})
    for source, target, spans, length_ns in (
        (windows, hours, whole, HOUR_NS), (hours, days, of_days, DAY_NS),
    ):  # fmt: skip
        with_ends = reflectors if source is windows else {}
        read = (_parts(connection, source, span, length_ns, with_ends) for span in spans)
        merged = [merge(replace(parts[0].key, start_ns=start_ns, length_ns=length_ns), parts)
                  for (_, start_ns), parts in zip(spans, read, strict=True) if parts]  # fmt: skip
        for span in spans:
            connection.execute(delete(target).where(*_is(target, span)))
        add_rows(connection, target, store.rows(merged))


def _reflectors(connection: Connection, numbers: set[int]) -> dict[int, int]:
    """By the number of a sender's series that of its reflector, if there is one."""
    by_sender = select(series.c.id).where(series.c.observer == series.c.src)
    senders = set(connection.scalars(by_sender.where(series.c.id.in_(numbers))))
    return other_ends(connection, senders)


def _parts(
    connection: Connection, source: Table, span: Span, length_ns: int, reflectors: dict[int, int]
) -> list[Window]:
    """Those of the series first, then those of its reflector."""
    series_id, start_ns = span
    times = WindowSelection(since_ns=start_ns, until_ns=start_ns + length_ns)
    found: list[Window] = []
    for one in (series_id, reflectors.get(series_id)):
        if one is not None:
            statement = windows_statement(source, times).where(series.c.id == one)
            found += [window_from(row) for row in connection.execute(statement)]
        if not found:
            break  # nothing of its own
    return found


def _is(table: Table, span: Span) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    series_id, start_ns = span
    return table.c.series_id == series_id, table.c.start_ns == start_ns
