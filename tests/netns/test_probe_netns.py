"""Sender and reflector in two network namespaces, driven by one process."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest
from waiting import reaches

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.verdict import Verdict
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import RunEnd
from netkit.probe.sender.session import SenderSession
from netkit.stats.summary import summarize

pytestmark = [
    pytest.mark.netns,
    pytest.mark.skipif(os.geteuid() != 0, reason="makes network namespaces; needs root"),
]

LEFT, RIGHT = f"nkpl{os.getpid()}", f"nkpr{os.getpid()}"
MS = 1_000_000


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@pytest.fixture
def veth_pair() -> Iterator[None]:
    """Two namespaces and one link: 2001:db8:5::1 and ::2, neighbours known beforehand."""
    # Receive stamping starts a moment after the first socket of the machine has asked for it.
    early = open_stamp_socket("::1")
    made = []
    try:
        for name in (LEFT, RIGHT):
            ip("netns", "add", name)
            made.append(name)
        ip(
            "link", "add", "nkp0", "netns", LEFT, "address", "02:00:00:00:00:01",
            "type", "veth", "peer", "nkp0", "netns", RIGHT, "address", "02:00:00:00:00:02",
        )  # fmt: skip
        for name, own, other in ((LEFT, 1, 2), (RIGHT, 2, 1)):
            ip("-n", name, "address", "add", f"2001:db8:5::{own}/64", "dev", "nkp0", "nodad")
            ip("-n", name, "link", "set", "nkp0", "up")
            ip(
                "-n", name, "neighbour", "replace", f"2001:db8:5::{other}",
                "lladdr", f"02:00:00:00:00:0{other}", "dev", "nkp0", "nud", "permanent",
            )  # fmt: skip
        reaches(LEFT, "2001:db8:5::2")
        yield
    finally:
        early.close()
        for name in made:
            ip("netns", "delete", name)


def socket_in(namespace: str, address: str) -> StampSocket:
    """Sockets stay in the namespace that they were opened in; the thread comes back."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{namespace}", os.O_RDONLY)
    try:
        setns(there)
        return open_stamp_socket(address)
    finally:
        setns(home)
        os.close(there)
        os.close(home)


def setns(descriptor: int) -> None:
    """os.setns is new in Python 3.12."""
    import ctypes

    if ctypes.CDLL(None, use_errno=True).setns(descriptor, 0x4000_0000) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def test_kernel_stamps_at_all_four_corners(veth_pair: None) -> None:
    client, server = socket_in(LEFT, "2001:db8:5::1"), socket_in(RIGHT, "2001:db8:5::2")
    try:
        config = SessionConfig(count=200, interval_ns=2 * MS, request_bytes=256)
        sender = SenderPort(SenderSession(config), client, ("2001:db8:5::2", server.port))
        reflector = Reflector()
        run = run_sessions([sender], [ReflectorPort(reflector, server)], deadline_s=120)
    finally:
        client.close()
        server.close()
    assert run.end is RunEnd.COMPLETE
    (session,) = run.sessions
    assert [sample.outcome for sample in session.samples] == [Outcome.RECEIVED] * 200
    assert dict(session.notes) == {}
    corners = {
        stamp.source
        for sample in session.samples
        for stamp in (sample.t1, sample.t2, sample.t3, sample.t4)
        if stamp is not None
    }
    assert corners == {StampSource.KERNEL}
    assert {(s.forward_ttl, s.reply_ttl) for s in session.samples} == {(255, 255)}
    summary = summarize(session.samples, 20_000, 0)
    for way in (summary.forward, summary.backward):
        assert way.delay is not None
        assert 0 < way.delay.min_ns < MS
        assert 0 < way.delay.p50_ns < MS
        assert (way.sent, way.received, way.lost, way.reordered) == (200, 200, 0, 0)
        assert way.verdict is Verdict.PASS


def test_a_downed_link_is_told_apart_from_a_lossy_one(veth_pair: None) -> None:
    """Without a route the host itself refuses; a peer that is gone leaves silence."""
    client = socket_in(LEFT, "2001:db8:5::1")
    try:
        config = SessionConfig(count=5, interval_ns=2 * MS, timeout_ns=50 * MS)
        nowhere = SenderPort(SenderSession(config), client, ("2001:db8:6::1", 862))
        run = run_sessions([nowhere], deadline_s=60)
        assert {sample.outcome for sample in run.sessions[0].samples} == {Outcome.NOT_SENT}
        ip("-n", RIGHT, "link", "set", "nkp0", "down")
        silent = SenderPort(SenderSession(config), client, ("2001:db8:5::2", 862))
        run = run_sessions([silent], deadline_s=60)
        ended = {sample.outcome for sample in run.sessions[0].samples}
        assert ended <= {Outcome.LOST, Outcome.NOT_SENT, Outcome.REFUSED}
    finally:
        client.close()
