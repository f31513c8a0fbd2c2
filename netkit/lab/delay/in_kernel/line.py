"""One direction of a cable as the kernel programs know it: what is asked of it, and its state.

A line is known by the number of the cable end that frames enter it by, as everywhere in the lab.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from netkit.errors import LabError
from netkit.model.units import NS_PER_MS, NS_PER_S

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

_BITS_NS: Final = 8 * 1000 * NS_PER_S
_BEYOND_MTU: Final = 32
"""An Ethernet and a VLAN header are 18 bytes; what is longer by that the far port drops."""

_SHAPE = struct.Struct("=IIQQQQQQQQ")
_STATE = struct.Struct("=QQQQQQQQ")
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
    RANDOM = 56


@dataclass(frozen=True, slots=True)
class LineShape:
    """What a line does to frames, beside losing those of a cut.

    ``jitter_ns``: each frame gets a further delay, uniform between 0 and this; frames never
    overtake each other. ``rate_bps`` with a queue of ``queue_ns`` before it (None: no limit); an
    Ethernet header counts, preamble and checksum do not. ``loss`` is the share of frames lost, in
    runs of ``loss_run`` frames on average (1 / (1 - loss) is without memory, the default; simple
    Gilbert model). ``duplicate`` is the share sent twice, which only the wire can.
    """

    delay_ns: int
    jitter_ns: int = 0
    rate_bps: int | None = None
    queue_ns: int = 50 * NS_PER_MS
    loss: float = 0.0
    loss_run: float | None = None
    duplicate: float = 0.0

    def check(self, cable: str) -> None:
        """Raises LabError if the kernel could not hold frames for as long, or is to double them."""
        if self.duplicate:
            raise LabError(f"{cable}: the kernel's lines send each frame once; the wire doubles")
        most_ns = self.delay_ns + self.jitter_ns + (self.queue_ns if self.rate_bps else 0)
        if most_ns > MOST_HELD_NS:
            raise LabError(
                f"{cable}: delay, jitter and queue come to {most_ns / NS_PER_MS:g} ms, and the "
                f"kernel holds frames for {MOST_HELD_NS // NS_PER_MS} ms at most; "
                "the wire has no limit"
            )

    def losses(self) -> tuple[int, int]:
        """Probabilities of losing a frame, out of :data:`ONE`: after a kept one, after a lost one.

        Raises:
            LabError: there are no runs of that length at that share.
        """
        if not 0 <= self.loss <= 1:
            raise LabError(f"loss {self.loss}: expected a share between 0 and 1")
        if self.loss in (0, 1):
            return (round(self.loss * ONE),) * 2
        run = 1 / (1 - self.loss) if self.loss_run is None else self.loss_run
        begin = self.loss / (run * (1 - self.loss)) if run > 0 else 2.0
        if run < 1 or begin > 1:
            raise LabError(
                f"loss {self.loss} in runs of {run:g}: expected runs of at least 1 and of "
                f"{self.loss / (1 - self.loss):g}"
            )
        return round(begin * ONE), round((1 - 1 / run) * ONE)


def filler_bytes(mtu: int) -> int:
    """The length of a filler of no units: more than a port with this MTU takes."""
    return mtu + _BEYOND_MTU


def pack_shape(
    shape: LineShape, *, cut: CutKind, out_ifindex: int, mtu: int, advance_ns: int
) -> bytes:
    """The map's value; ``mtu`` is that of the far port, ``advance_ns`` what sending takes."""
    return _SHAPE.pack(
        cut, out_ifindex, filler_bytes(mtu), shape.delay_ns, shape.jitter_ns,
        0 if shape.rate_bps is None else _BITS_NS // shape.rate_bps, shape.queue_ns,
        *shape.losses(), advance_ns,
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
    return _STATE.pack(*[0] * 7, (end + 1) * _GOLDEN % (1 << 64))
