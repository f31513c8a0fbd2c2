"""A stream at 20,000 probes a second over a veth pair whose losses are known probe by probe."""

from __future__ import annotations

import ctypes
import os
import select
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray
from waiting import reaches

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.server import ReflectorServer
from netkit.probe.run.loop import run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import RunEnd
from netkit.probe.sender.session import SenderSession
from netkit.probe.stream.runner import run_stream
from netkit.probe.stream.session import StreamSession
from netkit.stats.sample_arrays import OUTCOMES, SOURCES

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

LEFT, RIGHT = f"nkfl{os.getpid()}", f"nkfr{os.getpid()}"
COUNT = 6000
FORWARD, BACKWARD = 3, 7

# The last byte of the probe's number: at 3 in a request, at 27 in a reply, behind 8 of UDP.
DROP = """
table ip6 loss {{
  chain input {{
    type filter hook input priority 0
    meta l4proto udp @th,{bit},8 & 0x0f == {value} drop
  }}
}}
"""


def run(*words: str, text: str | None = None) -> None:
    subprocess.run(words, check=True, input=text, text=True)


@pytest.fixture
def lossy_pair() -> Iterator[None]:
    """2001:db8:6::1 and ::2; requests with ...3 and replies to probes with ...7 never arrive."""
    with ExitStack() as stack:
        stack.callback(open_stamp_socket("::1").close)
        for name in (LEFT, RIGHT):
            run("ip", "netns", "add", name)
            stack.callback(run, "ip", "netns", "delete", name)
        run(
            "ip", "link", "add", "nkf0", "netns", LEFT, "address", "02:00:00:00:00:01",
            "type", "veth", "peer", "nkf0", "netns", RIGHT, "address", "02:00:00:00:00:02",
        )  # fmt: skip
        for name, own, other in ((LEFT, 1, 2), (RIGHT, 2, 1)):
            inside = ("ip", "-n", name)
            run(*inside, "address", "add", f"2001:db8:6::{own}/64", "dev", "nkf0", "nodad")
            run(*inside, "link", "set", "nkf0", "up")
            run(
                *inside, "neighbour", "replace", f"2001:db8:6::{other}",
                "lladdr", f"02:00:00:00:00:0{other}", "dev", "nkf0", "nud", "permanent",
            )  # fmt: skip
        reaches(LEFT, "2001:db8:6::2")
        for name, byte, value in ((RIGHT, 3, FORWARD), (LEFT, 27, BACKWARD)):
            rules = DROP.format(bit=8 * (8 + byte), value=value)
            run("ip", "netns", "exec", name, "nft", "-f", "-", text=rules)
        yield


def socket_in(namespace: str, address: str) -> StampSocket:
    """Sockets stay in the namespace that they were opened in; the thread comes back."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        assert libc.setns(there, 0) == 0
        return open_stamp_socket(address)
    finally:
        assert libc.setns(home, 0) == 0
        os.close(there)
        os.close(home)


@contextmanager
def serving(server: ReflectorServer) -> Iterator[None]:
    stop = threading.Event()

    def serve() -> None:
        with select.epoll() as epoll:
            epoll.register(server.socket.fileno(), select.EPOLLIN)
            while not stop.is_set():
                for _, events in epoll.poll(0.05):
                    server.serve(events)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("size", [44, 72])
def test_every_loss_is_found_on_its_way(lossy_pair: None, size: int) -> None:
    client, server = socket_in(LEFT, "2001:db8:6::1"), socket_in(RIGHT, "2001:db8:6::2")
    reflector = Reflector()
    rate = 20_000 if size == 44 else 1000
    count = COUNT if size == 44 else COUNT // 10
    config = SessionConfig(count=count, interval_ns=10**9 // rate, request_bytes=size)
    kept: list[NDArray[np.void]] = []
    try:
        with serving(ReflectorServer(reflector, server)):
            session = StreamSession(config, lambda rows: kept.append(rows.copy()))
            result, end = run_stream(
                session, client, ("2001:db8:6::2", server.port), deadline_s=120
            )
    finally:
        client.close()
        server.close()
    rows = np.concatenate(kept)
    assert end is RunEnd.COMPLETE
    assert (result.sent, dict(result.notes), result.stateful) == (count, {}, True)
    assert rows["sequence"].tolist() == list(range(count))
    expected = np.full(count, OUTCOMES.index(Outcome.RECEIVED))
    expected[rows["sequence"] % 16 == FORWARD] = OUTCOMES.index(Outcome.LOST_FORWARD)
    expected[rows["sequence"] % 16 == BACKWARD] = OUTCOMES.index(Outcome.LOST_BACKWARD)
    assert rows["outcome"].tolist() == expected.tolist()
    lost_forward = sum(number % 16 == FORWARD for number in range(count + 1))
    assert reflector.counters == {"reflected": count + 1 - lost_forward}
    received = rows[rows["outcome"] == OUTCOMES.index(Outcome.RECEIVED)]
    kernel = SOURCES.index("kernel")
    assert (rows["t1_source"] == kernel).all()
    assert (received["t4_source"] == kernel).all()
    assert (received["t2_ns"] >= received["t1_ns"]).all()
    assert (received["t4_ns"] >= received["t3_ns"]).all()
    assert (received["forward_ttl"] == 255).all()
    if size == 72:
        assert (received["t2_source"] == kernel).all()


@pytest.mark.parametrize("interval_ms", [2, 30])
def test_a_sender_that_sleeps_between_probes_misses_nothing(
    lossy_pair: None, interval_ms: int
) -> None:
    """Its replies and stamps wait; none is late for being read late, whatever the timeout."""
    client, server = socket_in(LEFT, "2001:db8:6::1"), socket_in(RIGHT, "2001:db8:6::2")
    config = SessionConfig(count=40, interval_ns=interval_ms * 10**6, timeout_ns=500 * 10**6)
    try:
        with serving(ReflectorServer(Reflector(), server)):
            sender = SenderPort(SenderSession(config), client, ("2001:db8:6::2", server.port))
            run = run_sessions([sender], deadline_s=120)
    finally:
        client.close()
        server.close()
    (session,) = run.sessions
    ways = {FORWARD: Outcome.LOST_FORWARD, BACKWARD: Outcome.LOST_BACKWARD}
    assert [sample.outcome for sample in session.samples] == [
        ways.get(number % 16, Outcome.RECEIVED) for number in range(40)
    ]
    kernel = {stamp.source for sample in session.samples if (stamp := sample.t1) is not None}
    assert kernel == {StampSource.KERNEL}
