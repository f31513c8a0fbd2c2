"""The store that a command works on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.store.windows.store import WindowStore

_EXTRA = ("sqlalchemy", "alembic", "psycopg")


def opened_store(url: str | None, *, reading: bool = False) -> WindowStore:
    """The store of a URL, or this user's; InputError if what it needs is not installed. With
    ``reading`` nothing is made or written."""
    try:
        from netkit.store.windows.store import open_store

        return open_store(url, reading=reading)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA:
            raise
        raise InputError.single(
            f"{error.name} is not installed", expected="it, for the store",
            remedy="Run: pip install 'netkit-srv6[store]'",
        ) from None  # fmt: skip


def now_ns() -> int:
    """The time by this machine's clock, in ns since 1970."""
    return time.time_ns()
