"""Reflectors of other makes that were asked for a way back (RFC 9503 §4), as an agent's windows and
a session of ``probe send`` tell of them: figures of another way are nobody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv6Address, ip_network

import pytest
from agent_day import Day, S
from fleet_twins import EPOCH_NS, MS, OURS, agent_flow

from netkit.model.measurement.return_path import NOT_TAKEN, ReturnTaken
from netkit.model.measurement.sample import Outcome, Stamp, StampSource
from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.verdict import Verdict
from netkit.probe.reflector.counting import CountingReflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.reflector.replies import Reply
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.session import SenderSession
from netkit.wire.return_path import ReturnPath
from netkit.wire.stamp import BASE_BYTES
from netkit.wire.tlv import (
    INTEGRITY_FAILED,
    MALFORMED,
    UNRECOGNIZED,
    Tlv,
    TlvType,
    parse_tlvs,
    tlvs_to_bytes,
)

SEGMENTS = (IPv6Address("5f00:0:1:1::"), IPv6Address("5f00:0:2:1::"))
ASKED = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=SEGMENTS).to_value())
SIZE = smallest_request((ASKED,))
ALLOWED = ReflectorPolicy(returns=(ip_network("5f00::/16"),))
Make = Callable[[bytes, bytes], bytes]


def as_it_is(reply: bytes, _request: bytes) -> bytes:
    return reply


def base_alone(reply: bytes, _request: bytes) -> bytes:
    """RFC 8762 and nothing behind it."""
    return reply[:BASE_BYTES]


def echoed(reply: bytes, request: bytes) -> bytes:
    """What is behind the base packet as it came (RFC 8762 §4.3: as long as the request)."""
    return reply[:BASE_BYTES] + request[BASE_BYTES:]


def left_out(reply: bytes, _request: bytes) -> bytes:
    return _with(reply, lambda _tlv: None)


def flagged(flags: int) -> Make:
    return lambda reply, _request: _with(reply, lambda tlv: tlv.flagged(flags))


def refused_inside(reply: bytes, _request: bytes) -> bytes:
    """The TLV is understood, its list of segments is not."""
    return _with(reply, lambda tlv: tlv._replace(value=ASKED.value))


def cut_inside(reply: bytes, _request: bytes) -> bytes:
    return _with(reply, lambda tlv: tlv._replace(value=ASKED.value[:-1]))


def _with(reply: bytes, change: Callable[[Tlv], Tlv | None]) -> bytes:
    tlvs, rest = parse_tlvs(reply[BASE_BYTES:])
    changed = [change(tlv) if tlv.type == TlvType.RETURN_PATH else tlv for tlv in tlvs]
    return reply[:BASE_BYTES] + tlvs_to_bytes(tuple(filter(None, changed)), rest)


class Odd(CountingReflector):
    """One that answers as netkit does, and then as its make would have it."""

    def __init__(self, policy: ReflectorPolicy, make: Make) -> None:
        super().__init__(policy=policy)
        self._make = make

    def reflect(self, data: bytes, *args: object, **more: object) -> Reply | None:
        reply = super().reflect(data, *args, **more)  # type: ignore[arg-type]
        return None if reply is None else reply._replace(data=self._make(reply.data, data))


MAKES = [
    (ALLOWED, as_it_is, ReturnTaken.UNSEEN),
    (ReflectorPolicy(), as_it_is, ReturnTaken.REFUSED),
    (ALLOWED, base_alone, ReturnTaken.IGNORED),
    (ALLOWED, echoed, ReturnTaken.REFUSED),
    (ALLOWED, left_out, ReturnTaken.IGNORED),
    (ALLOWED, flagged(UNRECOGNIZED), ReturnTaken.REFUSED),
    (ALLOWED, flagged(MALFORMED), ReturnTaken.REFUSED),
    (ALLOWED, flagged(INTEGRITY_FAILED), ReturnTaken.REFUSED),
    (ALLOWED, refused_inside, ReturnTaken.REFUSED),
    (ALLOWED, cut_inside, ReturnTaken.REFUSED),
]


@pytest.mark.parametrize(("policy", "make", "taken"), MAKES)
def test_windows_of_an_agent(policy: ReflectorPolicy, make: Make, taken: ReturnTaken) -> None:
    for window in lived(policy, make):
        came = window.outcomes[Outcome.RECEIVED]
        note = NOT_TAKEN.get(taken)
        told = {word: n for word, n in window.notes.items() if word in NOT_TAKEN.values()}
        assert window.forward.delay is not None
        assert window.forward.delay.count == came
        if note is None:
            assert told == {}
            assert window.backward.delay is not None
            assert window.verdict is Verdict.INCONCLUSIVE, "its clocks promise nothing"
        else:
            assert told == {note: came}
            assert window.backward == DirectionWindow()
            assert window.round_trip is None
            assert window.verdict is Verdict.UNKNOWN


def lived(policy: ReflectorPolicy, make: Make) -> list[Window]:
    """Some minutes of an agent with one peer, over a path that loses nothing."""
    asks = replace(agent_flow(1, 400 * MS), tlvs=(ASKED,), request_bytes=SIZE, bound_us=20_000)
    day = Day([asks], 11)
    day.random.random = lambda: 0.5  # type: ignore[method-assign]
    (peer,) = day.peers.values()
    peer.reflector = Odd(policy, make)
    peer.reflector.arrivals = peer.answered
    day.live(200 * S)
    day.end()
    found = [one for one in day.windows if not one.incomplete]
    assert found
    return found


@pytest.mark.parametrize(("policy", "make", "taken"), MAKES)
def test_a_session(policy: ReflectorPolicy, make: Make, taken: ReturnTaken) -> None:
    config = SessionConfig(6, 20 * MS, 500 * MS, 77, 3, request_bytes=SIZE, tlvs=(ASKED,))
    session, reflector = SenderSession(config), Odd(policy, make)
    session.begin(0)
    for _ in range(7):
        now_ns = session.due_ns(0) or 0
        request = session.next_request(now_ns, EPOCH_NS + now_ns)
        assert request is not None
        came = Stamp(EPOCH_NS + now_ns + MS, StampSource.KERNEL)
        reply = reflector.reflect(
            request.data, OURS, came, 64, now_ns=now_ns, wall_ns=came.time_ns + MS
        )
        assert reply is not None
        session.received(reply.data, Stamp(came.time_ns + 2 * MS, StampSource.KERNEL), 64)
    path = session.result(10**12).path
    assert path.return_path == {taken: 7}
    assert path.other_ways == (dict.fromkeys(range(7), taken) if taken in NOT_TAKEN else {})
