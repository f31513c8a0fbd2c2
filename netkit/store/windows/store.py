"""Windows kept in a database: added once each, read in order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, select

from netkit.errors import InputError, Problem
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    DelayCounts,
    Window,
    WindowSelection,
)
from netkit.store.state_folder import state_folder
from netkit.store.windows.adding import add_rows, mark_pending, mark_undelivered
from netkit.store.windows.engine import parsed, writing
from netkit.store.windows.faults import place_of, told
from netkit.store.windows.levels import HOUR_NS, Level, floor
from netkit.store.windows.names import (
    path_names,
    path_numbers,
    path_of,
    series_names,
    series_numbers,
)
from netkit.store.windows.opening import opened
from netkit.store.windows.reading import (
    by_index,
    latest_statement,
    of_times,
    windows_statement,
)
from netkit.store.windows.rows import Row, row_of, window_of
from netkit.store.windows.schema import horizons, windows

_AT_ONCE = 1000
_NAMES = 5


def open_store(url: str | None = None, *, reading: bool = False) -> WindowStore:
    """The store of a SQLAlchemy URL, ``sqlite`` or ``postgresql``; None: a file of this user.

    The file is ``windows.sqlite`` in the state folder. What is not there yet is made; but with
    ``reading`` nothing is made and nothing can be written.

    Raises:
        InputError: no such kind of URL, or a database that is not netkit's, or of another version.
        StoreError: the database cannot be reached.
    """
    return WindowStore(parsed(default_url() if url is None else url), reading=reading)


def default_url() -> str:
    """The URL of the file that is used when none is named."""
    folder = state_folder(os.environ, root=os.geteuid() == 0, home=Path.home())
    return f"sqlite:///{folder.absolute() / 'windows.sqlite'}"


def place_of_url(url: str) -> str:
    """The database of a URL as messages name it: without a password."""
    return place_of(parsed(url))


class WindowStore:
    """An open database of windows; a context manager.

    Each method is a transaction of its own, and raises StoreError if the database cannot be
    reached, written or read.
    """

    def __init__(self, url: URL, *, reading: bool = False) -> None:
        self.url = url
        with told(url):
            self.engine: Engine = opened(url, reading=reading)
        self._series = series_numbers()
        self._paths = path_numbers()

    def add(self, new: Iterable[Window], *, to_deliver: bool = False) -> int:
        """Keep windows, all or none of them; returns how many were not there yet.

        A window whose key is there already is left as it is, and so is one from before all that
        retention has kept. On disk when this returns. Linear in the number of windows. With
        ``to_deliver`` they are noted for :func:`~.spool.deliver` in the same transaction.

        Raises InputError for windows that cannot be kept: counts of another relative error, or of
        a length that does not divide an hour.
        """
        held = list(new)
        _require_keepable(held)
        with told(self.url):
            rows = self.rows(held)
            with writing(self.engine) as connection:
                kept_ns = kept_since(connection, Level.WINDOWS, held=True)
                taken = [row for row in rows if row[1] >= kept_ns]
                added = add_rows(connection, windows, taken)
                if added:
                    mark_pending(connection, ((row[0], floor(row[1], HOUR_NS)) for row in taken))
                if to_deliver:
                    mark_undelivered(connection, taken)
                return added

    def windows(self, selection: WindowSelection, *, ipdv: bool = True) -> Iterator[Window]:
        """Windows as they were measured, in order of their start; read as they are asked for.

        Their delay variation is as large as all else: without ``ipdv`` it is left out.
        """
        statement = windows_statement(windows, selection, ipdv=ipdv)
        with told(self.url), self.engine.connect() as connection:
            if of_times(windows, selection):
                by_index(connection)
            found = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
            for row in found:
                yield window_from(row)

    def latest_ns(self, selection: WindowSelection) -> int | None:
        """The latest start of the windows that are selected; None if there are none."""
        with told(self.url), self.engine.connect() as connection:
            latest: int | None = connection.scalar(latest_statement(selection))
            return latest

    def kept_since_ns(self, level: Level = Level.WINDOWS) -> int:
        """What began earlier is not kept at this level any more."""
        with told(self.url), self.engine.connect() as connection:
            return kept_since(connection, level)

    @property
    def place(self) -> str:
        """Which database it is, as messages name it."""
        return place_of(self.url)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def __enter__(self) -> WindowStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, held: Sequence[Window]) -> list[Row]:
        """Windows as rows, once their series and paths have numbers."""
        self._series.learn(self.engine, map(series_names, held))
        named = [path_names(window.path) for window in held]
        self._paths.learn(self.engine, (names for names in named if names is not None))
        return [
            row_of(
                window,
                self._series.of(series_names(window)),
                None if names is None else self._paths.of(names),
            )
            for window, names in zip(held, named, strict=True)
        ]


def kept_since(connection: Connection, level: Level, *, held: bool = False) -> int:
    """Where retention has come to; ``held``: it stays there until this transaction ends."""
    statement = select(horizons.c.before_ns).where(horizons.c.level == level.value)
    return connection.scalar(statement.with_for_update(read=True) if held else statement) or 0


def window_from(row: Sequence[Any]) -> Window:
    """The window of a row that ``reading.windows_statement`` selects."""
    names = [str(name) for name in row[:_NAMES]]
    plan, segment_list, *rest = row[_NAMES:]
    return window_of(rest, names, path_of(plan, segment_list))


def _require_keepable(held: Sequence[Window]) -> None:
    problems = [problem for window in held for problem in _problems(window)]
    if problems:
        raise InputError(problems[:10], more=max(0, len(problems) - 10))


def _problems(window: Window) -> Iterator[Problem]:
    key = window.key
    if key.length_ns <= 0 or HOUR_NS % key.length_ns:
        expected = "one that divides an hour"
        yield Problem(None, None, "length of a window in ns", str(key.length_ns), expected)
    elif key.start_ns % key.length_ns:
        expected = f"a multiple of {key.length_ns}"
        yield Problem(None, None, "start of a window in ns", str(key.start_ns), expected)
    delays = (window.forward.delay, window.backward.delay, window.round_trip)
    yield from _other_errors(delays, DELAY_RELATIVE_ERROR)
    yield from _other_errors((window.forward.ipdv, window.backward.ipdv), IPDV_RELATIVE_ERROR)


def _other_errors(counts: Iterable[DelayCounts | None], wanted: float) -> Iterator[Problem]:
    for one in counts:
        if one is not None and one.relative_error != wanted:
            what = "relative error of counts in a window"
            yield Problem(None, None, what, str(one.relative_error), str(wanted))
