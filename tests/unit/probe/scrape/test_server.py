"""The server on loopback: scrapers that are well-behaved, slow, silent, many, or gone."""

import os
import signal
import socket
import urllib.request
from contextlib import closing

import pytest

from netkit.cli.commands.probe.listen import address_and_port
from netkit.errors import InputError, ProbeError
from netkit.probe.scrape import server as scrape_server
from netkit.probe.scrape.own_process import serve_apart
from netkit.probe.scrape.server import MOST_AT_ONCE, MetricsServer

BODY = b"netkit_x 1\n" * 200_000
ASKED = b"GET /metrics HTTP/1.1\r\n\r\n"


def text_of(accept):
    return BODY, "text/plain"


@pytest.fixture
def server():
    with MetricsServer(port=0) as made:
        yield made


def connected(server):
    one = socket.create_connection(("127.0.0.1", server.port), timeout=5)
    one.setblocking(False)
    return closing(one)


def heard(server, one, steps=2000):
    """All that a connection is told until it is closed, the server going on meanwhile."""
    parts = []
    for _ in range(steps):
        server.step(text_of, 0)
        try:
            part = one.recv(1 << 20)
        except BlockingIOError:
            continue
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None


def test_a_large_text_is_sent_whole_to_a_slow_reader(server):
    with connected(server) as one:
        one.sendall(ASKED)
        assert heard(server, one).partition(b"\r\n\r\n")[2] == BODY


def test_it_listens_on_loopback_unless_told_otherwise(server):
    assert server._listener.getsockname()[0] == "127.0.0.1"


def test_a_request_in_pieces_is_answered(server):
    with connected(server) as one:
        for byte in ASKED:
            one.send(bytes([byte]))
            server.step(text_of, 0.01)
        assert heard(server, one).startswith(b"HTTP/1.1 200")


def test_silent_connections_are_closed_and_keep_nobody_out(server, monkeypatch):
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(MOST_AT_ONCE)]
    for _ in silent:
        server.step(text_of, 1)
    with connected(server) as one:
        one.sendall(ASKED)
        server.step(text_of, 0)
        assert len(server._open) == MOST_AT_ONCE
        monkeypatch.setattr(scrape_server, "MOST_SECONDS", -1.0)
        server.step(text_of, 0)
        monkeypatch.undo()
        assert not server._open
        assert heard(server, one).startswith(b"HTTP/1.1 200")
    for left in silent:
        left.close()


@pytest.mark.parametrize("sent", [b"", b"GET /met", ASKED])
def test_scrapers_that_go_away_are_forgotten(server, sent):
    with connected(server) as one:
        one.sendall(sent)
    for _ in range(5):
        server.step(text_of, 0.05)
    assert not server._open


def test_a_port_that_is_taken_is_told(server):
    with pytest.raises(ProbeError, match=f"port {server.port}: Address already in use"):
        MetricsServer(port=server.port)


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3.4:x", "1.2.3.4:0", ":99999", "[::1", "localhost:1"]
)
def test_addresses_that_are_none_are_refused(text):
    with pytest.raises(InputError, match="listen"):
        address_and_port(text, "--listen")


def test_an_address_alone_has_the_port_of_whoever_listens():
    assert address_and_port("127.0.0.2", "--listen", 9863) == ("127.0.0.2", 9863)
    with pytest.raises(InputError, match=r"as 127\.0\.0\.1:9863"):
        address_and_port("x", "--listen", 9863)


def test_a_process_of_its_own_serves_and_ends_when_told():
    server = MetricsServer(port=0)
    port = server.port
    child = serve_apart(server, lambda: lambda accept: (b"pid %d" % os.getpid(), "text/plain"))
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=300) as told:
            assert told.read() == b"pid %d" % child
        assert os.getpriority(os.PRIO_PROCESS, child) == 19
    finally:
        os.kill(child, signal.SIGTERM)
        _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGTERM


def test_the_process_ends_with_the_one_that_started_it():
    read, write = os.pipe()
    starter = os.fork()
    if starter == 0:
        os.close(read)
        child = serve_apart(MetricsServer(port=0), lambda: text_of)
        os.write(write, b"%d" % child)
        os._exit(0)
    os.close(write)
    os.waitpid(starter, 0)
    with os.fdopen(read) as told:
        # The child has the other end of the pipe as well: reading ends once it has ended.
        assert int(told.read()) > 0
