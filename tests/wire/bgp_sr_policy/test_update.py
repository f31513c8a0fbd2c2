"""UPDATEs of SR Policies, byte by byte as RFC 9830 draws them."""

from ipaddress import IPv4Address, IPv6Address

import pytest

from netkit.errors import WireError
from netkit.model.network.advertised import SidStructure
from netkit.wire.bgp_sr_policy.update import update, update_from_bytes, withdrawal
from netkit.wire.bgp_sr_policy.values import (
    Announcement,
    Behavior,
    BindingSid,
    BindingSidForm,
    CandidatePath,
    LabelSegment,
    Nlri,
    SegmentList,
    SidSegment,
)

HEADEND, NEXT_HOP = IPv4Address("192.0.2.7"), IPv6Address("2001:db8::1")
ENDPOINT = IPv6Address("5f00:0:2::1")
NLRI = Nlri(0x6E6B0001, 4200, ENDPOINT)

ORIGIN, AS_PATH = "40 01 01 00", "40 02 00"
NLRI_HEX = "c0 6e6b0001 00001068 5f000000000200000000000000000001"
REACH = f"80 0e 2e 0002 49 10 20010db8000000000000000000000001 00 {NLRI_HEX}"
TARGET = "c0 10 08 01 02 c0000207 0000"
HEAD = f"{ORIGIN} {AS_PATH} {REACH} {TARGET}"
PREFERENCE_200 = "0c 06 00 00 000000c8"


def message(head, tunnel):
    """An UPDATE around attributes and the sub-TLVs of a tunnel; lengths are counted."""
    inner = bytes.fromhex(tunnel)
    value = bytes.fromhex("000f") + len(inner).to_bytes(2, "big") + inner
    size = bytes([len(value)]) if len(value) < 256 else len(value).to_bytes(2, "big")
    flags = b"\xc0" if len(size) == 1 else b"\xd0"
    body = bytes.fromhex(head) + flags + b"\x17" + size + value
    length = 23 + len(body)
    start = b"\xff" * 16 + length.to_bytes(2, "big") + b"\x02\0\0"
    return start + len(body).to_bytes(2, "big") + body


def sids(*texts):
    return tuple(SidSegment(IPv6Address(one)) for one in texts)


def path(*lists, **more):
    return Announcement(NLRI, CandidatePath(lists, 200, **more), HEADEND)


ONE_LIST = (
    path(SegmentList(sids("5f00:0:3:1::", "5f00:0:2:1::"), 1), priority=7),
    PREFERENCE_200 + "0f 02 07 00"
    "80 0031 00  09 06 00 00 00000001"
    "0d 12 00 00 5f000000000300010000000000000000"
    "0d 12 00 00 5f000000000200010000000000000000",
)
WEIGHTED = (
    path(SegmentList(sids("5f00:0:3:1::"), 3), SegmentList(sids("5f00:0:4:1::"), 0xCAFEBABE)),
    PREFERENCE_200
    + "80 001d 00  09 06 00 00 00000003 0d 12 00 00 5f000000000300010000000000000000"
    + "80 001d 00  09 06 00 00 cafebabe 0d 12 00 00 5f000000000400010000000000000000",
)
NAMED = (
    path(SegmentList(sids("5f00:0:3:1::")), path_name="a-b-200", policy_name="a-b"),
    PREFERENCE_200 + "80 0015 00  0d 12 00 00 5f000000000300010000000000000000"
    "81 0008 00 612d622d323030  82 0004 00 612d62",
)
BINDING = BindingSid(IPv6Address("5f00:0:1:b001::"))
BOUND = (
    path(SegmentList(sids("5f00:0:3:1::")), binding_sid=BINDING),
    PREFERENCE_200
    + "14 12 00 00 5f0000000001b0010000000000000000"
    + "80 0015 00  0d 12 00 00 5f000000000300010000000000000000",
)
BOUND_13 = (
    path(
        SegmentList(sids("5f00:0:3:1::")),
        binding_sid=BindingSid(BINDING.sid, BindingSidForm.BINDING_SID),
    ),
    PREFERENCE_200 + "0d 12 00 00 5f0000000001b0010000000000000000"
    "80 0015 00  0d 12 00 00 5f000000000300010000000000000000",
)
F3216 = Behavior(43, SidStructure(32, 16, 16, 0))
USID = (
    path(
        SegmentList((SidSegment(IPv6Address("fcbb:bb00:2:3:d046::"), F3216),), 1),
        binding_sid=BindingSid(
            IPv6Address("fcbb:bb00:1:b000::"), behavior=Behavior(27, SidStructure(32, 16, 16, 0))
        ),
    ),
    PREFERENCE_200 + "14 1a 20 00 fcbbbb000001b0000000000000000000 001b 0000 20 10 10 00"
    "80 0025 00  09 06 00 00 00000001"
    "0d 1a 10 00 fcbbbb0000020003d046000000000000 002b 0000 20 10 10 00",
)
LABELS = (
    path(SegmentList((LabelSegment(0xFFFFF, 5, 64),), 1)),
    PREFERENCE_200 + "80 0011 00  09 06 00 00 00000001  01 06 00 00 fffffa40",
)
CASES = {
    "one list": ONE_LIST, "weighted": WEIGHTED, "named": NAMED, "binding SID": BOUND,
    "binding SID in sub-TLV 13": BOUND_13, "uSIDs with their structure": USID, "labels": LABELS,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_those_of_the_rfc(name):
    announcement, tunnel = CASES[name]
    assert update(announcement, NEXT_HOP).hex() == message(HEAD, tunnel).hex()


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_read_back(name):
    announcement, _ = CASES[name]
    assert update_from_bytes(update(announcement, NEXT_HOP)) == announcement


def test_a_backup_is_another_path_of_the_same_policy():
    backup = Announcement(
        Nlri(0x6E6B0002, 4200, ENDPOINT),
        CandidatePath((SegmentList(sids("5f00:0:4:1::"), 1),), 100),
        HEADEND,
    )
    head = HEAD.replace("6e6b0001", "6e6b0002")
    tunnel = "0c 06 00 00 00000064 80 001d 00 09 06 00 00 00000001"
    tunnel += "0d 12 00 00 5f000000000400010000000000000000"
    assert update(backup, NEXT_HOP) == message(head, tunnel)


def test_a_withdrawal_names_the_path_and_no_more():
    body = bytes.fromhex("80 0f 1c 0002 49" + NLRI_HEX)
    start = b"\xff" * 16 + (23 + len(body)).to_bytes(2, "big") + b"\x02\0\0"
    assert withdrawal(NLRI) == start + len(body).to_bytes(2, "big") + body
    assert update_from_bytes(withdrawal(NLRI)) == NLRI


def test_without_a_headend_nobody_passes_it_on():
    own = Announcement(NLRI, ONE_LIST[0].path)
    head = f"{ORIGIN} {AS_PATH} c0 08 04 ffffff02 {REACH}"
    assert update(own, NEXT_HOP) == message(head, ONE_LIST[1])
    assert update_from_bytes(update(own, NEXT_HOP)) == own


def test_an_ipv4_endpoint_has_an_nlri_of_96_bits():
    four = Announcement(Nlri(1, 2, IPv4Address("192.0.2.9")), ONE_LIST[0].path, HEADEND)
    packed = update(four, IPv4Address("192.0.2.1"))
    assert bytes.fromhex("0001 49 04 c0000201 00 60 00000001 00000002 c0000209") in packed
    assert update_from_bytes(packed) == four


@pytest.mark.parametrize("name", CASES)
def test_cut_anywhere_it_is_refused_and_nothing_else(name):
    whole = update(CASES[name][0], NEXT_HOP)
    for end in range(len(whole)):
        with pytest.raises(WireError):
            update_from_bytes(whole[:end])


def test_what_fits_no_field_is_refused():
    long = Behavior(1, SidStructure(64, 32, 32, 1))
    segment = SidSegment(IPv6Address("::1"), long)
    for bad in (
        path(SegmentList((segment,))),
        path(SegmentList(sids("::1"), 1 << 32)),
        path(SegmentList((LabelSegment(1 << 20),))),
        path(SegmentList(sids("::1")), policy_name="é"),
        path(SegmentList(sids("::1")), priority=256),
        path(SegmentList(sids(*["::1"] * 300))),
        Announcement(Nlri(1 << 32, 1, ENDPOINT), CandidatePath(()), HEADEND),
    ):
        with pytest.raises(WireError):
            update(bad, NEXT_HOP)


@pytest.mark.parametrize(
    "tunnel",
    [
        PREFERENCE_200 * 2,
        "0d 12 00 00" + "00" * 16 + "14 12 00 00" + "00" * 16,
        "80 0011 00 09 06 00 00 00000001 09 06 00 00 00000001",
        "80 0015 00 0e 12 00 00" + "00" * 16,
        "80 001d 00 0d 1a 10 00" + "00" * 16 + "0001 0000 40 20 20 01",
        "80 0000",
        "0d 06 00 00 00000000",
        "81 0000",
        "81 0002 00 ff",
    ],
)
def test_what_the_rfc_forbids_is_not_read(tunnel):
    with pytest.raises(WireError):
        update_from_bytes(message(HEAD, tunnel))


def test_reserved_bits_are_not_looked_at_and_unknown_sub_tlvs_are_kept():
    dirty = message(HEAD, "0c 06 ff ff 000000c8 7f 02 abcd 80 0015 ff 0d 12 cf ff" + "00" * 16)
    found = update_from_bytes(dirty)
    assert found.path == CandidatePath(
        (SegmentList(sids("::")),), 200, unknown=((0x7F, b"\xab\xcd"),)
    )
