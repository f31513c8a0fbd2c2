"""What replies tell of the path: counts of both ends, markings, and the way back."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_network

import pytest
from session_exchanges import HOST, exchange, with_tlvs

from netkit.model.measurement.return_path import ReturnTaken
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.sender.way_back import WayBack
from netkit.wire.return_path import ReturnPath, answer_return_path
from netkit.wire.srh import SegmentRoutingHeader
from netkit.wire.timestamps import (
    TimestampFormat,
)
from netkit.wire.tlv import Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

PTP = TimestampFormat.PTP
A, B = IPv6Address("5f00:0:1:1::"), IPv6Address("5f00:0:2:1::")


def test_counts_of_both_ends() -> None:
    asked = Tlv(TlvType.DIRECT_MEASUREMENT, DirectMeasurement(0).to_value())
    path = exchange(with_tlvs(asked), Reflector()).path
    assert path.direct == DirectMeasurement(7, 7, 7)
    assert path.answers == 7


@pytest.mark.parametrize(
    ("wanted", "arrives", "back", "refused"),
    [(46, 46, 46, {}), (46, 10, 10, {"dscp": 7}), (0, 10, 0, {})],
)
def test_markings_there_and_back(
    wanted: int, arrives: int, back: int, refused: dict[str, int]
) -> None:
    asked = Tlv(TlvType.CLASS_OF_SERVICE, ClassOfService(wanted).to_value())
    path = exchange(with_tlvs(asked), Reflector(), traffic_class=arrives << 2 | 1).path
    assert (path.forward_dscp, path.forward_ecn) == ({arrives: 7}, {1: 7})
    assert (path.backward_dscp, path.refused) == ({back: 7}, refused)


def srh(*visited: IPv6Address) -> bytes:
    return SegmentRoutingHeader((*visited, IPv6Address(HOST[0])), 0).to_bytes()


@pytest.mark.parametrize(
    ("allowed", "route", "taken"),
    [
        (True, srh(A, B), ReturnTaken.TAKEN),
        (True, srh(B, A), ReturnTaken.OTHER),
        (True, srh(A), ReturnTaken.OTHER),
        (True, b"\0\0\0\0", ReturnTaken.OTHER),
        (True, None, ReturnTaken.UNSEEN),
        (False, None, ReturnTaken.REFUSED),
        (False, srh(A, B), ReturnTaken.REFUSED),
    ],
)
def test_the_way_back(allowed: bool, route: bytes | None, taken: ReturnTaken) -> None:
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A, B)).to_value())
    policy = ReflectorPolicy(returns=(ip_network("5f00::/16"),)) if allowed else ReflectorPolicy()
    result = exchange(with_tlvs(asked), Reflector(policy=policy), route=route)
    assert result.path.return_path == {taken: 7}
    assert result.path.refused == ({} if allowed else {"return_path": 7})


def test_a_reply_of_any_length_tells_its_way_back_and_a_short_one_that_it_says_none() -> None:
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=(A, B)).to_value())
    taken = Tlv(TlvType.RETURN_PATH, answer_return_path(asked.value), flags=0)
    way, whole = WayBack((asked,)), bytes(44) + taken.to_bytes()
    told = [way.told(whole[:end]) for end in range(38, len(whole) + 1)]
    assert told[:7] == [ReturnTaken.IGNORED] * 7
    assert set(told[11:-1]) == {ReturnTaken.REFUSED}, "cut short, it is malformed"
    assert told[-1] is ReturnTaken.UNSEEN


def test_a_list_that_ends_at_the_sender_itself() -> None:
    segments = (A, IPv6Address(HOST[0]))
    asked = Tlv(TlvType.RETURN_PATH, ReturnPath(segments=segments).to_value())
    reflector = Reflector(policy=ReflectorPolicy(returns=(ip_network("5f00::/16"),)))
    assert exchange(with_tlvs(asked), reflector, route=srh(A)).path.return_path == {
        ReturnTaken.TAKEN: 7
    }
