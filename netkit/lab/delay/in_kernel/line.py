"""One direction of a cable as the kernel programs know it: what is asked of it, and its state.

A line is known by the number of the cable end that frames enter it by, as everywhere in the lab.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from netkit.errors import LabError
from netkit.lab.delay.line_shape import LineShape
from netkit.model.units import NS_PER_MS

UNIT_NS: Final = 2_500
"""What HTB charges for one byte. It divides a second: of other units, HTB's fixed-point rate is off
by some ns a byte, which add up."""

BURST_NS: Final = 100 * NS_PER_MS
"""By how much a frame may leave late without those after it being late for that."""

FILLER_UNITS: Final = 6_000
"""The most units of one filler, which also has to be longer than any cable's MTU: programs may make
frames no longer than 16,064 bytes."""

MOST_FILLERS: Final = 28
MOST_HELD_NS: Final = MOST_FILLERS * FILLER_UNITS * UNIT_NS - BURST_NS
"""The most that delay, jitter and queue of a line may come to."""

ONE: Final = 1 << 32
"""A probability of 1."""

_GOLDEN: Final = 0x9E3779B97F4A7C15
"""Spreads small seeds over 64 bits."""

_BEYOND_MTU: Final = 32
"""An Ethernet and a VLAN header are 18 bytes; what is longer by that the far port drops."""

_SHAPE = struct.Struct("=IIQQQQQQQQ")
_STATE = struct.Struct("=QQQQQQQQQ")
SHAPE_BYTES, STATE_BYTES = _SHAPE.size, _STATE.size


class CutKind(IntEnum):
    """Whose frames are lost: nobody's, everyone's, or those to MAC addresses of the cut map."""

    NONE = 0
    ALL = 1
    SOME = 2


class At(IntEnum):
    """Where a program finds the fields of a shape."""

    CUT = 0
    OUT_IFINDEX = 4
    FILLER_BYTES = 8
    DELAY_NS = 16
    JITTER_NS = 24
    PS_PER_BYTE = 32
    QUEUE_NS = 40
    LOSS_AFTER_KEPT = 48
    LOSS_AFTER_LOST = 56
    ADVANCE_NS = 64


class StateAt(IntEnum):
    """Where a program finds the fields of a state."""

    FREE_NS = 0
    SERIAL_FREE_NS = 8
    LAST_LOST = 16
    ENTERED = 24
    LOST = 32
    REFUSED = 40
    UNRECORDED = 48
    LAST_DUE_NS = 56
    RANDOM = 64


def require_held(shape: LineShape, cable: str) -> None:
    """Raises LabError if the kernel could not hold frames for as long, or is to double them."""
    if shape.duplicate:
        raise LabError(f"{cable}: the backend htb sends each frame once; the others double")
    most_ns = shape.delay_ns + shape.jitter_ns + (shape.queue_ns if shape.rate_bps else 0)
    if most_ns > MOST_HELD_NS:
        raise LabError(
            f"{cable}: delay, jitter and queue come to {most_ns / NS_PER_MS:g} ms, and the "
            f"backend htb holds frames for {MOST_HELD_NS // NS_PER_MS} ms at most; "
            "the others have no limit"
        )


def filler_bytes(mtu: int) -> int:
    """The length of a filler of no units: more than a port with this MTU takes."""
    return mtu + _BEYOND_MTU


def pack_shape(
    shape: LineShape, *, cut: CutKind, out_ifindex: int, mtu: int, advance_ns: int
) -> bytes:
    """The map's value; ``mtu`` is that of the far port, ``advance_ns`` what sending takes."""
    return _SHAPE.pack(
        cut, out_ifindex, filler_bytes(mtu), shape.delay_ns, shape.jitter_ns,
        shape.ps_per_byte, shape.queue_ns,
        *(round(chance * ONE) for chance in shape.losses()), advance_ns,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineCounts:
    """Frames: entered; lost to a cut, the loss asked for or a full queue; refused for want of
    memory; probes whose record found no room."""

    entered: int
    lost: int
    refused: int
    unrecorded: int

    @classmethod
    def of(cls, state: bytes) -> LineCounts:
        """Of the value of the state map."""
        return cls(*_STATE.unpack(state)[3:7])


def first_state(end: int) -> bytes:
    """The state of a line before its first frame. Its random numbers begin with the number of its
    end, so that no two lines lose the same frames."""
    return _STATE.pack(*[0] * 8, (end + 1) * _GOLDEN % (1 << 64))


def free_ns(state: bytes) -> int:
    """Of the value of the state map: when the line has sent all that it holds, by the kernel's
    monotonic clock."""
    free: int = _STATE.unpack(state)[0]
    return free
