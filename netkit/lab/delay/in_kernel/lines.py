"""All lines of a lab: their maps, the programs at both ends of every cable, and HTB between."""

from __future__ import annotations

import contextlib
import struct
import time
from collections.abc import Iterable, Sequence
from typing import Final

from netkit.bpf.maps import Map, MapKind
from netkit.bpf.program import Hook, Program
from netkit.bpf.ring import RingBuffer
from netkit.errors import LabError
from netkit.lab.delay.in_kernel.line import (
    BURST_NS,
    SHAPE_BYTES,
    STATE_BYTES,
    UNIT_NS,
    CutKind,
    LineCounts,
    filler_bytes,
    first_state,
    free_ns,
    pack_shape,
)
from netkit.lab.delay.in_kernel.programs import CUT_KEY, Descriptors, enter_program, leave_program
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.kernel.veth import PORT_INDEX, WIRE_INDEX
from netkit.lab.truth.cuts import CableCut
from netkit.lab.truth.probe_key import RECORD
from netkit.model.units import NS_PER_MS, NS_PER_S

RING_BYTES: Final = 1 << 24
"""Two records a link and probe, of 80 bytes: 200,000 of them."""

QUEUE_FRAMES: Final = 100_000
_BYTES_A_SECOND = NS_PER_S // UNIT_NS
_BURST_BYTES = BURST_NS // UNIT_NS
_MOST_CUTS = 4096
_KEY = struct.Struct("=I")
_EPOCH = struct.Struct("=Q")
_EPOCH_TRIES = 20
_LOOK_S = 0.0005
_LATE_NS = NS_PER_MS // 2
"""By how much frames may leave after their time and are still waited for."""


class Lines:
    """Line *e* carries what enters at cable end *e* to its other end."""

    def __init__(self, mtus: Sequence[int]) -> None:
        """Load everything; ``mtus`` of the cables by number.

        Raises:
            LabError: the kernel refuses a map or a program, and why.
        """
        self._mtus = mtus
        self._shapes = [LineShape(0)] * (2 * len(mtus))
        self._cut: set[CableCut] = set()
        self.advance_ns = 0
        with contextlib.ExitStack() as stack:
            try:
                self._make(stack)
            except OSError as error:
                raise LabError(f"delays in the kernel: {error.strerror or error}") from error
            self._resources = stack.pop_all()

    def attach_wire_end(self, end: int) -> None:
        """In the wire's namespace: what comes in by ``w{end}`` enters the line from now on."""
        self._enter.attach(WIRE_INDEX + end, Hook.TCX_INGRESS)

    def attach_port(self, end: int) -> None:
        """In the node's namespace: what comes in by the port of this cable end has left a line."""
        self._leave.attach(PORT_INDEX + end, Hook.TCX_INGRESS)

    def shape(self, end: int, shape: LineShape) -> None:
        """What the line does to frames that enter from now on; those on their way keep their time,
        and nothing overtakes them."""
        self._shapes[end] = shape
        self._write(end)

    def set_advance(self, advance_ns: int) -> None:
        """Aim this much before the due time, on every line."""
        self.advance_ns = advance_ns
        self._write_all()

    def cut(self, cuts: Iterable[CableCut]) -> None:
        """Lose what enters these ends, and what their lines hold."""
        for end, mac in cuts:
            self._cut.add((end, mac))
            if mac is not None:
                self._cuts[CUT_KEY.pack(end, bytes.fromhex(mac))] = _KEY.pack(1)
            self._write(end)

    def restore(self) -> None:
        """Mend every cut, once what the lines held then would have left: that is lost."""
        while self._hold_lost():
            time.sleep(_LOOK_S)
        was, self._cut = self._cut, set()
        for end, mac in was:
            self._write(end)
            if mac is not None:
                del self._cuts[CUT_KEY.pack(end, bytes.fromhex(mac))]

    def _hold_lost(self) -> bool:
        """Whether lines that are cut hold anything yet."""
        free = max((free_ns(self._states[_KEY.pack(e)]) for e, mac in self._cut if mac is None),
                   default=0)  # fmt: skip
        return free + _LATE_NS > time.monotonic_ns()

    def counts(self) -> list[LineCounts]:
        """What became of the frames, by line."""
        return [LineCounts.of(self._states[_KEY.pack(e)]) for e in range(len(self._shapes))]

    def read_records(self) -> list[bytes]:
        """The records since the last call."""
        return list(self._ring.read())

    @property
    def records_fill(self) -> float:
        """How full the ring buffer is, between 0 and 1."""
        return self._ring.waiting_bytes / RING_BYTES

    def close(self) -> None:
        """Let go; what is attached stays as long as its interface."""
        self._resources.close()

    def _make(self, stack: contextlib.ExitStack) -> None:
        ends = len(self._shapes)
        kinds = {
            "shapes": (MapKind.ARRAY, _KEY.size, SHAPE_BYTES, ends),
            "states": (MapKind.ARRAY, _KEY.size, STATE_BYTES, ends),
            "cuts": (MapKind.HASH, CUT_KEY.size, _KEY.size, _MOST_CUTS),
            "epoch": (MapKind.ARRAY, _KEY.size, _EPOCH.size, 1),
        }
        maps = {
            name: stack.enter_context(
                Map(kind, key_bytes=key, value_bytes=value, entries=entries, name=name)
            )
            for name, (kind, key, value, entries) in kinds.items()
        }
        self._states, self._cuts, self._map = maps["states"], maps["cuts"], maps["shapes"]
        maps["epoch"][_KEY.pack(0)] = _EPOCH.pack(_epoch_ns())
        self._ring = RingBuffer(RING_BYTES, "truth")
        stack.callback(self._ring.close)
        descriptors = Descriptors(**{n: m.fd for n, m in maps.items()}, ring=self._ring.fd)
        self._enter = stack.enter_context(Program(enter_program(descriptors), "enter"))
        self._leave = stack.enter_context(Program(leave_program(descriptors), "leave"))
        for end in range(ends):
            self._states[_KEY.pack(end)] = first_state(end)
        self._write_all()

    def _write_all(self) -> None:
        for end in range(len(self._shapes)):
            self._write(end)

    def _write(self, end: int) -> None:
        macs = {mac for cut, mac in self._cut if cut == end}
        kind = CutKind.ALL if None in macs else CutKind.SOME if macs else CutKind.NONE
        self._map[_KEY.pack(end)] = pack_shape(
            self._shapes[end], cut=kind, out_ifindex=WIRE_INDEX + (end ^ 1),
            mtu=self._mtus[end // 2], advance_ns=self.advance_ns,
        )  # fmt: skip


def htb_batch(mtus: Sequence[int]) -> str:
    """``tc -batch`` text for the wire's namespace: a class and its queue on every cable end.

    ``stab overhead`` is what a filler's length begins with, so that only what is beyond counts.
    """
    rate = f"rate {_BYTES_A_SECOND}bps ceil {_BYTES_A_SECOND}bps"
    burst = f"burst {_BURST_BYTES} cburst {_BURST_BYTES} quantum 2000"
    lines = []
    for end in range(2 * len(mtus)):
        device = f"dev w{end}"
        lines += [
            f"qdisc add {device} root handle 1: stab overhead -{filler_bytes(mtus[end // 2])} "
            "htb default 1",
            f"class add {device} parent 1: classid 1:1 htb {rate} {burst}",
            f"qdisc add {device} parent 1:1 handle 2: pfifo limit {QUEUE_FRAMES}",
        ]
    return "\n".join(lines) + "\n"


def end_of(record: bytes) -> int:
    """The cable end that a record is about."""
    end: int = RECORD.unpack_from(record)[0]
    return end


def _epoch_ns() -> int:
    """What the kernel's monotonic clock lacks of ns since 1970, by the quickest of some looks."""
    looks = []
    for _ in range(_EPOCH_TRIES):
        before, wall, after = time.monotonic_ns(), time.time_ns(), time.monotonic_ns()
        looks.append((after - before, wall - (before + after) // 2))
    return min(looks)[1]
