"""A dashboard in a process of its own, over windows that end now; and a proxy before it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from stored_windows import MINUTE_NS, START_NS, window

from netkit.model.measurement.window import Window
from netkit.model.verdict import Verdict

EVIL = "<img src=x onerror=window.hit=1>"


def this_minute() -> int:
    """The minute that is going on, as ``stored_windows`` counts them."""
    return (time.time_ns() - START_NS) // MINUTE_NS


def minute_of(number: int, dst: str = "shanghai", verdict: Verdict = Verdict.PASS) -> Window:
    """A minute of beijing to ``dst``, judged so both ways."""
    one = window(number, dst=dst)
    return replace(one, verdict=verdict, forward=replace(one.forward, verdict=verdict),
                   backward=replace(one.backward, verdict=verdict))  # fmt: skip


def fill(store, minutes: int = 90) -> None:
    """The last minutes of two pairs, one of them called as nobody should be."""
    now = this_minute()
    for dst in ("shanghai", EVIL):
        store.add(minute_of(number, dst) for number in range(now - minutes, now))


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def dashboard(url: str, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address, once it answers; ended with the block."""
    port = free_port()
    program = str(Path(sys.executable).with_name("netkit"))
    options = ("--store", url, "--interval", "0.2s", "--listen", f"127.0.0.1:{port}")
    command = [program, "dashboard", *options, *words]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        try:
            line = process.stderr.readline()
            assert "until Ctrl-C" in line, line + process.stderr.read()
            yield process, f"http://127.0.0.1:{port}/"
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(300)


@contextmanager
def proxy(prefix: str, behind: str) -> Iterator[str]:
    """The address of a reverse proxy that takes ``prefix`` away, as nginx does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith(prefix):
                self.send_error(404)
                return
            with urllib.request.urlopen(behind + self.path.removeprefix(prefix)) as answer:
                self.send_response(answer.status)
                for name in ("Content-Type", "Content-Security-Policy"):
                    if answer.headers[name]:
                        self.send_header(name, answer.headers[name])
                self.end_headers()
                self.wfile.write(answer.read())

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()
