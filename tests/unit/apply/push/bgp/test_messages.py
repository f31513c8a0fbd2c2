"""Messages of GoBGP's gRPC interface, as Protocol Buffers has them."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from netkit.apply.push.bgp import messages, protobuf
from netkit.errors import WireError
from netkit.wire.bgp_sr_policy.update import attributes, nlri_to_bytes
from netkit.wire.bgp_sr_policy.values import (
    Announcement,
    CandidatePath,
    Nlri,
    SegmentList,
    SidSegment,
)

NAME = Nlri(1, 7, IPv6Address("5f00::1"))
PATH = CandidatePath((SegmentList((SidSegment(IPv6Address("5f00::2")),), 1),), 100)
ONE = Announcement(NAME, PATH, IPv4Address("192.0.2.1"))
FAMILY = bytes.fromhex("0802 1049")


def response(neighbor, packed=None, own=None):
    path = protobuf.data(15, neighbor) + protobuf.data(20, packed or nlri_to_bytes(NAME))
    for each in own or attributes(ONE, IPv6Address(1)):
        path += protobuf.data(21, each)
    return protobuf.data(1, protobuf.data(1, b"prefix") + protobuf.data(2, path))


def test_a_withdrawal_always_names_a_path():
    inner = bytes.fromhex("2801 4a04") + FAMILY + bytes.fromhex("a20119") + nlri_to_bytes(NAME)
    assert (
        messages.delete_path(NAME) == b"\x1a\x04" + FAMILY + b"\x22" + bytes([len(inner)]) + inner
    )


def test_an_announcement_carries_the_bytes_of_bgp():
    (path,) = [value for field, value in protobuf.fields(messages.add_path(ONE)) if field == 3]
    found = list(protobuf.fields(path))
    assert found[:2] == [(9, FAMILY), (20, nlri_to_bytes(NAME))]
    assert [value for field, value in found[2:]] == attributes(ONE, IPv6Address(0))
    assert {field for field, _ in found[2:]} == {21}


def test_what_was_injected_is_told_from_what_neighbors_say():
    assert messages.injected(response(b"<nil>")) == [messages.Held(NAME, ONE)]
    assert messages.injected(response(b"192.0.2.9")) == []
    assert messages.injected(response(b"2001:db8::1")) == []


def test_what_others_say_and_netkit_cannot_read_is_there_all_the_same():
    own = [bytes.fromhex("c01708 000f0004 0c020000")]
    assert messages.injected(response(b"<nil>", own=own)) == [messages.Held(NAME, None)]


def test_cut_anywhere_it_is_refused_or_less():
    whole = response(b"<nil>")
    for end in range(1, len(whole)):
        with pytest.raises(WireError):
            messages.injected(whole[:end])


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 2**32 - 1, 2**64 - 1])
def test_numbers_are_read_back(value):
    assert list(protobuf.fields(protobuf.number(3, value))) == [(3, value)]
