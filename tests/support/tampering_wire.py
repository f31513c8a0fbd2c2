"""A wire between two interfaces of one namespace that loses, copies and holds back chosen probes.

No clock decides anything: a packet that is held back leaves right behind the next so many.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from netkit.lab.kernel.af_packet import receive_stamped
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import finish_checksums

_ETHERNET_IPV6 = 14 + 40
_UDP, _UDP_BYTES = 17, 8
_SENDER_SEQUENCE = 24  # in a reply (RFC 8762 §4.3.1)
_NUMBER = struct.Struct("!I")


@dataclass
class Plan:
    """What happens to packets one way, by the numbers of probes, or of those that replies answer.

    ``held`` leave behind the next ``behind`` packets. ``carried`` counts what left.
    """

    lost: Collection[int] = ()
    copied: Collection[int] = ()
    held: Collection[int] = ()
    behind: int = 1
    carried: int = 0
    _waiting: list[tuple[int, bytes]] = field(default_factory=list)

    def through(self, frame: bytes, number: int | None) -> list[bytes]:
        """What leaves now that ``frame`` has come in; what is no probe passes."""
        if number is None:
            return [frame]
        if number in self.lost:
            return []
        if number in self.held:
            self._waiting.append((self.behind, frame))
            return []
        waiting = [(left - 1, held) for left, held in self._waiting]
        self._waiting = [(left, held) for left, held in waiting if left > 0]
        copies = 2 if number in self.copied else 1
        leaving = [frame] * copies + [held for left, held in waiting if left == 0]
        self.carried += len(leaving)
        return leaving


def probe_number(frame: bytes, port: int) -> int | None:
    """The number of the probe in plain IPv6 to ``port``, or answered by a reply from there."""
    if len(frame) < _ETHERNET_IPV6 + _UDP_BYTES + _SENDER_SEQUENCE + 4 or frame[20] != _UDP:
        return None
    source, destination = struct.unpack_from("!HH", frame, _ETHERNET_IPV6)
    if port not in (source, destination):
        return None
    at = _ETHERNET_IPV6 + _UDP_BYTES + (_SENDER_SEQUENCE if source == port else 0)
    return int(_NUMBER.unpack_from(frame, at)[0])


@contextmanager
def tampering(
    wire: socket.socket, plans: Mapping[str, tuple[str, Plan]], port: int
) -> Iterator[None]:
    """Carry frames from each interface to its other one, as planned, in a thread of its own."""
    stop_read, stop_write = os.pipe()

    def carry() -> None:
        while stop_read not in select.select([wire, stop_read], [], [])[0]:
            while (received := receive_stamped(wire)) is not None:
                if received.interface in plans:
                    out, plan = plans[received.interface]
                    for frame in plan.through(received.frame, probe_number(received.frame, port)):
                        wire.sendto(frame, (out, 0))

    thread = threading.Thread(target=carry)
    thread.start()
    try:
        yield
    finally:
        os.write(stop_write, b"x")
        thread.join()
        os.close(stop_read)
        os.close(stop_write)
        wire.close()


def send_whole_checksums(port: str) -> None:
    """What leaves by ``port`` is complete; called by the main thread, in its namespace."""
    here = Namespace(os.getpid(), port)
    try:
        finish_checksums(here, [port])
    finally:
        here.close()
