"""Real sockets on the loopback interface: kernel stamps, errors, interruption."""

from __future__ import annotations

import csv
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from reflector_process import kernel_stamps

from netkit.errors import InputError, ProbeError
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.measurement.sample_row import SAMPLE_COLUMNS
from netkit.probe.kernel.addresses import Address, resolve
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.reflecting import opening as live_reflector
from netkit.probe.run.reflecting.opening import ReflectOptions, _sockets
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.result import RunEnd
from netkit.probe.sender.session import SenderSession
from netkit.stats.summary import summarize
from netkit.store.samples_csv import write_samples

MS = 1_000_000


@contextmanager
def sockets(*addresses: str) -> Iterator[list[StampSocket]]:
    with ExitStack() as stack:
        opened = []
        for address in addresses:
            opened.append(open_stamp_socket(address))
            stack.callback(opened[-1].close)
        yield opened


def sender(socket: StampSocket, to: Address, count: int = 20, **more: int) -> SenderPort:
    config = SessionConfig(count=count, interval_ns=2 * MS, **more)
    return SenderPort(SenderSession(config), socket, to)


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_many_sessions_over_one_reflector(host: str) -> None:
    seen: list[tuple[int, int]] = []
    any_address = "::" if ":" in host else "0.0.0.0"
    with kernel_stamps(), sockets(any_address, *[host] * 5) as (server, *clients):
        to = resolve(host, server.port)
        ports = [sender(client, to, ssid=n, seed=n) for n, client in enumerate(clients)]
        reflector = Reflector()
        run = run_sessions(
            ports,
            [ReflectorPort(reflector, server)],
            deadline_s=60,
            on_progress=lambda sent, total: seen.append((sent, total)),
        )
    assert run.end is RunEnd.COMPLETE
    # Of a machine that stalled at the start, the first is not of 0 probes.
    assert seen == sorted(seen)
    assert {total for _, total in seen} == {100}
    assert seen[-1] == (100, 100)
    assert reflector.counters == {"reflected": 105}
    for session in run.sessions:
        assert [sample.sequence for sample in session.samples] == list(range(20))
        assert {sample.outcome for sample in session.samples} == {Outcome.RECEIVED}
        assert session.stateful
        precise = summarize(session.samples, None, 0)
        assert precise.forward.delay is not None
        assert precise.forward.delay.min_ns > 0
        assert precise.forward.sources == {"kernel+kernel": 20}
        assert precise.backward.sources == {"kernel+kernel": 20}


def test_sleeps_are_prompt_while_probes_are_sent_and_no_longer() -> None:
    def slack(*_: int) -> str:
        return Path("/proc/self/timerslack_ns").read_text(encoding="ascii").strip()

    before, seen = slack(), set()
    with sockets("::1", "::1") as (client, server):
        to, reflectors = resolve("::1", server.port), [ReflectorPort(Reflector(), server)]
        port = sender(client, to, 3)
        run_sessions([port], reflectors, deadline_s=60, on_progress=lambda *_: seen.add(slack()))
    assert seen == {"1"}
    assert slack() == before


def test_a_closed_port_refuses_each_probe() -> None:
    with sockets("::1", "::1") as (client, unused):
        to = resolve("::1", unused.port)
        unused.close()
        run = run_sessions([sender(client, to, 10)], deadline_s=60)
    assert {sample.outcome for sample in run.sessions[0].samples} == {Outcome.REFUSED}
    assert all(
        sample.t1 is not None and sample.t1.source is StampSource.KERNEL
        for sample in run.sessions[0].samples
    )


def test_errors_of_one_destination_leave_stamps_of_others_right() -> None:
    """Sends that fail in the host do not shift the kernel's numbering of transmit stamps."""
    with sockets("::1", "::1") as (client, server):
        good, bad = resolve("::1", server.port), ("ff02::1", 9, 0, 999)
        tokens, stamps = [], {}
        for number in range(12):
            to = bad if number % 3 == 1 else good
            before_ns = stamps.get(tokens[-1], 0) if tokens else 0
            reason = client.send(b"x" * 44, to, number)
            assert (reason is None) == (to == good)
            for event in client.events():
                stamps[event.token] = event.time_ns
                assert event.token == number
                assert event.time_ns > before_ns
            if reason is None:
                tokens.append(number)
        assert list(stamps) == tokens


def test_the_deadline_leaves_what_there_is() -> None:
    with sockets("::1", "::1") as (client, silent):
        to = resolve("::1", silent.port)
        port = sender(client, to, 10, timeout_ns=3_600_000 * MS)
        run = run_sessions([port], deadline_s=0.1)
    assert run.end is RunEnd.DEADLINE
    assert run.sessions[0].undecided > 0
    assert run.sessions[0].samples == ()


def test_interruption_leaves_what_there_is() -> None:
    def interrupt(sent: int, _total: int) -> None:
        if sent >= 5:
            os.kill(os.getpid(), signal.SIGINT)

    with sockets("::1", "::1") as (client, server):
        port = sender(client, resolve("::1", server.port), 100_000)
        reflectors = [ReflectorPort(Reflector(), server)]
        run = run_sessions([port], reflectors, deadline_s=60, on_progress=interrupt)
    assert run.end is RunEnd.INTERRUPTED
    assert len(run.sessions[0].samples) >= 4


def test_what_cannot_be_opened_or_found() -> None:
    with pytest.raises(InputError, match="nowhere; expected an IPv6 or IPv4 address"):
        open_stamp_socket("nowhere")
    with pytest.raises(ProbeError, match="2001:db8::dead port 0"):
        open_stamp_socket("2001:db8::dead")
    with pytest.raises(ProbeError, match="cannot be resolved"):
        resolve("no such host", 862)


def test_samples_as_csv(tmp_path: Path) -> None:
    with sockets("::1", "::1") as (client, unused):
        to = resolve("::1", unused.port)
        unused.close()
        run = run_sessions([sender(client, to, 2)], deadline_s=60)
    path = tmp_path / "samples.csv"
    assert write_samples(path, (("a", "b", sample) for sample in run.sessions[0].samples)) == 2
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert tuple(rows[0]) == SAMPLE_COLUMNS
    assert [row["sequence"] for row in rows] == ["0", "1"]
    assert rows[0]["outcome"] == "refused"
    assert rows[0]["t1_source"] == "kernel"
    assert int(rows[0]["t1_ns"]) > 0
    assert rows[0]["t2_ns"] == rows[0]["forward_owd_ns"] == ""


def test_what_a_full_buffer_drops_is_counted() -> None:
    with sockets("127.0.0.1") as (server,), closing_udp() as client:
        server._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        assert server.dropped == 0
        for _ in range(200):
            client.sendto(bytes(1000), ("127.0.0.1", server.port))
        received = 0
        while server.receive() is not None:
            received += 1
        assert received + server.dropped == 200
        assert server.dropped > 100


@contextmanager
def closing_udp() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        yield udp


def test_an_interface_that_there_is_not() -> None:
    with pytest.raises(ProbeError, match="there is no interface nothing0; there are "):
        open_stamp_socket("127.0.0.1", interface="nothing0")


def test_two_ip_versions_share_a_port_and_a_taken_one_is_said() -> None:
    with ExitStack() as stack, sockets("::1") as (taken,):
        options = ReflectOptions(port=taken.port)
        with pytest.raises(ProbeError, match="no UDP socket on ::"):
            _sockets(options, stack)
    with ExitStack() as stack:
        found = _sockets(options, stack)
        assert list(found) == ["::", "0.0.0.0"]


def test_a_host_with_one_ip_version_has_the_other_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_ipv6(address: str, port: int, interface: str | None) -> StampSocket:
        if ":" in address:
            raise ProbeError("no UDP socket on ::: Address family not supported by protocol")
        return open_stamp_socket(address, port, interface)

    monkeypatch.setattr(live_reflector, "open_stamp_socket", without_ipv6)
    with ExitStack() as stack:
        assert list(_sockets(ReflectOptions(port=0), stack)) == ["0.0.0.0"]
    with ExitStack() as stack, pytest.raises(ProbeError):
        _sockets(ReflectOptions(port=0, binds=("::", "0.0.0.0")), stack)
