"""Whose replies an authenticated flow believes."""

from __future__ import annotations

import numpy as np
import pytest
from fleet_twins import EPOCH_NS, MS, OURS, WIDTH, agent_flow, name_of

from netkit.model.measurement.sample import Outcome, Stamp, StampSource
from netkit.probe.agent.authenticated.opening import open_replies
from netkit.probe.agent.fleet import Fleet
from netkit.probe.agent.replies import receive
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.clock_watch import ClockReading
from netkit.stats.sample_arrays import OUTCOME_CODE, UNKNOWN
from netkit.wire.authentication import digest

KEY = b"k" * 16


def fleet_of(key: bytes | None = KEY) -> tuple[Fleet, bytes]:
    """One flow that has sent one probe."""
    fleet = Fleet([agent_flow(1, 100 * MS, key=key)])
    fleet.begin(0, EPOCH_NS)
    fleet.roster.address(0, name_of(1), 0)
    due = fleet.take_due(ClockReading(100 * MS, EPOCH_NS + 100 * MS, 100 * MS))
    return fleet, fleet.request(0, 0, due.timestamp)


def answer(request: bytes, key: bytes | None = KEY) -> bytes:
    made = Reflector(key=key).reflect(
        request, OURS, Stamp(EPOCH_NS + 110 * MS, StampSource.KERNEL), 60,
        now_ns=110 * MS, wall_ns=EPOCH_NS + 110 * MS,
    )  # fmt: skip
    assert made is not None
    return made.data


def outcome_after(fleet: Fleet, reply: bytes, peer: int = 1) -> int:
    data = np.zeros((1, WIDTH), np.uint8)
    data[0, : len(reply)] = np.frombuffer(reply, np.uint8)
    names = np.frombuffer(name_of(peer), np.uint8)[np.newaxis]
    came = open_replies(fleet, data, np.array([len(reply)], np.uint32), names)
    _receive(fleet, came.data, came.lengths, names[came.rows], authentic=True)
    return int(fleet.finish(60_000 * MS).samples["outcome"][0])


def _receive(fleet: Fleet, data, lengths, names, *, authentic: bool) -> None:
    count = len(lengths)
    receive(
        fleet, data, lengths, names, np.full(count, UNKNOWN), np.full(count, 60),
        EPOCH_NS + 120 * MS, authentic=authentic,
    )  # fmt: skip


def test_the_answer_of_the_peer_with_the_key_counts():
    fleet, request = fleet_of()
    assert outcome_after(fleet, answer(request)) == OUTCOME_CODE[Outcome.RECEIVED]
    assert not fleet.counters


def test_a_reflector_that_knows_no_sessions_is_told_by_its_address():
    fleet, request = fleet_of()
    bare = request[:26] + bytes(2) + request[28:96]
    asked = bare + digest(KEY, bare)
    assert outcome_after(fleet, answer(asked)) == OUTCOME_CODE[Outcome.RECEIVED]


@pytest.mark.parametrize("at", [0, 17, 33, 50, 66, 80, 100])
def test_what_was_changed_on_the_way_is_counted_and_nothing_else(at):
    fleet, request = fleet_of()
    made = bytearray(answer(request))
    made[at] ^= 1
    assert outcome_after(fleet, bytes(made)) == OUTCOME_CODE[Outcome.LOST]
    assert fleet.counters["ignored: not authentic"] == 1


@pytest.mark.parametrize("length", [0, 44, 111])
def test_what_is_too_short_to_be_authentic_is_counted(length):
    fleet, request = fleet_of()
    outcome_after(fleet, answer(request)[:length])
    assert fleet.counters["ignored: not authentic"] == 1


def test_tlvs_that_nobody_vouches_for_are_not_read():
    fleet, request = fleet_of()
    made = bytearray(answer(request))
    made[120] ^= 1
    assert outcome_after(fleet, bytes(made)) == OUTCOME_CODE[Outcome.RECEIVED]
    assert fleet.counters["ignored: TLVs that nobody vouches for"] == 1


def test_a_plain_answer_to_an_authenticated_probe_is_nobodys():
    """As somebody on the path could write one who has seen number, session and timestamp."""
    fleet, request = fleet_of()
    plain = request[:4] + request[16:28] + bytes(28)
    reply = answer(plain, None)
    data = np.zeros((1, WIDTH), np.uint8)
    data[0, : len(reply)] = np.frombuffer(reply, np.uint8)
    names = np.frombuffer(name_of(1), np.uint8)[np.newaxis]
    _receive(fleet, data, np.array([len(reply)], np.uint32), names, authentic=False)
    assert fleet.counters["ignored: not an answer to its probe"] == 1
    assert fleet.finish(60_000 * MS).samples["outcome"][0] == OUTCOME_CODE[Outcome.LOST]


def test_an_own_probe_that_is_sent_back_is_no_answer():
    fleet, request = fleet_of()
    assert outcome_after(fleet, request) == OUTCOME_CODE[Outcome.LOST]
