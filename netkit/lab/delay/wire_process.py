"""The wire: one process, in a namespace of its own, that delays the frames of all cables.

Started by :mod:`netkit.lab.delay.child_control` as ``python -m netkit.lab.delay.wire_process
CONTROL TRUTH PARENT`` with two inherited descriptors: a stream socket for commands (one JSON object
a line, each answered with one) and the file for the records of :mod:`netkit.lab.truth.probe_key`.
The ends of all cables are the interfaces ``w0``, ``w1``, … of its namespace.

A frame's departure follows from the kernel's arrival stamp, so reading late costs nothing. To leave
on time the process wakes early and spins for the rest, but less the busier it is
(:mod:`netkit.lab.delay.pace`).

The process goes through these states::

    started -> carrying          the first line: far end, delay and shape of every cable
    carrying -> calibrating      "calibrate": test frames are sent; answered once all are back
    calibrating -> carrying      all are back, or have had their time
    carrying -> ended            "stop", or the other side of the control is gone

Calibrating, it carries all other frames as before. A frame goes through these::

    arrived -> lost              its cable is cut, loses it by chance, or has a full queue
            -> held              until its due time, less what sending takes
               -> lost           its cable was cut with it inside; or the interface refuses it
               -> released       sent out of the far end

Where a frame holds a STAMP packet, the way it ended is one record of the truth.
"""

from __future__ import annotations

import gc
import json
import select
import socket
import sys
import time
from typing import Final

from netkit.lab.delay.calibration import Calibration, Shot, quantile_ns
from netkit.lab.delay.child import TruthWriter, adopt, set_realtime
from netkit.lab.delay.delay_line import AdvanceTracker, DelayLine, Held
from netkit.lab.delay.line_shape import LineShape
from netkit.lab.delay.pace import Pace
from netkit.lab.kernel.af_packet import dropped_frames, open_packet_socket, receive_stamped
from netkit.lab.truth.probe_key import LOST, RECORD, find_probe

LATE_NS: Final = 100_000
"""A release this long after its time counts as late."""


class Wire:
    """The socket loop around a :class:`DelayLine`."""

    def __init__(self, control: socket.socket, truth_fd: int) -> None:
        self._control = control
        self._commands = control.makefile("rb")
        self._truth = TruthWriter(truth_fd)
        self._socket = open_packet_socket()
        self._tracker = AdvanceTracker()
        self._pace = Pace(time.monotonic_ns(), time.process_time_ns())
        self._calibration: Calibration | None = None
        self._running = True
        self._stats = {"released": 0, "late": 0, "max_late_ns": 0, "refused": 0, "dropped": 0}
        start = json.loads(self._commands.readline())
        self._line = DelayLine(start["far"], start["delays_ns"])
        for end, shape in start["shapes"]:
            self._line.shape(end, LineShape(**shape))
        self._names = [f"w{index}" for index in range(len(start["far"]))]
        self._end = {name: index for index, name in enumerate(self._names)}
        self._answer()

    def run(self) -> None:
        """Carry frames until told to stop, or until the other side of the control is gone."""
        frames, commands = self._socket.fileno(), self._control.fileno()
        while self._running:
            readable = select.select((frames, commands), (), (), self._timeout_s())[0]
            if frames in readable:
                self._read()
            if commands in readable:
                self._catch_up()
                self._obey()
            self._release()
            self._keep_pace()
            if self._calibration is not None:
                self._finish_calibration(self._calibration)
        self._truth.flush()

    def _keep_pace(self) -> None:
        now_ns = time.monotonic_ns()
        if self._pace.due(now_ns):
            was = self._pace.realtime
            self._pace.look(now_ns, time.process_time_ns())
            if self._pace.realtime != was:
                set_realtime(wanted=self._pace.realtime)

    def _timeout_s(self) -> float | None:
        release_ns = self._line.next_release_ns()
        if release_ns is None:
            return None if self._calibration is None else 0.01
        return max(0, release_ns - self._pace.early_ns - time.time_ns()) / 1e9

    def _read(self, before_ns: int = 0) -> None:
        """Take in all that waits, but stop when a release is due: stamps keep. What came before a
        moment is taken in all the same."""
        while (received := receive_stamped(self._socket)) is not None:
            end = self._end.get(received.interface)
            if end is not None:
                self._take_in(end, received.arrival_ns, received.frame)
            if received.arrival_ns < before_ns:
                continue
            release_ns = self._line.next_release_ns()
            if release_ns is not None and time.time_ns() >= release_ns:
                return

    def _catch_up(self) -> None:
        """What was due before a command was read is carried before it is obeyed, however late: a
        cut is to lose no frame that should have left before it."""
        now_ns = time.time_ns()
        self._read(now_ns)
        while (release_ns := self._line.next_release_ns()) is not None and release_ns <= now_ns:
            self._release()

    def _take_in(self, end: int, arrival_ns: int, frame: bytes) -> None:
        if self._calibration is not None and self._calibration.take(frame, arrival_ns):
            return
        key = find_probe(frame)
        if key is not None:
            advance_ns = self._line.advance_ns
            self._line.advance_ns = self._tracker.entered(key, arrival_ns, advance_ns)
        if self._line.arrive(end, arrival_ns, frame, key) is None:
            self._record(end, arrival_ns, 0, 0, LOST, key)

    def _release(self) -> None:
        release_ns = self._line.next_release_ns()
        if release_ns is None or release_ns - time.time_ns() > self._pace.early_ns:
            return
        now_ns = time.time_ns()
        while now_ns < release_ns:
            now_ns = time.time_ns()
        while (held := self._line.release(now_ns)) is not None:
            self._let_go(held, now_ns)
            now_ns = time.time_ns()

    def _let_go(self, held: Held, now_ns: int) -> None:
        if self._line.lost(held):
            self._record(held.entered, held.arrival_ns, held.due_ns, 0, LOST, held.key)
            return
        try:
            self._socket.sendto(held.frame, (self._names[self._line.far[held.entered]], 0))
        except OSError:
            self._stats["refused"] += 1
            self._record(held.entered, held.arrival_ns, held.due_ns, 0, LOST, held.key)
            return
        target_ns = held.due_ns - self._line.advance_ns
        self._count(now_ns - max(target_ns, held.arrival_ns))
        if held.key is not None and target_ns >= held.arrival_ns:
            self._tracker.left(held.key, held.due_ns)
        self._record(held.entered, held.arrival_ns, held.due_ns, now_ns, 0, held.key)

    def _count(self, late_ns: int) -> None:
        stats = self._stats
        stats["released"] += 1
        if late_ns > LATE_NS:
            stats["late"] += 1
        stats["max_late_ns"] = max(stats["max_late_ns"], late_ns)

    def _record(
        self, end: int, arrival_ns: int, due_ns: int, release_ns: int, flags: int, key: bytes | None
    ) -> None:
        if key is not None:
            self._truth.add(RECORD.pack(end, flags, arrival_ns, due_ns, release_ns, key))

    def _obey(self) -> None:
        line = self._commands.readline()
        if not line:
            self._running = False
            return
        command = json.loads(line)
        match command["do"]:
            case "advance":
                self._line.advance_ns = command["advance_ns"]
                self._answer(too_short=self._line.too_short)
            case "cut":
                self._line.cut((end, mac and bytes.fromhex(mac)) for end, mac in command["cuts"])
                self._answer()
            case "shape":
                self._line.shape(command["end"], LineShape(**command["shape"]))
                self._answer()
            case "restore":
                self._line.restore()
                self._answer()
            case "flush":
                self._answer(bytes=self._truth.flush())
            case "calibrate":
                shots = [Shot(end, bytes.fromhex(frame)) for end, frame in command["shots"]]
                self._calibration = Calibration(shots, command["rounds"], time.time_ns())
                self._calibration.load(self._line)
            case "stats":
                self._answer(**self._read_stats())
            case "stop":
                self._running = False
                self._truth.flush()
                self._answer()

    def _finish_calibration(self, calibration: Calibration) -> None:
        if calibration.done(time.time_ns()):
            self._calibration = None
            errors = calibration.errors_ns
            p50_ns, p99_ns = quantile_ns(errors, 0.5), quantile_ns(errors, 0.99)
            self._answer(samples=len(errors), p50_ns=p50_ns, p99_ns=p99_ns)

    def _read_stats(self) -> dict[str, int]:
        self._stats["dropped"] += dropped_frames(self._socket)
        return {**self._stats, "advance_ns": self._line.advance_ns}

    def _answer(self, **values: object) -> None:
        self._control.sendall(json.dumps(values).encode() + b"\n")


def main(arguments: list[str]) -> None:
    """Run the wire with the arguments that its parent gives."""
    control, truth_fd = adopt(arguments)
    set_realtime(wanted=True)
    gc.disable()
    Wire(control, truth_fd).run()


if __name__ == "__main__":
    main(sys.argv[1:])
