"""All rows of a statement, fast: a month of a thousand pairs is a hundred thousand of them.

The garbage collector goes past all that there is again and again while tuples are made, none of
which is garbage. And what PostgreSQL sends as it is (binary) need not be written and read as text:
counts of delays are twice as long so.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select
from sqlalchemy.exc import DBAPIError

from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.rows import Row


def fetched(connection: Connection, statement: Select[Any]) -> list[Row]:
    """The rows, each a value for each column, in the transaction of the connection."""
    with uncollected():
        if is_sqlite(connection):
            return [*connection.execute(statement)]
        return _binary(connection, statement)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector; who turns it off turns it on again, whatever others do."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _binary(connection: Connection, statement: Select[Any]) -> list[Row]:
    asked = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    driver: Any = connection.connection.driver_connection
    try:
        # SQLAlchemy has no word for it.
        with driver.cursor(binary=True) as cursor:
            rows: list[Row] = cursor.execute(str(asked), asked.params).fetchall()
            return rows
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError(str(asked), None, error) from error
