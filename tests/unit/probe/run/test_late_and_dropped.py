"""The last probe may be late like any other, and what this host drops is no loss of the path."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.probe.kernel import addresses
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.run.send import send
from netkit.probe.run.send_options import SendOptions
from netkit.stats.summary import summarize

_REPLY = struct.Struct("!IQHHQIQHHB3x")
KERNEL = StampSource.KERNEL


@contextmanager
def slow_reflector(late: int, delay_s: float) -> Iterator[int]:
    """Answers at once, but the probe numbered ``late`` only after ``delay_s``; yields its port."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as udp:
        udp.bind(("::1", 0))
        udp.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            waiting: list[tuple[float, bytes, tuple[str, int]]] = []
            while not over.is_set():
                for due, data, peer in [one for one in waiting if one[0] <= time.monotonic()]:
                    udp.sendto(data, peer)
                    waiting.remove((due, data, peer))
                try:
                    request, peer = udp.recvfrom(2000)
                except TimeoutError:
                    continue
                now = time.time_ns()
                stamp = now // 10**9 << 32 | now % 10**9
                sequence, sent, error, ssid = struct.unpack_from("!IQHH", request)
                reply = _REPLY.pack(
                    sequence, stamp, error, ssid, stamp, sequence, sent, error, 0, 64
                ) + bytes(len(request) - _REPLY.size)
                wait_s = delay_s if sequence == late else 0.0
                waiting.append((time.monotonic() + wait_s, reply, peer))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield udp.getsockname()[1]
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize("interval_ms", [20, 0.5])
def test_the_last_probe_is_late_and_not_lost(interval_ms: float) -> None:
    options = SendOptions(count=5, interval_ms=interval_ms, timeout_ms=1500)
    with slow_reflector(late=4, delay_s=2.0) as port:
        result = send("::1", port, options)
    ended = [sample.outcome for sample in result.flows[0].session.samples]
    assert ended == [Outcome.RECEIVED] * 4 + [Outcome.LATE]


def test_a_socket_tells_what_it_had_no_room_for() -> None:
    receiver, sender = open_stamp_socket("::1"), open_stamp_socket("::1")
    try:
        receiver._udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert receiver.dropped == 0
        for number in range(64):
            assert sender.send(bytes(1000), ("::1", receiver.port, 0, 0), number) is None
        came = 0
        while receiver.receive() is not None:
            came += 1
        assert receiver.dropped == 64 - came > 0
    finally:
        receiver.close()
        sender.close()


def received(number: int) -> Sample:
    t1 = 10**18 + number * 10**8
    stamps = (Stamp(t1 + later, KERNEL) for later in (0, 3_000_000, 3_100_000, 6_000_000))
    return Sample(number, Outcome.RECEIVED, *stamps, reflector_sequence=number)


def test_what_this_host_dropped_is_no_loss_and_not_known_to_the_verdict() -> None:
    samples = [received(number) for number in range(60)]
    for number in (7, 8, 9):
        samples[number] = replace(
            samples[number], outcome=Outcome.LOST_BACKWARD, t2=None, t3=None, t4=None
        )
    plain = summarize(samples, 5_000, 0)
    assert (plain.counts.lost_backward, plain.verdict) == (3, Verdict.PASS)
    found = summarize(samples, 5_000, 0, dropped_here=2)
    assert (found.counts.lost_backward, found.counts.dropped_here) == (1, 2)
    assert (found.backward.lost, found.backward.losses) == (1, None)
    assert found.forward.unknown == 2
    assert found.verdict is Verdict.INCONCLUSIVE  # the longest may have been one of those
    more = summarize(samples, 5_000, 0, dropped_here=99)  # what is no reply is dropped as well
    assert (more.counts.lost_backward, more.counts.dropped_here) == (0, 3)
    slow = summarize(samples, 2_000, 0, dropped_here=2)
    assert slow.verdict is Verdict.BREACH


def test_the_first_address_with_a_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """AAAA before A, and no IPv6 route: the other one, and not an error."""
    six = (socket.AF_INET6, socket.SOCK_DGRAM, 17, "", ("2001:db8::1", 862, 0, 0))
    four = (socket.AF_INET, socket.SOCK_DGRAM, 17, "", ("127.0.0.1", 862))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [six, four])
    ways = {"2001:db8::1": False, "127.0.0.1": True}
    monkeypatch.setattr(addresses, "has_way", lambda one, _interface: ways[one[0]])
    assert addresses.resolve("far.example", 862) == ("127.0.0.1", 862)
    ways["2001:db8::1"] = True
    assert addresses.resolve("far.example", 862) == ("2001:db8::1", 862, 0, 0)
    ways.update(dict.fromkeys(ways, False))
    assert addresses.resolve("far.example", 862) == ("2001:db8::1", 862, 0, 0)
