"""What holds of alarms in every store, whatever keeps it: for SQLite and PostgreSQL.

The module that takes these tests has a fixture ``url``: of a database that is empty.
"""

from __future__ import annotations

import pytest

from netkit.errors import InputError
from netkit.model.monitoring.alarm import Alarm, Delivery, Event, Move, Reading, State, Subject, Way
from netkit.store.alarms.store import AlarmStore
from netkit.store.windows.store import open_store

SUBJECT = Subject("watch", "slow", "a", "b", "main", Way.BACKWARD)
STATE = State(((60, Reading.BAD), (120, Reading.INCONCLUSIVE)), None, 120)
ALARM = Alarm(SUBJECT.alarm_id(60), SUBJECT, 60, 180, '{"likely_links": []}\n')
EVENT = Event(f"{ALARM.id}-raised", ALARM.id, Move.RAISED, 180, "{}", ("noc", "log"))


@pytest.fixture
def kept(url):
    with open_store(url) as store:
        yield AlarmStore(store)


def test_what_is_recorded_comes_back_and_the_same_again_adds_nothing(kept):
    for _ in range(2):
        kept.record({SUBJECT: STATE}, [ALARM], {}, [EVENT], 200)
    assert kept.states("watch") == {SUBJECT: STATE}
    assert kept.states("another") == {}
    assert kept.alarms() == kept.alarms("watch", active=True) == [ALARM]
    assert kept.due(199) == []
    assert kept.due(200) == [
        Delivery(EVENT.id, "log", "{}"), Delivery(EVENT.id, "noc", "{}"),
    ]  # fmt: skip


def test_a_state_is_that_of_the_last_evaluation(kept):
    kept.record({SUBJECT: STATE}, [], {}, [], 0)
    kept.record({SUBJECT: State(since_ns=60, last_ns=180)}, [], {}, [], 0)
    assert kept.states("watch") == {SUBJECT: State(since_ns=60, last_ns=180)}


def test_an_alarm_is_cleared_once(kept):
    kept.record({}, [ALARM], {}, [], 0)
    kept.record({}, [], {ALARM.id: 300}, [], 0)
    kept.record({}, [ALARM], {ALARM.id: 900}, [], 0)
    (found,) = kept.alarms()
    assert found.cleared_ns == 300
    assert kept.alarms(active=True) == []
    assert kept.alarms(since_ns=300) == [found]
    assert kept.alarms(since_ns=301) == []


def test_deliveries_are_due_until_they_are_done(kept):
    kept.record({}, [ALARM], {}, [EVENT], 0)
    log, noc = kept.due(0)
    kept.delivered(log, 10)
    kept.failed(noc, "refused", 50)
    assert kept.due(49) == []
    assert kept.due(50) == [Delivery(EVENT.id, "noc", "{}", 1, "refused")]
    kept.record({}, [ALARM], {}, [EVENT], 60)
    assert kept.waiting() == kept.due(60) == [Delivery(EVENT.id, "noc", "{}", 1, "refused")]


def test_nothing_of_a_record_that_fails_is_kept(kept):
    twice = Event(EVENT.id, ALARM.id, Move.RAISED, 0, None, ("noc",))  # type: ignore[arg-type]
    with pytest.raises(Exception, match=r"(?i)null"):
        kept.record({SUBJECT: STATE}, [ALARM], {}, [twice], 0)
    assert (kept.states("watch"), kept.alarms(), kept.waiting()) == ({}, [], [])


def test_the_first_who_acknowledges_stays(kept):
    kept.record({}, [ALARM], {}, [], 0)
    assert kept.acknowledge(ALARM.id, "li", 5).acked_by == "li"
    assert kept.acknowledge(ALARM.id, "wang", 6).acked_ns == 5
    with pytest.raises(InputError, match="no such alarm"):
        kept.acknowledge("nosuch", "li", 5)
