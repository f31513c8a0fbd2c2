"""Reading the newest window of each series, from a file of SQLite or by the URL of a database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from netkit.errors import InputError, StoreError
from netkit.model.measurement.rounds import longest_round_ns
from netkit.model.measurement.window import PathInForce, Window, WindowKey, WindowSelection
from netkit.store.newest.plain import DEFAULT_FILE, LAST_STARTS, NEWEST, SCHEMA_VERSION, VERSION
from netkit.store.state_folder import state_folder
from netkit.store.windows.rows import window_of

_NAMES = 5
_WAIT_S = 5.0
_SQLITE = "sqlite:///"
_EVER_NS = (1 << 63) - 1

_Asked = dict[str, str | int | None]
_Found = TypeVar("_Found")


def newest_windows(url: str | None, selection: WindowSelection) -> list[Window]:
    """The newest window of each series between ``src`` and ``dst`` of ``campaign``; None is any.

    Of a series that has windows before ``until_ns`` it is the newest of these.

    Raises:
        InputError: a database that is not netkit's, or of another version.
        StoreError: it is not there, or cannot be read.
    """
    until_ns = _EVER_NS if selection.until_ns is None else selection.until_ns
    asked: _Asked = {
        "campaign": selection.campaign, "src": selection.src, "dst": selection.dst,
        "until_ns": until_ns,
    }  # fmt: skip
    path = _file(url)
    if path is None:
        return _from_server(url or "", asked)
    return _of_file(path, lambda connection: _windows(connection.execute(NEWEST, asked)))


def rounds_of(url: str | None, keys: Iterable[WindowKey]) -> Mapping[WindowKey, int]:
    """By the newest windows of series how long their rounds are at the most, in ns; series without
    rounds are not there. A look into the index for each. Raises as :func:`newest_windows` does."""
    asked = {key: asdict(key) for key in keys}
    path, found = _file(url), dict[WindowKey, list[int]]()
    if not asked:
        return {}
    if path is None:
        found = _starts_of_server(url or "", asked)
    else:
        found = _of_file(path, lambda connection: {
            key: [row[0] for row in connection.execute(LAST_STARTS, names)]
            for key, names in asked.items()
        })  # fmt: skip
    rounds = {
        key: longest_round_ns(starts[::-1], key.length_ns) for key, starts in found.items()
    }  # fmt: skip
    return {key: round_ns for key, round_ns in rounds.items() if round_ns}


def default_file() -> Path:
    """The file of this user, where no other database is named."""
    return state_folder(os.environ, root=os.geteuid() == 0, home=Path.home()) / DEFAULT_FILE


def _file(url: str | None) -> Path | None:
    """The file of SQLite that is read without SQLAlchemy, None where it takes that."""
    if url is None:
        return default_file()
    if url.startswith(_SQLITE) and "?" not in url:
        return Path(url.removeprefix(_SQLITE))
    return None


def _of_file(path: Path, read: Callable[[sqlite3.Connection], _Found]) -> _Found:
    if not path.exists():
        raise StoreError(f"{path}: there is no such file; nothing has been stored yet")
    place = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(place, uri=True, timeout=_WAIT_S)) as connection:
            _require_version(path, connection)
            return read(connection)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from error


def _require_version(path: Path, connection: sqlite3.Connection) -> None:
    try:
        versions = [row[0] for row in connection.execute(VERSION)]
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        versions = []
    if versions != [SCHEMA_VERSION]:
        raise InputError.single(
            "not a database of this netkit", file=str(path), value=", ".join(versions) or None,
            expected=f"version {SCHEMA_VERSION}", remedy="`netkit store migrate` says more",
        )  # fmt: skip


def _from_server(url: str, asked: _Asked) -> list[Window]:
    from netkit.store.newest.statement import newest_statement
    from netkit.store.windows.faults import told
    from netkit.store.windows.store import open_store

    with (
        open_store(url, reading=True) as store,
        told(store.url),
        store.engine.connect() as connection,
    ):
        return _windows(connection.execute(newest_statement(), asked))


def _starts_of_server(
    url: str, asked: Mapping[WindowKey, Mapping[str, str | int]]
) -> dict[WindowKey, list[int]]:
    from sqlalchemy import text

    from netkit.store.windows.faults import told
    from netkit.store.windows.store import open_store

    with (
        open_store(url, reading=True) as store,
        told(store.url),
        store.engine.connect() as connection,
    ):
        return {
            key: list(connection.scalars(text(LAST_STARTS), names)) for key, names in asked.items()
        }  # fmt: skip


def _windows(rows: Iterable[Sequence[object]]) -> list[Window]:
    return [_window(tuple(row)) for row in rows]


def _window(row: Sequence[object]) -> Window:
    names = [str(name) for name in row[:_NAMES]]
    plan, segment_list, *rest = row[_NAMES:]
    path = PathInForce(_text(plan), _text(segment_list))
    return window_of(rest, names, path)


def _text(value: object) -> str | None:
    return str(value) if value else None
