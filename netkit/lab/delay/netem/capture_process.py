"""A capture of both ends of all cables, for delay backends that keep no record of their own.

Started by :mod:`netkit.lab.delay.child_control` in the wire's namespace, whose interfaces ``w0``,
``w1``, … are the cable ends. Its first command is the delay of the line that begins at each. Every
STAMP packet that comes in by an end becomes a record of :mod:`netkit.lab.truth.probe_key` with its
arrival, and another, flagged LEFT, with its release where it goes out by the other end.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from typing import Any

from netkit.lab.delay.child import TruthWriter, adopt
from netkit.lab.kernel.af_packet import dropped_frames, open_packet_socket, receive_stamped
from netkit.lab.truth.probe_key import LEFT, RECORD, find_probe


class Capture:
    """One packet socket for all ends, read by this process."""

    def __init__(self, control: socket.socket, truth_fd: int) -> None:
        self._control = control
        self._commands = control.makefile("rb")
        self._truth = TruthWriter(truth_fd)
        self._stats = {"seen": 0, "dropped": 0}
        self._asked_ns: list[int | None] = json.loads(self._commands.readline())["asked_ns"]
        self._end = {f"w{end}": end for end in range(len(self._asked_ns))}
        self._socket = open_packet_socket(outgoing=True)
        self._answer()

    def run(self) -> None:
        """Capture until told to stop, or until the other side of the control is gone."""
        running = True
        while running:
            readable = select.select((self._socket, self._control), (), ())[0]
            if self._socket in readable:
                self._read()
            if self._control in readable:
                running = self._obey()
        self._truth.flush()

    def _read(self) -> None:
        """Read what has come until now: of frames that come faster than they are read, no more."""
        now_ns = time.time_ns()
        while (received := receive_stamped(self._socket)) is not None:
            end = self._end.get(received.interface)
            key = None if end is None else find_probe(received.frame)
            if end is not None and key is not None:
                self._truth.add(self._record(end, received.arrival_ns, received.outgoing, key))
                self._stats["seen"] += 1
            if received.arrival_ns > now_ns:
                return

    def _record(self, end: int, stamp_ns: int, outgoing: bool, key: bytes) -> bytes:
        """A line is known by the end that it begins at: what goes out has entered at the other."""
        if outgoing:
            return RECORD.pack(end ^ 1, LEFT, 0, 0, stamp_ns, key)
        asked_ns = self._asked_ns[end]
        due_ns = 0 if asked_ns is None else stamp_ns + asked_ns
        return RECORD.pack(end, 0, stamp_ns, due_ns, 0, key)

    def _obey(self) -> bool:
        line = self._commands.readline()
        command: dict[str, Any] = json.loads(line) if line else {"do": "leave"}
        match command["do"]:
            case "flush":
                self._read()
                self._answer(bytes=self._truth.flush())
            case "ask_of":
                self._read()
                self._asked_ns[command["end"]] = command["asked_ns"]
                self._answer()
            case "stats":
                self._stats["dropped"] += dropped_frames(self._socket)
                self._answer(**self._stats)
            case "stop":
                self._truth.flush()
                self._answer()
                return False
            case "leave":
                return False
        return True

    def _answer(self, **values: object) -> None:
        self._control.sendall(json.dumps(values).encode() + b"\n")


def main(arguments: list[str]) -> None:
    """Run the capture with the arguments that its parent gives."""
    Capture(*adopt(arguments)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
