"""The sockets of a dashboard: threads that answer, and one that looks at the store.

At most :data:`MOST_AT_ONCE` requests are answered at once; whoever comes beyond waits in the
kernel's queue. A connection has one request, and is cut off after :data:`MOST_SECONDS`, however it
dawdles.
"""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import ThreadingMixIn
from typing import Any

from netkit.errors import ProbeError
from netkit.workflows.dashboard.packing import packed
from netkit.workflows.dashboard.requests import Page, answered
from netkit.workflows.dashboard.shown import Shown

DEFAULT_PORT = 9863
MOST_AT_ONCE = 8
MOST_SECONDS = 30.0
LONGER_EVERY_S = 600.0
_LOOK_AROUND_S = 0.2
REST = 10
"""The store is read for a tenth of the time at the most, however slow it is."""


class DashboardServer(ThreadingMixIn, HTTPServer):
    """Listens where it was told, answers with ``pages`` whoever names one of ``names``.

    Raises ProbeError where the port cannot be had.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, address: str, port: int, pages: Mapping[str, Page], names: frozenset[str]
    ) -> None:
        self.pages, self.names = pages, names
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._open: dict[socket.socket, float] = {}
        try:
            super().__init__((address, port), _Handler)
        except OSError as error:
            raise ProbeError(_refused(address, port, error)) from error

    def server_bind(self) -> None:
        """Bind, without asking a name server what this host is called, as http.server would."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def process_request_thread(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """One connection, in a thread of its own, that makes room when it is done."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.pop(request, None)
            self._room.release()

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """Wait for room, then answer."""
        while not self._room.acquire(timeout=_LOOK_AROUND_S):
            self.service_actions()
        self._open[request] = time.monotonic()
        super().process_request(request, client_address)

    def service_actions(self) -> None:
        """Cut off who takes too long; called while nobody else is let in."""
        late_s = time.monotonic() - MOST_SECONDS
        for one in [one for one, since_s in [*self._open.items()] if since_s < late_s]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401
        """A reader that has gone is nobody's fault; what else fails is said on stderr."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


def _refused(address: str, port: int, error: OSError) -> str:
    said = f"cannot listen on {address} port {port}: {error.strerror}"
    in_use = error.errno == errno.EADDRINUSE
    return f"{said}. Name another with `netkit dashboard --listen`" if in_use else said


class _Handler(BaseHTTPRequestHandler):
    server: DashboardServer
    timeout = MOST_SECONDS
    server_version, sys_version = "netkit", ""

    def _answer(self) -> None:
        found = answered(
            self.command, self.path, self.headers.get("Host"), self.server.pages, self.server.names
        )
        found = packed(found, ", ".join(self.headers.get_all("Accept-Encoding", ())))
        self.send_response(found.status)
        for name, value in found.all_headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(found.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: who looks at what is nobody's business, and a page looks every few seconds."""


class Looking(threading.Thread):
    """Looks at the store every so often until it is told to stop."""

    def __init__(self, shown: Shown, every_s: float) -> None:
        super().__init__(daemon=True, name="looking")
        self._shown, self._every_s = shown, every_s
        self._over = threading.Event()

    def run(self) -> None:
        """Look now and then; look back at all of the time less often."""
        back_at_s = time.monotonic()
        while not self._over.is_set():
            rest_s = _took(self._shown.look) * REST
            if time.monotonic() >= back_at_s:
                took_s = _took(self._shown.look_back)
                back_at_s = time.monotonic() + max(LONGER_EVERY_S, took_s * REST)
            self._over.wait(max(self._every_s, rest_s))

    def stop(self) -> None:
        """Stop looking; what is being read is not waited for."""
        self._over.set()


def _took(act: Callable[[], None]) -> float:
    begin_s = time.monotonic()
    act()
    return time.monotonic() - begin_s
