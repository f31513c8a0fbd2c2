"""Programs, maps and ring buffers against the kernel of this machine."""

from __future__ import annotations

import os
import struct

import pytest
from lab_topologies import needs_root

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R4, R6, Assembler
from netkit.bpf.helpers import MAP_LOOKUP_ELEM, RINGBUF_NO_WAKEUP, RINGBUF_OUTPUT, SKB_LEN
from netkit.bpf.maps import Map, MapKind
from netkit.bpf.program import Program
from netkit.bpf.ring import RingBuffer

pytestmark = [pytest.mark.netns, needs_root]

FRAME = bytes(range(60))


def array(entries=1, value_bytes=8):
    return Map(MapKind.ARRAY, key_bytes=4, value_bytes=value_bytes, entries=entries, name="numbers")


def test_a_refused_program_says_why_and_where():
    code = Assembler().load(R0, 8, R1, 0x4000).exit().code()
    with pytest.raises(OSError, match=r"program bad: program load: .*(?s:.*)invalid bpf_context"):
        Program(code, "bad")


def test_a_program_runs_on_a_frame():
    code = Assembler().load(R0, 4, R1, SKB_LEN).exit().code()
    with Program(code, "length") as program:
        run = program.test_run(FRAME)
    assert (run.verdict, run.frame) == (len(FRAME), FRAME)


def test_a_program_and_this_process_share_an_array():
    with array(entries=2) as numbers:
        a = Assembler().store(4, FP, -4, 1).map_address(R1, numbers.fd)
        a.alu(R2, "=", FP).alu(R2, "+", -4).call(MAP_LOOKUP_ELEM).jump_if(R0, "==", 0, "none")
        a.alu(R1, "=", 40).add_atomically(R0, 0, R1).label("none").alu(R0, "=", 0).exit()
        numbers[struct.pack("=I", 1)] = struct.pack("=Q", 2)
        with Program(a.code(), "adds") as program:
            program.test_run(FRAME, repeat=3)
        assert struct.unpack("=Q", numbers[struct.pack("=I", 1)]) == (122,)
        with pytest.raises(KeyError):
            numbers[struct.pack("=I", 2)]


def test_keys_of_a_hash_come_and_go():
    with Map(MapKind.HASH, key_bytes=2, value_bytes=1, entries=4, name="hash") as found:
        found[b"ab"] = b"x"
        assert found[b"ab"] == b"x"
        del found[b"ab"]
        with pytest.raises(KeyError):
            found[b"ab"]
        with pytest.raises(KeyError):
            del found[b"ab"]


def ringing(ring, length):
    """Writes the first bytes of its stack, which hold the length of the frame."""
    a = Assembler().alu(R6, "=", R1)
    for at in range(-length, 0, 8):
        a.load(R1, 4, R6, SKB_LEN).store(8, FP, at, R1)
    a.map_address(R1, ring.fd).alu(R2, "=", FP).alu(R2, "+", -length)
    a.alu(R3, "=", length).alu(R4, "=", RINGBUF_NO_WAKEUP).call(RINGBUF_OUTPUT)
    return a.exit().code()


def test_records_come_out_in_order_round_and_round_and_none_when_full():
    page = os.sysconf("SC_PAGESIZE")
    ring = RingBuffer(page, "ring")
    fits = page // 32
    with Program(ringing(ring, 24), "rings") as program:
        for lap in range(5):
            for number in range(fits // 2 + 7):
                assert program.test_run(bytes(20 + lap + number)).verdict == 0
            assert ring.waiting_bytes == 32 * (fits // 2 + 7)
            lengths = [int.from_bytes(record[:8], "little") for record in ring.read()]
            assert lengths == [20 + lap + number for number in range(fits // 2 + 7)]
        verdicts = [program.test_run(FRAME).verdict for _ in range(fits + 9)]
        assert verdicts[0] == 0
        assert verdicts[-1] != 0
        assert len(list(ring.read())) == verdicts.count(0)
        assert list(ring.read()) == []
    ring.close()
    ring.close()


def test_what_has_been_read_is_free_before_all_of_it_is():
    size = 1 << 18
    ring = RingBuffer(size, "ring")
    with Program(ringing(ring, 248), "rings") as program:
        while program.test_run(FRAME).verdict == 0:
            pass
        reading = ring.read()
        for _ in range(size // 256 // 2):
            next(reading)
        assert program.test_run(FRAME).verdict == 0
        list(reading)
        assert len(list(ring.read())) == 1
    ring.close()


def test_sizes_that_no_ring_has_are_refused():
    with pytest.raises(OSError, match="map odd"):
        RingBuffer(5000, "odd")
