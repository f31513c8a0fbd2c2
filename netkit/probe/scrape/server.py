"""The sockets behind ``/metrics``: one loop, no threads, and nobody can hold it up.

At most :data:`MOST_AT_ONCE` connections are open; whoever comes beyond waits in the kernel's queue.
A connection that is not done after :data:`MOST_SECONDS` is closed, however it dawdles.
"""

from __future__ import annotations

import errno
import selectors
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Self

from netkit.errors import ProbeError
from netkit.probe.scrape.requests import MOST_BYTES, TextOf, answer

DEFAULT_PORT = 9862
MOST_AT_ONCE = 16
MOST_SECONDS = 10.0

_LOOK_AROUND_S = 0.5
_CHUNK = 65536


@dataclass(slots=True)
class _Connection:
    """A scraper's: what it has sent, or what it has still to be sent."""

    since_s: float
    received: bytes = b""
    left: memoryview | None = None


class MetricsServer:
    """Listens where it was told; :meth:`serve` answers. Close it, or use it in a ``with`` block."""

    def __init__(self, address: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        self._listener = _listening(address, port)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._open: dict[socket.socket, _Connection] = {}
        self._accepting = True

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self._listener.getsockname()[1])

    def serve(self, text_of: TextOf, until: Callable[[], bool] = lambda: False) -> None:
        """Answer until told to stop, which is looked at twice a second at the least."""
        while not until():
            self.step(text_of, _LOOK_AROUND_S)

    def step(self, text_of: TextOf, wait_s: float) -> None:
        """Wait so long for something to do, and do what there is."""
        for key, _ in self._selector.select(wait_s):
            if key.fileobj is self._listener:
                self._accept()
            elif isinstance(key.fileobj, socket.socket):
                self._go_on(key.fileobj, text_of)
        late_s = monotonic() - MOST_SECONDS
        for one in [one for one, own in self._open.items() if own.since_s < late_s]:
            self._end(one)

    def close(self) -> None:
        """Close every socket."""
        for one in [*self._open]:
            self._end(one)
        self._selector.close()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it may have gone again, or there are no descriptors left
            one, _ = self._listener.accept()
            one.setblocking(False)
            self._selector.register(one, selectors.EVENT_READ)
            self._open[one] = _Connection(monotonic())
        self._accept_only_so_many()

    def _accept_only_so_many(self) -> None:
        room = len(self._open) < MOST_AT_ONCE
        if room and not self._accepting:
            self._selector.register(self._listener, selectors.EVENT_READ)
        elif self._accepting and not room:
            self._selector.unregister(self._listener)
        self._accepting = room

    def _go_on(self, one: socket.socket, text_of: TextOf) -> None:
        connection = self._open[one]
        try:
            if connection.left is None:
                self._receive(one, connection, text_of)
            if connection.left is not None:
                connection.left = connection.left[one.send(connection.left[:_CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self._end(one)
            return
        if connection.left is not None and not len(connection.left):
            self._end(one)

    def _receive(self, one: socket.socket, connection: _Connection, text_of: TextOf) -> None:
        heard = one.recv(MOST_BYTES)
        if not heard:
            raise ConnectionResetError(errno.ECONNRESET, "it has gone")
        connection.received += heard
        answered = answer(connection.received, text_of)
        if answered is not None:
            connection.left = memoryview(answered)
            self._selector.modify(one, selectors.EVENT_WRITE)

    def _end(self, one: socket.socket) -> None:
        del self._open[one]
        self._selector.unregister(one)
        # What it sent too much would else turn the close into a reset, and cost it the answer.
        with suppress(OSError):
            one.shutdown(socket.SHUT_WR)
            one.recv(_CHUNK)
        one.close()
        self._accept_only_so_many()


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen()
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ProbeError(f"cannot listen on {address} port {port}: {error.strerror}") from error
    return listener
