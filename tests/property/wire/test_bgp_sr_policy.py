"""Candidate paths as BGP says them: whatever is written is read back; whatever bytes come, nothing
but a WireError does."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st

from netkit.errors import WireError
from netkit.model.network.advertised import SidStructure
from netkit.wire.bgp_sr_policy.update import update, update_from_bytes
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

U32 = st.integers(0, 2**32 - 1)
SIDS = st.integers(0, 2**128 - 1).map(IPv6Address)
V4 = st.integers(0, 2**32 - 1).map(IPv4Address)
PARTS = st.builds(SidStructure, *[st.integers(0, 32)] * 4)
BEHAVIORS = st.none() | st.builds(Behavior, st.integers(0, 65535), PARTS)
SEGMENTS = st.builds(SidSegment, SIDS, BEHAVIORS) | st.builds(
    LabelSegment, st.integers(0, 2**20 - 1), st.integers(0, 7), st.integers(0, 255)
)
LISTS = st.builds(SegmentList, st.lists(SEGMENTS, max_size=10).map(tuple), st.none() | U32)
NAMES = st.none() | st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
BINDING = (
    st.none()
    | st.builds(BindingSid, SIDS, st.just(BindingSidForm.BINDING_SID))
    | st.builds(BindingSid, SIDS, st.just(BindingSidForm.SRV6_BINDING_SID), BEHAVIORS)
)
UNKNOWN = st.tuples(st.sampled_from((1, 14, 99, 127, 131, 255)), st.binary(max_size=40))
PATHS = st.builds(
    CandidatePath, st.lists(LISTS, max_size=5).map(tuple), st.none() | U32, BINDING,
    st.none() | st.integers(0, 255), NAMES, NAMES, st.lists(UNKNOWN, max_size=2).map(tuple),
)  # fmt: skip
ANNOUNCEMENTS = st.builds(Announcement, st.builds(Nlri, U32, U32, SIDS | V4), PATHS, st.none() | V4)


@given(ANNOUNCEMENTS, SIDS | V4)
def test_what_is_written_is_read_back(announcement, next_hop):
    assert update_from_bytes(update(announcement, next_hop)) == announcement


@given(ANNOUNCEMENTS, st.data())
def test_one_altered_byte_is_read_or_refused(announcement, data):
    whole = bytearray(update(announcement, IPv6Address(1)))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        update_from_bytes(bytes(whole))
    except WireError:
        return


@given(st.binary(max_size=120))
def test_any_attributes_are_read_or_refused(data):
    size = 23 + len(data)
    head = b"\xff" * 16 + size.to_bytes(2, "big") + b"\x02\0\0" + len(data).to_bytes(2, "big")
    try:
        update_from_bytes(head + data)
    except WireError:
        return
