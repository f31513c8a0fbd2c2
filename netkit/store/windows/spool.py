"""Windows kept at a site until a central database has them, and each there exactly once.

A window goes through these states, each change one transaction of one database::

    added, noted here ──added there──> there, still noted ──note taken away──> there
          ^   │                            │
          └───┘ no answer                  └─ kill: delivered again, and left as it is by its key

A window is only taken away here, by retention, when it is noted no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, select

from netkit.model.measurement.window import Window, WindowSelection
from netkit.store.windows.engine import writing
from netkit.store.windows.faults import told
from netkit.store.windows.reading import windows_statement
from netkit.store.windows.schema import undelivered, windows
from netkit.store.windows.store import WindowStore, open_store, window_from

_AT_ONCE = 1000
_NAMES = 7
"""Columns of a row before those of the table itself."""

_KEY = ("series_id", "start_ns", "length_ns")
Key = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was ``delivered``, of it ``new`` there, and ``too_old`` for what is still kept there."""

    delivered: int = 0
    new: int = 0
    too_old: int = 0


def waiting(local: WindowStore) -> int:
    """How many windows are still to be delivered."""
    with told(local.url), local.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(undelivered)) or 0


def waiting_since_ns(local: WindowStore) -> int | None:
    """When the first window began that is still to be delivered; None if there is none."""
    with told(local.url), local.engine.connect() as connection:
        first: int | None = connection.scalar(select(func.min(undelivered.c.start_ns)))
        return first


def deliver(local: WindowStore, central: str) -> Delivery:
    """Add to the database ``central`` what ``local`` has noted for it, the oldest first.

    May be ended at any moment and run again, and by two at once. What the central database does
    not keep any more, by its retention, is not taken there, and stays here as long as retention
    here keeps it.

    Raises:
        StoreError: one of them cannot be reached; what was delivered until then is.
        InputError: ``central`` is no database that can be used.
    """
    done = Delivery()
    with open_store(central) as there:
        while batch := _batch(local):
            held = [window for _, window in batch]
            kept_ns = there.kept_since_ns()
            new = there.add(held)
            _forget(local, [key for key, _ in batch])
            old = sum(window.key.start_ns < kept_ns for window in held)
            done = Delivery(done.delivered + len(held), done.new + new, done.too_old + old)
    return done


def batch_statement() -> Select[Any]:
    """The oldest windows that are noted, found by their notes: few, where windows are many."""
    oldest = (undelivered.c[name] for name in ("start_ns", "series_id", "length_ns"))
    first = select(undelivered).order_by(*oldest).limit(_AT_ONCE).subquery("first")
    noted = and_(*(first.c[name] == windows.c[name] for name in _KEY))
    return windows_statement(windows, WindowSelection()).join(first, noted)


def _batch(local: WindowStore) -> list[tuple[Key, Window]]:
    with told(local.url), local.engine.connect() as connection:
        found = connection.execute(batch_statement()).all()
    return [((row[_NAMES], row[_NAMES + 1], row[_NAMES + 2]), window_from(row)) for row in found]


def _forget(local: WindowStore, keys: Sequence[Key]) -> None:
    named = [undelivered.c[name] == bindparam(f"key_{name}") for name in _KEY]
    rows = [{f"key_{name}": value for name, value in zip(_KEY, key, strict=True)} for key in keys]
    with told(local.url), writing(local.engine) as connection:
        connection.execute(delete(undelivered).where(*named), rows)
