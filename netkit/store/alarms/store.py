"""Alarms kept beside windows: states read and written whole, events once, deliveries until done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from netkit.errors import InputError
from netkit.model.monitoring.alarm import Alarm, Delivery, Event, Reading, State, Subject, Way
from netkit.store.alarms.schema import SUBJECT, alarm_deliveries, alarm_states, alarms
from netkit.store.windows.engine import is_sqlite, writing
from netkit.store.windows.faults import told
from netkit.store.windows.store import WindowStore


class AlarmStore:
    """Of an open store of windows. Every method is a transaction of its own; each raises
    :class:`~netkit.errors.StoreError` where the database cannot be reached, read or written."""

    def __init__(self, store: WindowStore) -> None:
        self._store = store

    def states(self, campaign: str) -> Mapping[Subject, State]:
        """How far every alarm of a campaign has come."""
        statement = select(alarm_states).where(alarm_states.c.campaign == campaign)
        return {_subject(row): _state(row.state) for row in self._rows(statement)}

    def record(
        self,
        states: Mapping[Subject, State],
        raised: Sequence[Alarm],
        cleared: Mapping[str, int],
        events: Sequence[Event],
        now_ns: int,
        evidence: Mapping[str, str] | None = None,
    ) -> None:
        """All of one evaluation or nothing: states, alarms that began, ids of those that ended with
        the time, and what is to be told. What is there already stays as it is, but for the
        ``evidence`` of alarms by their ids."""
        with told(self._store.url), writing(self._store.engine) as connection:
            _put_states(connection, states)
            _add(connection, alarms, [_alarm_row(one) for one in raised])
            for alarm_id, at_ns in cleared.items():
                ended = update(alarms).where(alarms.c.id == alarm_id, alarms.c.cleared_ns.is_(None))
                connection.execute(ended.values(cleared_ns=at_ns))
            for alarm_id, text in (evidence or {}).items():
                told_why = update(alarms).where(alarms.c.id == alarm_id)
                connection.execute(told_why.values(evidence=text))
            rows = [_delivery_row(one, name, now_ns) for one in events for name in one.targets]
            _add(connection, alarm_deliveries, rows)

    def alarms(
        self, campaign: str | None = None, *, active: bool = False, since_ns: int | None = None,
        ends: tuple[str, str] | None = None, most: int | None = None,
    ) -> list[Alarm]:  # fmt: skip
        """Alarms in order of their begin; ``active`` are those that are not cleared, ``since_ns``
        leaves out what had been cleared by then. ``ends`` are those of a pair, in either order, and
        ``most`` leaves out all but so many that began last."""
        statement = select(alarms).order_by(alarms.c.since_ns, alarms.c.id)
        if campaign is not None:
            statement = statement.where(alarms.c.campaign == campaign)
        if active:
            statement = statement.where(alarms.c.cleared_ns.is_(None))
        if since_ns is not None:
            late = alarms.c.cleared_ns.is_(None) | (alarms.c.cleared_ns >= since_ns)
            statement = statement.where(late)
        if ends is not None:
            statement = statement.where(alarms.c.src.in_(ends), alarms.c.dst.in_(ends))
        if most is not None:
            newest = (alarms.c.since_ns.desc(), alarms.c.id.desc())
            statement = statement.order_by(None).order_by(*newest).limit(most)
            return [_alarm(row) for row in reversed(self._rows(statement))]
        return [_alarm(row) for row in self._rows(statement)]

    def acknowledge(self, alarm_id: str, by: str, now_ns: int) -> Alarm:
        """Somebody has seen it; the first who has is kept. Raises InputError for no such alarm."""
        with told(self._store.url), writing(self._store.engine) as connection:
            mine = alarms.c.id == alarm_id
            seen = update(alarms).where(mine, alarms.c.acked_ns.is_(None))
            connection.execute(seen.values(acked_ns=now_ns, acked_by=by))
            row = connection.execute(select(alarms).where(mine)).one_or_none()
        if row is None:
            raise InputError.single("no such alarm", value=alarm_id, remedy="See `netkit alarms`.")
        return _alarm(row)

    def due(self, now_ns: int, longest_ns: int | None = None) -> list[Delivery]:
        """What is to be told now, oldest first. What would wait longer than ``longest_ns`` was put
        off by a clock that was ahead, and is due as well."""
        table = alarm_deliveries
        due = table.c.due_ns <= now_ns
        if longest_ns is not None:
            due |= table.c.due_ns > now_ns + longest_ns
        waits = table.c.done_ns.is_(None) & due
        order = (table.c.due_ns, table.c.event_id, table.c.target)
        return [_delivery(row) for row in self._rows(select(table).where(waits).order_by(*order))]

    def waiting(self) -> list[Delivery]:
        """What has not been told yet, due or not."""
        undone = select(alarm_deliveries).where(alarm_deliveries.c.done_ns.is_(None))
        return [_delivery(row) for row in self._rows(undone.order_by(alarm_deliveries.c.due_ns))]

    def delivered(self, one: Delivery, now_ns: int) -> None:
        """It was taken; it is never told again to this target."""
        self._after(one, done_ns=now_ns, attempts=one.attempts + 1, error=None)

    def failed(self, one: Delivery, error: str, due_ns: int) -> None:
        """It was not; it is due again."""
        self._after(one, attempts=one.attempts + 1, error=error, due_ns=due_ns)

    def _after(self, one: Delivery, **values: int | str | None) -> None:
        table = alarm_deliveries
        mine = (table.c.event_id == one.event_id) & (table.c.target == one.target)
        with told(self._store.url), writing(self._store.engine) as connection:
            connection.execute(update(table).where(mine).values(**values))

    def _rows(self, statement: Select[Any]) -> list[Row[Any]]:
        with told(self._store.url), self._store.engine.connect() as connection:
            return list(connection.execute(statement))


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if is_sqlite(connection) else postgresql.insert(table)


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), list(rows))


def _put_states(connection: Connection, states: Mapping[Subject, State]) -> None:
    rows = [{**_columns(subject), "state": _text(state)} for subject, state in states.items()]
    if rows:
        insert = _insert(connection, alarm_states)
        changed = {"state": insert.excluded.state}
        connection.execute(insert.on_conflict_do_update(index_elements=SUBJECT, set_=changed), rows)


def _columns(subject: Subject) -> dict[str, str]:
    return {name: str(getattr(subject, name)) for name in SUBJECT}


def _subject(row: Row[Any]) -> Subject:
    return Subject(row.campaign, row.rule, row.src, row.dst, row.flow, Way(row.way))


def _text(state: State) -> str:
    recent = [[at_ns, reading.value] for at_ns, reading in state.recent]
    return json.dumps({"recent": recent, "since_ns": state.since_ns, "last_ns": state.last_ns})


def _state(text: str) -> State:
    held = json.loads(text)
    recent = tuple((at_ns, Reading(reading)) for at_ns, reading in held["recent"])
    return State(recent, held["since_ns"], held["last_ns"])


def _alarm_row(one: Alarm) -> dict[str, Any]:
    return {
        "id": one.id, **_columns(one.subject), "since_ns": one.since_ns,
        "raised_ns": one.raised_ns, "cleared_ns": one.cleared_ns, "acked_ns": one.acked_ns,
        "acked_by": one.acked_by, "evidence": one.evidence,
    }  # fmt: skip


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        row.id, _subject(row), row.since_ns, row.raised_ns, row.evidence, row.cleared_ns,
        row.acked_ns, row.acked_by,
    )  # fmt: skip


def _delivery_row(event: Event, target: str, now_ns: int) -> dict[str, Any]:
    return {
        "event_id": event.id, "target": target, "text": event.text, "attempts": 0,
        "due_ns": now_ns, "done_ns": None, "error": None,
    }  # fmt: skip


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(row.event_id, row.target, row.text, row.attempts, row.error)
