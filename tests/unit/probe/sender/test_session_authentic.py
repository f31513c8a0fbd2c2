"""What a session believes: keys, TLVs that somebody vouches for, and whose answers they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from session_exchanges import CONFIG, HOST, KEY, exchange, received, with_tlvs
from stamp_path import EPOCH_NS, Path, run

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.exchanges import understood
from netkit.probe.sender.packets import ProbePackets, UnreadableError
from netkit.probe.sender.session import SenderSession
from netkit.wire.location import Location
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.timestamps import (
    UNSYNCHRONISED,
)
from netkit.wire.tlv import TimestampInformation, Tlv, TlvType


def test_with_a_key_everything_is_as_without() -> None:
    config = replace(CONFIG, request_bytes=200)
    plain = run(config, Path(forward_copies={2: 0}, backward_copies={4: 0}))
    authentic = run(
        replace(config, key=KEY), Path(forward_copies={2: 0}, backward_copies={4: 0}),
        Reflector(key=KEY),
    )  # fmt: skip
    assert authentic.samples == plain.samples
    assert dict(authentic.notes) == {}


@pytest.mark.parametrize(
    ("theirs", "note"),
    [(bytes(32), None), (KEY, "ignored: not authentic")],
)
def test_what_is_not_authentic_is_no_answer(theirs: bytes, note: str | None) -> None:
    """With another key the reflector answers nothing; a damaged answer is none."""
    config = with_tlvs(key=KEY)
    result = exchange(config, Reflector(key=theirs), damage=40)
    assert received(result) == 0
    assert dict(result.notes) == ({} if note is None else {note: 7})


def test_tlvs_of_a_reply_that_nobody_vouches_for_are_not_believed() -> None:
    config = with_tlvs(Tlv(TlvType.LOCATION, Location.asking().to_value()), key=KEY)
    good, bad = (exchange(config, Reflector(key=KEY), damage=damage) for damage in (None, 112 + 4))
    assert good.path.seen_as == HOST
    assert {s.t3.source for s in good.samples if s.t3} == {StampSource.KERNEL}
    assert received(bad) == 6
    assert bad.path.seen_as is None
    assert {s.t3.source for s in bad.samples if s.t3} == {StampSource.USERSPACE}
    assert dict(bad.notes) == {"TLVs ignored: not authentic": 7}


def test_tlvs_alone_may_be_vouched_for() -> None:
    """RFC 8972 §4.8: an HMAC TLV in unauthenticated packets."""
    config = with_tlvs(Tlv(TlvType.LOCATION, Location.asking().to_value()), tlv_key=KEY)
    good = exchange(config, Reflector(tlv_key=KEY))
    assert (good.path.seen_as, good.path.refused) == (HOST, {})
    assert {s.t3.source for s in good.samples if s.t3} == {StampSource.KERNEL}
    damaged = exchange(config, Reflector(tlv_key=KEY), damage=44 + 4)
    assert dict(damaged.notes) == {"TLVs ignored: not authentic": 7}
    for other in (Reflector(tlv_key=bytes(32)), Reflector()):
        result = exchange(config, other)
        assert received(result) == 6
        assert result.path.seen_as is None
    plain = exchange(with_tlvs(), Reflector(tlv_key=KEY))
    assert plain.path.refused == {"timestamp_information": 7, "follow_up_telemetry": 7}


@pytest.mark.parametrize(
    ("flags", "believed"), [(0x10, True), (0x40, False), (0x20, False), (0x80, True)]
)
def test_a_flag_of_one_tlv_may_condemn_others(flags: int, believed: bool) -> None:
    """RFC 8972 §4: M ends the reading, I makes all worthless; U and reserved flags do neither."""
    envelope = ProbePackets(SessionConfig(1, 1, request_bytes=44))
    told = TimestampInformation(1, 2, 3, 4).to_value()
    tlvs = (Tlv(TlvType.LOCATION, bytes(4), flags), Tlv(TlvType.TIMESTAMP_INFORMATION, told, 0))
    packet = ReflectorPacket(0, 1, UNSYNCHRONISED, 1, 2, 0, 3, UNSYNCHRONISED, 64, tlvs)
    reply, _ = envelope.reply(packet.to_bytes())
    assert (understood(reply, TlvType.TIMESTAMP_INFORMATION) is not None) == believed


@pytest.mark.parametrize(
    ("need", "ssid", "taken"),
    [
        (False, 1, True),
        (False, 0, True),
        (True, 1, True),
        (True, 0, False),
        (False, 2, False),
    ],
)
def test_whose_answers_are_taken(need: bool, ssid: int, taken: bool) -> None:
    envelope = ProbePackets(SessionConfig(1, 1, request_bytes=44, need_ssid=need))
    packet = ReflectorPacket(0, 1, UNSYNCHRONISED, ssid, 2, 0, 3, UNSYNCHRONISED, 64)
    if taken:
        assert envelope.reply(packet.to_bytes())[0] == packet
    else:
        with pytest.raises(UnreadableError):
            envelope.reply(packet.to_bytes())


def test_icmp_errors_quote_authenticated_probes_as_well() -> None:
    session = SenderSession(with_tlvs(key=KEY))
    session.begin(0)
    request = session.next_request(session.due_ns(0) or 0, EPOCH_NS)
    assert request is not None
    session.refused(request.data[:20], "x")
    assert session.snapshot(0).answered == 0
    assert session.result(10**12).samples[0].outcome is Outcome.LOST
    session.refused(request.data[:24], "x")
    assert session.result(10**12).samples[0].outcome is Outcome.REFUSED
