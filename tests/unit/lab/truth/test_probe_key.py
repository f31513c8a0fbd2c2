"""STAMP packets are found inside frames at any depth, and nothing else is."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrSegmentRouting,
)
from scapy.layers.l2 import ARP, Ether

from netkit.lab.truth.probe_key import ProbeKey, decode_key, find_probe

HERE, THERE = "2001:db8:1::2", "2001:db8:2::2"
PROBE = IPv6(src=HERE, dst=THERE) / UDP(sport=40000, dport=862) / (b"\0\0\1\7" + bytes(40))
REPLY = IPv6(src=THERE, dst=HERE) / UDP(sport=862, dport=40000) / (b"\0\0\0\5" + bytes(40))
ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
OUTER = IPv6(src="5f00:0:1::1", dst="5f00:0:2:1::")
SRH = IPv6ExtHdrSegmentRouting(addresses=["5f00:0:3:d046::", "5f00:0:2:1::"], segleft=1)
KEY = ProbeKey(IPv6Address(HERE), IPv6Address(THERE), 40000, 862, 0x107)
FRAME = bytes(ETHER / OUTER / SRH / PROBE)


@pytest.mark.parametrize(
    "packet",
    [
        PROBE,
        OUTER / PROBE,
        OUTER / SRH / PROBE,
        OUTER / OUTER / SRH / PROBE,
        OUTER / IPv6ExtHdrHopByHop() / SRH / IPv6ExtHdrDestOpt() / PROBE,
    ],
)
def test_the_innermost_probe_is_found(packet):
    found = find_probe(bytes(ETHER / packet))
    assert found is not None
    assert decode_key(found) == KEY


def test_a_reply_is_known_by_its_own_number():
    found = find_probe(bytes(ETHER / OUTER / REPLY))
    assert found is not None
    assert decode_key(found) == ProbeKey(IPv6Address(THERE), IPv6Address(HERE), 862, 40000, 5)


@pytest.mark.parametrize(
    "packet",
    [
        ETHER / ARP(),
        ETHER / IPv6(src=HERE, dst=THERE) / UDP(sport=5000, dport=863) / bytes(44),
        ETHER / IPv6(src=HERE, dst=THERE, nh=59),
    ],
)
def test_other_packets_are_none(packet):
    assert find_probe(bytes(packet)) is None


@given(st.integers(0, 200), st.binary(max_size=6), st.integers(12, 130))
def test_cut_and_garbled_frames_raise_nothing(length, noise, at):
    frame = bytearray(FRAME)
    frame[at : at + len(noise)] = noise
    found = find_probe(bytes(frame[:length]))
    assert found is None or len(found) == 40
