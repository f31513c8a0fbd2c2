"""What was in force over a time: path, bound and clocks, without any count of delays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from netkit.model.measurement.session_state import SessionState
from netkit.model.measurement.window import WindowKey, WindowSelection
from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.faults import told
from netkit.store.windows.history.facts import NAMES, Span, cover, sessions, statements
from netkit.store.windows.levels import Level
from netkit.store.windows.names import path_of
from netkit.store.windows.rows import Row
from netkit.store.windows.schema import paths
from netkit.store.windows.store import WindowStore, kept_since

_COLUMNS = (
    "series_id", "start_ns", "length_ns", "bound_us", "sender_clock_steps", "reflector_clock_steps",
)  # fmt: skip


def session_states(
    store: WindowStore, selection: WindowSelection, span: Span, coarsest: Level
) -> list[SessionState]:
    """States of the sessions between ``selection.src`` and ``selection.dst``, each any if None.

    From the rows that history reads of that time, at ``coarsest`` or finer. Raises StoreError.
    """
    with told(store.url), store.engine.connect() as connection:
        if not is_sqlite(connection):
            connection.execution_options(isolation_level="REPEATABLE READ")
        kept = (
            kept_since(connection, Level.WINDOWS), kept_since(connection, Level.HOURS)
        )  # fmt: skip
        asked = sessions(selection)
        named = {row[0]: row[1:] for row in connection.execute(select(*NAMES).where(*asked))}
        found: list[Row] = []
        for table, statement in statements(cover(span[0], span[1], coarsest, kept), asked):
            read = statement.with_only_columns(
                *(table.c[name] for name in _COLUMNS), paths.c.plan, paths.c.segment_list
            ).outerjoin_from(table, paths, paths.c.id == table.c.path_id)
            found += connection.execute(read).all()
    return [_state(named[row[0]], row) for row in found]


def _state(names: Sequence[str], row: Sequence[Any]) -> SessionState:
    campaign, observer, src, dst, flow = names
    _, start_ns, length_ns, bound_us, sender, reflector, plan, segment_list = row
    key = WindowKey(campaign, observer, src, dst, flow, start_ns, length_ns)
    return SessionState(key, path_of(plan, segment_list), bound_us, sender, reflector)
