"""The finder in the kernel against ``find_probe``, on whole, broken and cut frames."""

from __future__ import annotations

import random

import pytest
from lab_topologies import needs_root
from scapy.layers.inet import UDP
from scapy.layers.inet6 import (
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrSegmentRouting,
)
from scapy.layers.l2 import Ether

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R4, R6, Assembler
from netkit.bpf.helpers import RINGBUF_NO_WAKEUP, RINGBUF_OUTPUT
from netkit.bpf.program import Program
from netkit.bpf.ring import RingBuffer
from netkit.lab.delay.in_kernel.probe_finder import (
    FOUND_AT,
    KEY_AT,
    MOST_HEADERS,
    find_probe_key,
)  # fmt: skip
from netkit.lab.truth.probe_key import KEY_LENGTH, find_probe

pytestmark = [pytest.mark.netns, needs_root]

ETHER = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
PROBE = IPv6(src="2001:db8::1", dst="2001:db8::2") / UDP(sport=40000, dport=862) / bytes(44)
REPLY = IPv6(src="2001:db8::2", dst="2001:db8::1") / UDP(sport=862, dport=40000) / bytes(44)
OTHER = IPv6(src="2001:db8::2", dst="2001:db8::1") / UDP(sport=53, dport=40000) / bytes(44)
OUTER = IPv6(src="5f00::1", dst="5f00::2")
SRH = IPv6ExtHdrSegmentRouting(addresses=["5f00::3", "5f00::2"], segleft=1)
HEADERS = 14 + 40
"""The kernel tests no frame that is shorter."""
STACKS = [
    PROBE, REPLY, OTHER, OUTER / PROBE, OUTER / SRH / PROBE, OUTER / OUTER / SRH / REPLY,
    OUTER / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / SRH / PROBE,
]  # fmt: skip


@pytest.fixture(scope="module")
def finder():
    ring = RingBuffer(1 << 16, "keys")
    a = Assembler().alu(R6, "=", R1)
    for at in range(KEY_AT, 0, 8):
        a.store(8, FP, at, 0)
    find_probe_key(a)
    a.map_address(R1, ring.fd).alu(R2, "=", FP).alu(R2, "+", KEY_AT).alu(R3, "=", KEY_LENGTH)
    a.alu(R4, "=", RINGBUF_NO_WAKEUP).call(RINGBUF_OUTPUT)
    a.load(R0, 8, FP, FOUND_AT).exit()
    with Program(a.code(), "finder") as program:

        def find(frame):
            found = program.test_run(frame).verdict
            (key,) = ring.read()
            return key if found else None

        yield find
    ring.close()


@pytest.mark.parametrize("stack", STACKS)
def test_it_finds_what_is_there(finder, stack):
    frame = bytes(ETHER / stack)
    assert finder(frame) == find_probe(frame)
    assert (find_probe(frame) is None) == (stack is OTHER)


def test_it_errs_on_no_frame_that_is_cut_or_has_a_wrong_byte(finder):
    dice = random.Random(862)
    for _ in range(3_000):
        frame = bytearray(bytes(ETHER / dice.choice(STACKS)))
        if dice.random() < 0.5:
            del frame[dice.randrange(HEADERS + 1, len(frame) + 1) :]
        for _ in range(dice.randrange(3)):
            frame[dice.randrange(HEADERS, len(frame))] = dice.choice((0, 17, 41, 43, 60, 255))
        assert finder(bytes(frame)) == find_probe(bytes(frame)), frame.hex()


def test_it_gives_up_behind_too_many_headers(finder):
    for headers, found in ((MOST_HEADERS - 1, True), (MOST_HEADERS, False)):
        frame = bytes(ETHER) + bytes(OUTER) * headers + bytes(PROBE)
        frame = bytearray(bytes(ETHER / OUTER)[:14] + frame[14:])
        for number in range(headers):
            frame[14 + 40 * number + 6] = 41
        assert find_probe(bytes(frame)) is not None
        assert (finder(bytes(frame)) is not None) == found
