"""Making a database, and knowing one: whose it is, and of which version.

A SQLite file goes through these states; nobody ever sees the second under its name::

    none -> made under another name beside it -> linked to its name, whole
                └── kill: a file ``.netkit-…`` is left behind, and the next run makes another

An empty PostgreSQL database is filled in one transaction, by one process at a time.
"""

from __future__ import annotations

import importlib
import os
import secrets
from contextlib import suppress
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, insert, inspect, select, text

from netkit.errors import InputError, StoreError
from netkit.store.made_folders import in_folder
from netkit.store.windows.engine import engine_of, is_sqlite, sqlite_engine, writing
from netkit.store.windows.faults import place_of
from netkit.store.windows.levels import Level
from netkit.store.windows.schema import VERSION, horizons, metadata, version_table

TABLE_MODULES = ("netkit.store.windows.schema", "netkit.store.alarms.schema")
"""Every file that adds tables to the one MetaData."""

_NOTHING_YET = "nothing has been stored yet"

_LOCK = 0x6E65746B6974
"""Of PostgreSQL's advisory locks, the one that a netkit takes that makes its tables."""

_FILE_MODE = 0o640

_PAGE_BYTES = 8192
"""A day of a series, the largest row, fits into a page of these beside others."""


def opened(url: URL, *, reading: bool = False) -> Engine:
    """An engine on a database of this version, which is made if there is none; but not where one
    only reads.

    Raises:
        InputError: it is of another version, or not netkit's.
        StoreError: there is none, and one only reads.
        SQLAlchemyError: it cannot be opened or read.
    """
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        if reading:
            raise StoreError(f"{url.database}: there is no such file; {_NOTHING_YET}")
        _make_file(Path(str(url.database)))
    engine = engine_of(url, reading=reading)
    try:
        if not reading and url.get_backend_name() == "postgresql":
            _fill(engine)
        version = version_of(engine)
        if reading and version is None:
            _require_tables(url, engine)
        _require_version(url, version)
    except BaseException:
        engine.dispose()
        raise
    return engine


def version_of(engine: Engine) -> str | None:
    """The version of a database; None if it is not netkit's."""
    with engine.connect() as connection:
        return _version(connection)


def create_tables(connection: Connection) -> None:
    """Make all tables of this version in an empty database."""
    for module in TABLE_MODULES:
        importlib.import_module(module)
    metadata.create_all(connection, checkfirst=False)
    connection.execute(insert(version_table), {"version_num": VERSION})
    connection.execute(insert(horizons), [{"level": one.value, "before_ns": 0} for one in Level])


def lock_tables(connection: Connection) -> None:
    """Wait until no other process makes or changes tables; until this transaction ends."""
    if not is_sqlite(connection):  # which lets one alone write anyway
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _make_file(path: Path) -> None:
    in_folder(path.parent, partial(_link_filled, path))


def _link_filled(path: Path) -> None:
    beside = path.with_name(f".netkit-{secrets.token_hex(8)}")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        os.close(os.open(beside, flags, _FILE_MODE))
        _fill_file(beside)
        with suppress(FileExistsError):  # another process was first, with the same tables
            path.hardlink_to(beside)
    finally:
        for end in ("", "-wal", "-shm"):
            beside.with_name(f"{beside.name}{end}").unlink(missing_ok=True)


def _fill_file(path: Path) -> None:
    """All tables in an empty file, with nothing left in a log."""
    engine = sqlite_engine(path, "rw")
    try:
        with engine.connect() as connection:
            # Not within a transaction, where SQLite would not change it.
            cursor = connection.connection.cursor()
            cursor.execute(f"PRAGMA page_size={_PAGE_BYTES}")
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.close()
        with writing(engine) as connection:
            create_tables(connection)
        # The last connection to close would put all that the log holds into the file, and keep to
        # itself that there was no room.
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:  # who holds an unlinked file open holds its room as well
        engine.dispose()


def _fill(engine: Engine) -> None:
    if version_of(engine) is not None:
        return
    with writing(engine) as connection:
        lock_tables(connection)
        if not set(metadata.tables) & set(inspect(connection).get_table_names()):
            create_tables(connection)


def _require_tables(url: URL, engine: Engine) -> None:
    if not inspect(engine).get_table_names():
        raise StoreError(f"{place_of(url)}: there are no tables; {_NOTHING_YET}")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(version_table.name):
        return None
    return connection.scalar(select(version_table.c.version_num))


def _require_version(url: URL, version: str | None) -> None:
    if version == VERSION:
        return
    if version is None:
        what, remedy = "not a database of netkit", "Name another, or an empty one"
    elif version < VERSION:
        what, remedy = "database of an older netkit", "Run `netkit store migrate`; back it up first"
    else:
        what, remedy = "database of a newer netkit", "Use that netkit, or a newer one"
    raise InputError.single(
        what, file=place_of(url), value=version, expected=f"version {VERSION}", remedy=remedy
    )
