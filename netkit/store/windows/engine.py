"""A URL to a SQLAlchemy engine whose transactions keep what the store promises.

SQLite keeps a write-ahead log, so that readers never wait; a commit is on disk when it returns
(``synchronous=FULL``). Who writes says so at the begin (``BEGIN IMMEDIATE``) and waits in turn:
a reader that becomes a writer half way could not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from netkit.errors import InputError

BUSY_S = 60
"""How long one writer of a SQLite file waits for the others."""

_WRITES = "netkit_writes"

_PATIENCE = {
    "connect_timeout": "5",
    "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "30000",
}  # fmt: skip
"""By libpq, in seconds, and the last in ms: how long a server is waited for that the network has
lost. A URL may state others."""

_EXPECTED = "sqlite:////path/of/a/file or postgresql://user@host/database"


def parsed(url: str) -> URL:
    """A URL of a database that can be used; raises InputError for any other."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        # What is no URL may hold a password all the same, and so may what is said of it.
        raise _refused("not a URL") from None
    if found.get_backend_name() == "sqlite" and found.database and found.database != ":memory:":
        return found
    if found.get_backend_name() == "postgresql":
        return found.set(drivername="postgresql+psycopg")
    raise _refused(found.render_as_string(hide_password=True))


def engine_of(url: URL, *, reading: bool = False) -> Engine:
    """An engine on a database that is there; with ``reading`` it refuses writes by itself."""
    if url.get_backend_name() == "sqlite":
        # Readers of a write-ahead log take part in its index: the file is opened as writers do.
        return sqlite_engine(Path(str(url.database)), "rw", query_only=reading)
    # A server may have been started anew since the last window; one that drops what it is sent
    # must not be waited for longer than an agent has for its last windows.
    return create_engine(
        url, pool_pre_ping=True,
        connect_args={word: url.query.get(word, usual) for word, usual in _PATIENCE.items()},
        execution_options={"postgresql_readonly": reading},
    )  # fmt: skip


def sqlite_engine(path: Path, mode: str, *, query_only: bool = False) -> Engine:
    """An engine on a SQLite file; ``mode`` as in SQLite's URIs: ``rw``, or ``rwc`` to make it."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S,
            isolation_level=None, check_same_thread=False,
        )  # fmt: skip
        try:
            connection.execute("PRAGMA synchronous=FULL")
            if query_only:
                connection.execute("PRAGMA query_only=ON")
        except sqlite3.Error:  # no database, or a damaged one: nobody else would close it
            connection.close()
            raise
        return connection

    # A URL without a file would share one connection, and one transaction.
    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write: committed at the end of the block, taken back by an error."""
    with engine.connect() as connection:
        marked = connection.execution_options(**{_WRITES: True})
        with marked.begin():
            yield marked


def is_sqlite(connection: Connection) -> bool:
    """Whether the database is a SQLite file; else it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def _begin(connection: Connection) -> None:
    # The driver is told to begin nothing by itself (isolation_level None).
    options: dict[str, Any] = dict(connection.get_execution_options())
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES) else "BEGIN")


def _refused(value: str) -> InputError:
    return InputError.single("URL of a store", value=value, expected=_EXPECTED)
