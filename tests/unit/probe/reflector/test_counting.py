"""Requests that somebody counts: each authentic one, whether it is answered or not."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.counting import CountingReflector
from netkit.wire.stamp import SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp

S = 10**9
T1_NS = 1_700_000_000_123_456_789
SOURCE = ("2001:db8::1", 40000)
KEY = b"k" * 16


@dataclass
class Seen:
    unanswered: int = 0


@dataclass
class Told:
    requests: list[tuple[int, int, int, int]] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    not_known: int = 0

    def knows(self, source: str, ssid: int) -> bool:
        return (source, ssid) == (SOURCE[0], 7)

    def arrived(self, source, ssid, number, t1_ns, t2_ns, came_ns):
        self.requests.append((number, t1_ns, t2_ns, came_ns))
        self.seen.append(Seen())
        return self.seen[-1]

    def passed(self):
        self.not_known += 1

    @property
    def unanswered(self) -> list[int]:
        return [one.unanswered for one in self.seen]


def reflector(**changes) -> tuple[CountingReflector, Told]:
    made, told = CountingReflector(**changes), Told()
    made.arrivals = told
    return made, told


def request(number=0, ssid=7, form=TimestampFormat.PTP, key=None) -> bytes:
    raw = encode_timestamp(T1_NS + number, form)
    return SenderPacket(number, raw, ErrorEstimate(form=form), ssid).to_bytes(key)


def ask(made, data, source=SOURCE, now_ns=S, late_ns=0):
    stamp = Stamp(T1_NS + 5, StampSource.KERNEL)
    return made.reflect(data, source, stamp, 255, now_ns=now_ns, wall_ns=T1_NS + 5 + late_ns)


@pytest.mark.parametrize("form", list(TimestampFormat))
@pytest.mark.parametrize("key", [None, KEY])
def test_number_and_times_are_those_of_the_request(form, key):
    made, told = reflector(key=key)
    assert ask(made, request(3, form=form, key=key), late_ns=400)
    assert told.requests == [(3, T1_NS + 3, T1_NS + 5, S - 400)]
    assert told.unanswered == [0]


def test_what_is_nobodys_is_not_counted():
    made, told = reflector()
    ask(made, request(ssid=8))
    ask(made, request(), ("2001:db8::2", 40000))
    ask(made, request()[:30])
    ask(made, request()[:4] + bytes(8) + request()[12:])
    assert told.requests == []
    assert not CountingReflector().counters


def test_what_is_too_much_has_arrived_all_the_same_and_is_not_answered():
    made, told = reflector(admission=AccessList(source_rate=1))
    assert ask(made, request(0))
    assert ask(made, request(1)) is None
    assert [one[0] for one in told.requests] == [0, 1]
    assert told.unanswered == [0, 1]
    made.limit(1000, 10)
    assert ask(made, request(2), now_ns=2 * S)


def test_with_a_key_only_what_is_authentic_counts_and_a_replay_as_a_copy():
    made, told = reflector(key=KEY)
    data = request(0, key=KEY)
    assert ask(made, data)
    assert ask(made, data) is None
    assert ask(made, data[:-1] + bytes([data[-1] ^ 1])) is None
    assert ask(made, request(1)) is None
    assert [one[0] for one in told.requests] == [0, 0]


def test_a_reply_that_the_host_could_not_send_is_none():
    made, told = reflector()
    ask(made, request(0))
    made.not_sent("No route to host")
    made.not_sent("No route to host")
    assert told.unanswered == [1]
    assert made.counters["not sent: No route to host"] == 2


def test_bare_requests_are_looked_at_one_by_one_where_they_are_counted():
    made, _ = reflector()
    assert not made.reserves
    assert CountingReflector().reserves
