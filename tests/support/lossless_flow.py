"""A flow of 1,000 packets a second that is counted at both ends: what a change of paths loses."""

from __future__ import annotations

import socket
import threading
import time

RATE_PER_S = 1000
_SO_RCVBUFFORCE = 33


def opened(address: str | None = None) -> socket.socket:
    """A socket where the calling thread is: to receive at ``address``, or to send."""
    one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    if address is not None:
        one.bind((address, 0))
        one.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 1 << 24)
    return one


class Flow:
    """Sends numbered datagrams at the rate, and keeps the numbers that arrive.

    What arrives is read as it comes: however long the changes take, no buffer runs over.
    """

    def __init__(self, sender: socket.socket, receiver: socket.socket) -> None:
        self._sender, self._receiver = sender, receiver
        self._to = receiver.getsockname()
        self.sent, self.got, self._on = 0, set(), True
        self._thread = threading.Thread(target=self._send)
        self._thread.start()

    def _send(self) -> None:
        begin = time.monotonic()
        while self._on:
            while self.sent <= (time.monotonic() - begin) * RATE_PER_S:
                self._sender.sendto(self.sent.to_bytes(8), self._to)
                self.sent += 1
                self._read(socket.MSG_DONTWAIT)
            time.sleep(0.0005)

    def _read(self, flags: int = 0) -> None:
        """Keep the numbers that are here; without flags, until all are or none comes for 2 s."""
        try:
            while len(self.got) < self.sent:
                self.got.add(int.from_bytes(self._receiver.recv(64, flags)))
        except (BlockingIOError, TimeoutError):
            pass

    def after(self, packets: int) -> None:
        """Return once so many more are on their way."""
        until = self.sent + packets
        while self.sent < until:
            time.sleep(0.001)

    def lost(self) -> int:
        """Stop, and say how many never arrived."""
        self._on = False
        self._thread.join()
        self._receiver.settimeout(2)
        self._read()
        self._sender.close()
        self._receiver.close()
        return self.sent - len(self.got)
