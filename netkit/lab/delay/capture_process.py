"""Captures in all routers at once, for delay backends that keep no record of their own.

Started by :mod:`netkit.lab.delay.child_control`. Its first command names, per router, an inherited
descriptor of the namespace and the number of each port. Every STAMP packet that comes in by one of
them becomes a record of :mod:`netkit.lab.truth.probe_key` with its arrival only.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys

from netkit.lab.delay.child import TruthWriter, adopt
from netkit.lab.kernel.af_packet import dropped_frames, open_packet_socket, receive_stamped
from netkit.lab.kernel.netns import enter
from netkit.lab.truth.probe_key import RECORD, find_probe


class Capture:
    """One packet socket per router, all read by this process."""

    def __init__(self, control: socket.socket, truth_fd: int) -> None:
        self._control = control
        self._commands = control.makefile("rb")
        self._truth = TruthWriter(truth_fd)
        self._sockets: dict[int, tuple[socket.socket, dict[str, int]]] = {}
        self._poll = select.epoll()
        self._poll.register(control.fileno(), select.EPOLLIN)
        self._stats = {"seen": 0, "dropped": 0}
        for namespace_fd, ports in json.loads(self._commands.readline())["routers"]:
            enter(namespace_fd, "a router")
            os.close(namespace_fd)
            opened = open_packet_socket()
            self._sockets[opened.fileno()] = (opened, ports)
            self._poll.register(opened.fileno(), select.EPOLLIN)
        self._answer()

    def run(self) -> None:
        """Capture until told to stop, or until the other side of the control is gone."""
        running = True
        while running:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._control.fileno():
                    running = self._obey()
                else:
                    self._read(*self._sockets[descriptor])
        self._truth.flush()

    def _read(self, opened: socket.socket, ports: dict[str, int]) -> None:
        while (received := receive_stamped(opened)) is not None:
            port = ports.get(received.interface)
            key = None if port is None else find_probe(received.frame)
            if key is not None:
                self._truth.add(RECORD.pack(port, 0, received.arrival_ns, 0, 0, key))
                self._stats["seen"] += 1

    def _obey(self) -> bool:
        line = self._commands.readline()
        command = json.loads(line) if line else {"do": "leave"}
        match command["do"]:
            case "flush":
                for opened, ports in self._sockets.values():
                    self._read(opened, ports)
                self._answer(bytes=self._truth.flush())
            case "stats":
                lost = sum(dropped_frames(opened) for opened, _ in self._sockets.values())
                self._stats["dropped"] += lost
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
    """Run the captures with the arguments that their parent gives."""
    Capture(*adopt(arguments)).run()


if __name__ == "__main__":
    main(sys.argv[1:])
