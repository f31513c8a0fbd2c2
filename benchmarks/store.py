"""The store: windows in, percentiles of a month out, and twenty processes that write at once.

SQLite in a file and Debian's PostgreSQL on a socket, both on this machine's disk. A month of a
thousand pairs is 43 million windows of a minute. They are not added one by one: twenty kinds of
pair have a day of minutes each, 60 probes a minute, which are merged into hours and a day as
roll-ups are; each pair has thirty such days and 720 such hours, put into the tables by the same
statements and in the same encoding as ``add``, and the windows of the hours at the edges. The month
that is asked for begins and ends in the midst of an hour, so that all three are read.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from postgresql_server import new_database, programs, server
from store_writers import BATCH, processes, write
from stored_windows import MINUTE_NS, START_NS, window

from netkit.model.measurement.window import Window, WindowSelection
from netkit.stats.windows.history import By
from netkit.stats.windows.merged import merged_window
from netkit.store.windows.adding import add_rows
from netkit.store.windows.engine import writing
from netkit.store.windows.levels import DAY_NS, HOUR_NS
from netkit.store.windows.rows import Row
from netkit.store.windows.schema import days, hours, windows
from netkit.store.windows.store import WindowStore, open_store
from netkit.store.windows.upkeep.check import check
from netkit.workflows.store.history import history

PAIRS = 1000
KINDS = 20
DAYS = 30
INGESTED = 50_000
AT_ONCE = 1000
EDGE_MINUTES = 17
"""The month begins so long after an hour, and ends so long after one."""

WRITERS, WRITERS_S = 20, 60
ALL = WindowSelection()


def run() -> list[dict[str, object]]:
    """All figures, of SQLite and, where it is installed, of PostgreSQL."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="netkit-bench-") as name:
        folder = Path(name)
        rows += _figures("SQLite", f"sqlite:///{folder / 'in'}", f"sqlite:///{folder / 'month'}")
        rows.append(_writers(f"sqlite:///{folder / 'writers'}"))
    if programs() is not None:
        with server() as socket:
            urls = [new_database(socket, one) for one in ("ingest", "month")]
            rows += _figures("PostgreSQL", *urls)
    return rows


def _figures(name: str, ingest_url: str, month_url: str) -> list[dict[str, object]]:
    with open_store(ingest_url) as store:
        ingest = _ingest(store)
    with open_store(month_url) as store:
        filled = fill_month(store)
        queried = _query(store)
    return [
        {"what": f"ingest, {name}", **ingest},
        {"what": f"p99 of {PAIRS} pairs over {DAYS} days, {name}", **filled, **queried},
    ]


def _ingest(store: WindowStore) -> dict[str, object]:
    """Windows of a thousand pairs, a minute of all in one transaction, as a collector has them."""
    patterns = [window(number) for number in range(100)]
    rounds = [
        [_moved(patterns[(pair + at) % 100], pair, at) for pair in range(AT_ONCE)]
        for at in range(INGESTED // AT_ONCE)
    ]
    begin, worked = time.perf_counter(), time.process_time()
    added = sum(store.add(one) for one in rounds)
    took, cpu_s = time.perf_counter() - begin, time.process_time() - worked
    assert added == INGESTED
    return {"windows": INGESTED, "windows_per_s": round(INGESTED / took), "cpu_s": round(cpu_s, 2)}


def _moved(one: Window, pair: int, minute: int) -> Window:
    src = f"site{pair:04}"
    start_ns = START_NS + minute * MINUTE_NS
    return replace(one, key=replace(one.key, src=src, observer=src, start_ns=start_ns))


def _kind(kind: int) -> tuple[list[Window], list[Window], Window]:
    """A day of minutes, its hours and the day itself."""
    minutes = [window(at, seed=1 + kind * 1440 + at) for at in range(1440)]
    of_hours = [
        merged_window(
            replace(minutes[60 * at].key, length_ns=HOUR_NS), minutes[60 * at : 60 * at + 60]
        )
        for at in range(24)
    ]
    day = merged_window(replace(minutes[0].key, length_ns=DAY_NS), of_hours)
    return minutes, of_hours, day


def fill_month(store: WindowStore) -> dict[str, object]:
    """The month of all pairs; how long that took."""
    begin = time.perf_counter()
    kinds = [_kind(kind) for kind in range(KINDS)]
    numbers = [store.rows([_moved(kinds[0][0][0], pair, 0)])[0][0] for pair in range(PAIRS)]
    packed = [tuple(store.rows(one) for one in (*kind[:2], [kind[2]])) for kind in kinds]
    for first in range(0, PAIRS, 50):
        some = [(pair, numbers[pair]) for pair in range(first, min(first + 50, PAIRS))]
        with writing(store.engine) as connection:
            for table, rows in (
                (windows, _edges(some, packed)), (hours, _hours(some, packed)),
                (days, _days(some, packed)),
            ):  # fmt: skip
                add_rows(connection, table, list(rows))
    return {"filled_s": round(time.perf_counter() - begin, 1)}


Packed = list[tuple[list[Row], ...]]
Pairs = list[tuple[int, int]]


def _at(number: int, start_ns: int, row: Row) -> Row:
    return number, start_ns, *row[2:]


def _days(pairs: Pairs, packed: Packed) -> Iterator[Row]:
    for pair, number in pairs:
        for day in range(DAYS + 1):
            yield _at(number, START_NS + day * DAY_NS, packed[(pair + day) % KINDS][2][0])


def _hours(pairs: Pairs, packed: Packed) -> Iterator[Row]:
    for pair, number in pairs:
        for hour in range(24 * (DAYS + 1)):
            row = packed[(pair + hour // 24) % KINDS][1][hour % 24]
            yield _at(number, START_NS + hour * HOUR_NS, row)


def _edges(pairs: Pairs, packed: Packed) -> Iterator[Row]:
    """The windows of the hours in which the month begins and ends."""
    for pair, number in pairs:
        for day in (0, DAYS):
            for minute in range(12 * 60, 13 * 60):
                row = packed[(pair + day) % KINDS][0][minute]
                yield _at(number, START_NS + day * DAY_NS + minute * MINUTE_NS, row)


def _query(store: WindowStore) -> dict[str, object]:
    since = START_NS + 12 * HOUR_NS + EDGE_MINUTES * MINUTE_NS
    until = since + DAYS * DAY_NS
    took, worked = [], time.process_time()
    for _ in range(5):
        begin = time.perf_counter()
        found = history(store, ALL, since, until, By.ALL, ipdv=False)
        took.append(time.perf_counter() - begin)
    there = [row for row in found.rows if row.dst == "shanghai"]
    assert len(there) == PAIRS
    assert {row.delay.count for row in there if row.delay} == {DAYS * 1440 * 60}
    return {
        "windows": PAIRS * DAYS * 1440,
        "seconds": round(statistics.median(took), 2),
        "slowest_s": round(max(took), 2),
        "cpu_s": round((time.process_time() - worked) / len(took), 2),
        "directions": len(found.rows),
    }


def _writers(url: str) -> dict[str, object]:
    """Processes that open, add five windows and close, over and over; two of each site."""
    context = processes()
    pipes = [context.Pipe(duplex=False) for _ in range(WRITERS)]
    every = [
        context.Process(
            target=write, args=(url, window(0), f"site{number // 2}", 0, WRITERS_S, theirs)
        )
        for number, (_, theirs) in enumerate(pipes)
    ]
    for process in every:
        process.start()
    told = [list(iter(ours.recv, None)) for ours, _ in pipes]
    for process in every:
        process.join()
    errors = [one for each in told for one in each if isinstance(one, str)]
    new = sum(one[1] for each in told for one in each if not isinstance(one, str))
    with open_store(url) as store:
        found = check(store, 0, START_NS)
        held = sum(1 for _ in store.windows(ALL))
    rounds = [len(each) for each in told]
    wanted = BATCH * sum(max(rounds[n], rounds[n + 1]) for n in range(0, WRITERS, 2))
    return {
        "what": f"{WRITERS} processes writing to one SQLite for {WRITERS_S} s",
        "windows_per_s": round(new / WRITERS_S), "errors": len(errors),
        "lost": wanted - held, "doubled": new - held, "damage": len(found.faults),
        "fewest_rounds": int(np.min(rounds)), "most_rounds": int(np.max(rounds)),
    }  # fmt: skip


if __name__ == "__main__":
    for figures in run():
        print(figures)
