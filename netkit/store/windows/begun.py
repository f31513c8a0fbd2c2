"""Which windows of now a database has already: another one of that name would not be kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from netkit.model.measurement.window import WindowKey
from netkit.store.windows.faults import told
from netkit.store.windows.levels import HOUR_NS
from netkit.store.windows.names import SERIES_COLUMNS
from netkit.store.windows.schema import series, windows
from netkit.store.windows.store import WindowStore


def begun_windows(store: WindowStore, sender: str, wall_ns: int) -> list[WindowKey]:
    """The windows that ``sender`` has of its own sessions and that are not over at ``wall_ns``.

    One look into the index for each of its series. Raises StoreError.
    """
    names = [series.c[name] for name in SERIES_COLUMNS]
    statement: Select[Any] = (
        select(*names, windows.c.start_ns, windows.c.length_ns)
        .join_from(series, windows, windows.c.series_id == series.c.id)
        .where(series.c.src == sender, series.c.observer == sender)
        .where(windows.c.start_ns > wall_ns - HOUR_NS, windows.c.start_ns <= wall_ns)
        .where(windows.c.start_ns + windows.c.length_ns > wall_ns)
    )
    with told(store.url), store.engine.connect() as connection:
        return [WindowKey(*row) for row in connection.execute(statement)]
