"""The two programs of the delay line: where frames enter a cable, and where they leave it.

Entering, a frame gets its due time. HTB sends the frames of a class in order and, once it has sent
one, waits as long as its length costs; so before the frame goes a *filler*, a copy whose length
costs exactly what is missing until the frame's due time, and which the far port drops as longer
than its MTU. A size table (``stab overhead``) makes frames themselves cost one unit, whatever their
length. ``FREE_NS`` is when all that is queued will have been paid for: it is what HTB will find,
because both reckon with the same costs and the same burst.

Both programs write a record of every STAMP probe into a ring buffer.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from netkit.bpf.assembler import (
    FP,
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    Assembler,
    Register,
)  # fmt: skip
from netkit.bpf.helpers import (
    CLONE_REDIRECT,
    KTIME_GET_NS,
    MAP_LOOKUP_ELEM,
    REDIRECT,
    RINGBUF_NO_WAKEUP,
    RINGBUF_OUTPUT,
    SKB_CHANGE_TAIL,
    SKB_IFINDEX,
    SKB_LEN,
    SKB_PRIORITY,
    TCX_DROP,
    TCX_NEXT,
)  # fmt: skip
from netkit.lab.delay.in_kernel.line import (
    BURST_NS,
    FILLER_UNITS,
    MOST_FILLERS,
    UNIT_NS,
    At,
    CutKind,
    StateAt,
)  # fmt: skip
from netkit.lab.delay.in_kernel.probe_finder import FOUND_AT, find_probe_key, load_bytes
from netkit.lab.kernel.veth import PORT_INDEX, WIRE_INDEX
from netkit.lab.truth.probe_key import LEFT, LOST, RECORD

CLASS: Final = 0x10001
"""The class 1:1, as a socket priority."""

CUT_KEY: Final = struct.Struct("=I6s2x")
"""Key of the map of MAC addresses whose frames are lost: end, address."""

_RECORD_AT: Final = -RECORD.size
_END_AT, _FLAGS_AT, _ARRIVAL_AT, _DUE_AT, _RELEASE_AT = (_RECORD_AT + n for n in (0, 4, 8, 16, 24))
_KEY_AT, _NOW_AT, _LENGTH_AT, _CUT_AT = -88, -96, -104, -120
_TRIES: Final = 8


class Descriptors(NamedTuple):
    """The maps of the programs, by their descriptors; ``epoch`` holds what is to be added to the
    kernel's clock to have ns since 1970."""

    shapes: int
    states: int
    cuts: int
    epoch: int
    ring: int


def enter_program(maps: Descriptors) -> bytes:
    """For the wire's end of each cable end: note, lose or delay, send out of the other end."""
    a = Assembler()
    _begin(a, maps, WIRE_INDEX, flip=0)
    _stamp(a, maps, _ARRIVAL_AT, R8)
    a.alu(R1, "=", 1).add_atomically(R9, StateAt.ENTERED, R1)
    _lose_if_cut(a, maps)
    _lose_by_chance(a)
    _serialise(a)
    _add_delay(a)
    _stamp(a, maps, _DUE_AT, R8)
    _reserve(a)
    _record(a, maps, "entry")
    a.alu(R1, "=", CLASS).store(4, R6, SKB_PRIORITY, R1)
    _send_fillers(a)
    a.load(R1, 4, R7, At.OUT_IFINDEX).alu(R2, "=", 0).call(REDIRECT).exit()
    a.label("refused").alu(R1, "=", 1).add_atomically(R9, StateAt.REFUSED, R1).jump("drop")
    _lose(a, maps, LOST, "unheld", StateAt.REFUSED)
    a.jump("drop")
    _lose(a, maps, LOST)
    a.label("drop").label("no line").alu(R0, "=", TCX_DROP).exit()
    return a.code()


def leave_program(maps: Descriptors) -> bytes:
    """For the node's port of each cable end: note, or lose what a cut has caught on its way."""
    a = Assembler()
    _begin(a, maps, PORT_INDEX, flip=1)
    _stamp(a, maps, _RELEASE_AT, R8)
    _lose_if_cut(a, maps)
    a.alu(R1, "=", LEFT).big_endian(R1, 4).store(4, FP, _FLAGS_AT, R1)
    _record(a, maps, "exit")
    a.label("no line").alu(R0, "=", TCX_NEXT).exit()
    _lose(a, maps, LOST | LEFT)
    a.alu(R0, "=", TCX_DROP).exit()
    return a.code()


def _begin(a: Assembler, maps: Descriptors, first_index: int, *, flip: int) -> None:
    """R6 the frame, R7 the line's shape, R8 the time, R9 its state; the record is begun."""
    a.alu(R6, "=", R1).call(KTIME_GET_NS).store(8, FP, _NOW_AT, R0)
    find_probe_key(a)
    a.load(R1, 4, R6, SKB_IFINDEX).alu(R1, "-", first_index).alu(R1, "^", flip)
    a.store(4, FP, _KEY_AT, R1).big_endian(R1, 4).store(4, FP, _END_AT, R1)
    a.store(4, FP, _FLAGS_AT, 0)
    for at in (_ARRIVAL_AT, _DUE_AT, _RELEASE_AT):
        a.store(8, FP, at, 0)
    _look_up(a, maps.shapes, _KEY_AT)
    a.jump_if(R0, "==", 0, "no line").alu(R7, "=", R0)
    _look_up(a, maps.states, _KEY_AT)
    a.jump_if(R0, "==", 0, "no line").alu(R9, "=", R0)
    a.load(R8, 8, FP, _NOW_AT)


def _look_up(a: Assembler, descriptor: int, key_at: int) -> None:
    a.map_address(R1, descriptor).alu(R2, "=", FP).alu(R2, "+", key_at).call(MAP_LOOKUP_ELEM)


def _stamp(a: Assembler, maps: Descriptors, at: int, time: Register) -> None:
    """Put a time of the kernel's into the record, as ns since 1970."""
    missing = f"no epoch {at}"
    a.store(4, FP, _CUT_AT, 0)
    _look_up(a, maps.epoch, _CUT_AT)
    a.jump_if(R0, "==", 0, missing)
    a.load(R1, 8, R0, 0).alu(R1, "+", time).big_endian(R1, 8).store(8, FP, at, R1).label(missing)


def _lose_if_cut(a: Assembler, maps: Descriptors) -> None:
    a.load(R1, 4, R7, At.CUT).jump_if(R1, "==", CutKind.NONE, "not cut")
    a.jump_if(R1, "==", CutKind.ALL, "lost")
    a.load(R1, 4, FP, _KEY_AT).store(4, FP, _CUT_AT, R1)
    a.store(4, FP, _CUT_AT + 4, 0).store(4, FP, _CUT_AT + 8, 0)
    load_bytes(a, 0, 0, _CUT_AT + 4, 6)
    _look_up(a, maps.cuts, _CUT_AT)
    a.jump_if(R0, "!=", 0, "lost").label("not cut")


def _lose_by_chance(a: Assembler) -> None:
    """Two states, kept and lost, each with its own probability of losing the next frame."""
    a.load(R1, 8, R9, StateAt.LAST_LOST).load(R8, 8, R7, At.LOSS_AFTER_KEPT)
    a.jump_if(R1, "==", 0, "after kept").load(R8, 8, R7, At.LOSS_AFTER_LOST).label("after kept")
    a.jump_if(R8, "==", 0, "kept")
    _draw(a)
    a.jump_if(R0, ">=", R8, "kept")
    a.alu(R1, "=", 1).store(8, R9, StateAt.LAST_LOST, R1).jump("lost")
    a.label("kept").alu(R1, "=", 0).store(8, R9, StateAt.LAST_LOST, R1)
    a.load(R8, 8, FP, _NOW_AT)


def _serialise(a: Assembler) -> None:
    """R8 becomes when the last bit is on a line with a rate; what would queue too long is lost."""
    a.load(R1, 8, R7, At.PS_PER_BYTE).jump_if(R1, "==", 0, "no rate")
    a.load(R2, 4, R6, SKB_LEN).alu(R2, "*", R1).alu(R2, "/", 1000)
    a.load(R3, 8, R9, StateAt.SERIAL_FREE_NS).jump_if(R3, ">=", R8, "busy").alu(R3, "=", R8)
    a.label("busy").alu(R4, "=", R3).alu(R4, "-", R8).load(R5, 8, R7, At.QUEUE_NS)
    a.jump_if(R4, ">", R5, "lost").alu(R3, "+", R2).store(8, R9, StateAt.SERIAL_FREE_NS, R3)
    a.alu(R8, "=", R3).label("no rate")


def _add_delay(a: Assembler) -> None:
    """R8 becomes when the frame is to leave: none overtakes those before it."""
    a.load(R1, 8, R7, At.DELAY_NS).alu(R8, "+", R1)
    a.load(R1, 8, R7, At.JITTER_NS).jump_if(R1, "==", 0, "no jitter")
    _draw(a)
    a.load(R1, 8, R7, At.JITTER_NS).alu(R0, "*", R1).alu(R0, ">>", 32).alu(R8, "+", R0)
    a.label("no jitter").load(R1, 8, R9, StateAt.LAST_DUE_NS).jump_if(R8, ">=", R1, "in order")
    a.alu(R8, "=", R1).label("in order").store(8, R9, StateAt.LAST_DUE_NS, R8)


def _draw(a: Assembler) -> None:
    """R0 becomes 32 random bits: xorshift64 (Marsaglia, Xorshift RNGs, 2003), the upper half."""
    a.load(R0, 8, R9, StateAt.RANDOM)
    for operator, bits in (("<<", 13), (">>", 7), ("<<", 17)):
        a.alu(R1, "=", R0).alu(R1, operator, bits).alu(R0, "^", R1)
    a.store(8, R9, StateAt.RANDOM, R0).alu(R0, ">>", 32)


def _reserve(a: Assembler) -> None:
    """R8, the due time, becomes the units of fillers to send before the frame.

    Frames come in on several processors at once: each tries until nobody was in between.
    """
    a.load(R1, 8, R7, At.ADVANCE_NS).alu(R8, "-", R1).load(R0, 8, R9, StateAt.FREE_NS)
    for number in range(_TRIES):
        credit, none = f"no credit {number}", f"none {number}"
        a.load(R1, 8, FP, _NOW_AT).alu(R1, "-", BURST_NS).alu(R2, "=", R0)
        a.jump_if(R2, ">=", R1, credit).alu(R2, "=", R1).label(credit)
        a.alu(R3, "=", 0).jump_if(R8, "<=", R2, none)
        a.alu(R3, "=", R8).alu(R3, "-", R2).alu(R3, "+", UNIT_NS // 2).alu(R3, "/", UNIT_NS)
        a.jump_if(R3, ">", MOST_FILLERS * FILLER_UNITS, "unheld").label(none)
        a.alu(R4, "=", R3).alu(R4, "+", 1).alu(R4, "*", UNIT_NS).alu(R4, "+", R2)
        a.alu(R5, "=", R0).compare_exchange(R9, StateAt.FREE_NS, R4)
        a.jump_if(R0, "==", R5, "reserved")
    a.jump("unheld").label("reserved").alu(R8, "=", R3)


def _send_fillers(a: Assembler) -> None:
    a.jump_if(R8, "==", 0, "no filler").load(R1, 4, R6, SKB_LEN).store(8, FP, _LENGTH_AT, R1)
    for number in range(MOST_FILLERS):
        last = f"last {number}"
        a.alu(R2, "=", R8).jump_if(R2, "<=", FILLER_UNITS, last).alu(R2, "=", FILLER_UNITS)
        a.label(last).alu(R8, "-", R2).load(R1, 4, R7, At.FILLER_BYTES).alu(R2, "+", R1)
        _change_length(a)
        a.alu(R1, "=", R6).load(R2, 4, R7, At.OUT_IFINDEX).alu(R3, "=", 0).call(CLONE_REDIRECT)
        a.jump_if(R8, "==", 0, "filled")
    a.label("filled").load(R2, 8, FP, _LENGTH_AT)
    _change_length(a)
    a.label("no filler")


def _change_length(a: Assembler) -> None:
    """Of the frame, to R2 bytes."""
    a.alu(R1, "=", R6).alu(R3, "=", 0).call(SKB_CHANGE_TAIL).jump_if(R0, "!=", 0, "refused")


def _lose(
    a: Assembler, maps: Descriptors, flags: int, label: str = "lost", count: int = StateAt.LOST
) -> None:
    a.label(label).alu(R1, "=", 1).add_atomically(R9, count, R1)
    a.alu(R1, "=", flags).big_endian(R1, 4).store(4, FP, _FLAGS_AT, R1)
    _record(a, maps, label)


def _record(a: Assembler, maps: Descriptors, which: str) -> None:
    """Write the record, if the frame is a probe."""
    done = f"recorded {which}"
    a.load(R1, 8, FP, FOUND_AT).jump_if(R1, "==", 0, done)
    a.map_address(R1, maps.ring).alu(R2, "=", FP).alu(R2, "+", _RECORD_AT)
    a.alu(R3, "=", RECORD.size).alu(R4, "=", RINGBUF_NO_WAKEUP).call(RINGBUF_OUTPUT)
    a.jump_if(R0, "==", 0, done)
    a.alu(R1, "=", 1).add_atomically(R9, StateAt.UNRECORDED, R1).label(done)
