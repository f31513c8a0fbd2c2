"""What was in force over a time, path, bound and clocks, and what was noted, without any delays."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from netkit.model.measurement.session_state import SessionNotes, SessionState
from netkit.model.measurement.window import DISPUTED, WindowKey, WindowSelection
from netkit.store.windows.engine import is_sqlite
from netkit.store.windows.faults import told
from netkit.store.windows.history.facts import NAMES, Span, cover, sessions, statements
from netkit.store.windows.levels import Level
from netkit.store.windows.names import path_of
from netkit.store.windows.rows import ROUND, Row
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
    found: list[Row] = []
    with _covering(store, selection, span, coarsest) as read:
        for table, statement in read.parts:
            rows = statement.with_only_columns(
                *(table.c[name] for name in _COLUMNS), paths.c.plan, paths.c.segment_list
            ).outerjoin_from(table, paths, paths.c.id == table.c.path_id)
            found += read.connection.execute(rows).all()
    return [_state(read.names[row[0]], row) for row in found]


def session_notes(
    store: WindowStore, selection: WindowSelection, span: Span, coarsest: Level
) -> tuple[SessionNotes, ...]:
    """What each end noted of its windows in a time, added up, where it noted anything.

    The selection and the rows are those of :func:`session_states`. What is found when both ends are
    read, DISPUTED, is told with their counts. Raises StoreError.
    """
    found: dict[int, Counter[str]] = {}
    with _covering(store, selection, span, coarsest) as read:
        for table, statement in read.parts:
            rows = statement.with_only_columns(table.c.series_id, table.c.notes)
            for number, notes in read.connection.execute(rows.where(table.c.notes.is_not(None))):
                found.setdefault(number, Counter()).update(json.loads(notes))
    for counted in found.values():
        del counted[DISPUTED], counted[ROUND]
    numbers = sorted((number for number in found if found[number]), key=read.names.__getitem__)
    return tuple(_notes(read.names[number], found[number]) for number in numbers)


@dataclass(frozen=True, slots=True)
class _Covering:
    """The names of series by their numbers, and the statements that cover a time."""

    connection: Connection
    names: dict[int, tuple[str, ...]]
    parts: Iterator[tuple[Table, Select[Any]]]


@contextmanager
def _covering(
    store: WindowStore, selection: WindowSelection, span: Span, coarsest: Level
) -> Iterator[_Covering]:
    """All is as of one moment."""
    with told(store.url), store.engine.connect() as connection:
        if not is_sqlite(connection):
            connection.execution_options(isolation_level="REPEATABLE READ")
        kept = (
            kept_since(connection, Level.WINDOWS), kept_since(connection, Level.HOURS)
        )  # fmt: skip
        asked = sessions(selection)
        named = {row[0]: tuple(row[1:]) for row in connection.execute(select(*NAMES).where(*asked))}
        covered = cover(span[0], span[1], coarsest, kept)
        yield _Covering(connection, named, statements(covered, asked))


def _notes(names: Sequence[str], notes: Counter[str]) -> SessionNotes:
    campaign, observer, src, dst, flow = names
    return SessionNotes(campaign, observer, src, dst, flow, dict(sorted(notes.items())))


def _state(names: Sequence[str], row: Sequence[Any]) -> SessionState:
    campaign, observer, src, dst, flow = names
    _, start_ns, length_ns, bound_us, sender, reflector, plan, segment_list = row
    key = WindowKey(campaign, observer, src, dst, flow, start_ns, length_ns)
    return SessionState(key, path_of(plan, segment_list), bound_us, sender, reflector)
