"""A trace over raw sockets, in the network namespace of the calling thread."""

from __future__ import annotations

import secrets
import select
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from ipaddress import IPv6Address

from netkit.errors import PrivilegeError, ProbeError
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.trace.hops import Trace, TraceAnswer, TraceHop, TraceResult
from netkit.probe.trace.packets import FIRST_PORT, PORTS, TracePorts, build_probe, read_answer

_FIRST_SOURCE_PORT, _SOURCE_PORTS = 49152, 16384
_MESSAGE_BYTES = 2048


def trace(
    destination: IPv6Address,
    segments: Sequence[IPv6Address],
    *,
    max_hops: int = 30,
    tries: int = 2,
    timeout_ms: float = 500,
    on_hop: Callable[[TraceHop], None] | None = None,
    scope: int = 0,
) -> TraceResult:
    """Follow ``segments`` to ``destination``. Ctrl-C ends it with what there is.

    ``scope`` is the index of the interface that a link-local destination is on.

    Raises :class:`PrivilegeError` without raw sockets, and :class:`ProbeError` if there is no
    route to the first segment.
    """
    engine = Trace(destination, tuple(segments), max_hops)
    first = engine.segments[0] if engine.segments else destination
    with ExitStack() as stack:
        wire = stack.enter_context(_raw(socket.IPPROTO_RAW))
        answers = stack.enter_context(_raw(socket.IPPROTO_ICMPV6))
        scope = 0 if engine.segments else scope
        source = _source_towards(first, scope)
        source_port = _FIRST_SOURCE_PORT + secrets.randbelow(_SOURCE_PORTS)
        try:
            while (hop_limit := engine.next_hop_limit()) is not None:
                for attempt in range(tries):
                    ports = TracePorts(
                        source_port, FIRST_PORT + (hop_limit * tries + attempt) % PORTS
                    )
                    packet = build_probe(source, destination, engine.segments, hop_limit, ports)
                    sent_ns = time.monotonic_ns()
                    _send(wire, packet, first, scope)
                    found = _await(answers, ports, sent_ns + int(timeout_ms * NS_PER_MS))
                    if found is not None:
                        engine.answered(found, time.monotonic_ns() - sent_ns)
                        break
                else:
                    engine.silent()
                if on_hop is not None:
                    on_hop(engine.latest)
        except KeyboardInterrupt:
            return engine.result()
    return engine.result()


def _raw(protocol: int) -> socket.socket:
    try:
        return socket.socket(socket.AF_INET6, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
    except PermissionError as error:
        raise PrivilegeError(
            "tracing sends raw packets: it needs root or CAP_NET_RAW; run it with sudo"
        ) from error


def _source_towards(first: IPv6Address, scope: int) -> IPv6Address:
    """The address that the kernel would send from."""
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as udp:
        try:
            udp.connect((str(first), FIRST_PORT, 0, scope))
        except OSError as error:
            raise ProbeError(f"no way to {first}: {error.strerror}") from error
        return IPv6Address(udp.getsockname()[0].partition("%")[0])


def _send(wire: socket.socket, packet: bytes, first: IPv6Address, scope: int) -> None:
    try:
        wire.sendto(packet, (str(first), 0, 0, scope))
    except OSError as error:
        raise ProbeError(f"cannot send towards {first}: {error.strerror}") from error


def _await(answers: socket.socket, ports: TracePorts, until_ns: int) -> TraceAnswer | None:
    """The answer to the probe with ``ports``, if it comes in time."""
    while (left_ns := until_ns - time.monotonic_ns()) > 0:
        ready, _, _ = select.select([answers], [], [], left_ns / NS_PER_S)
        if not ready:
            return None
        data, address = answers.recvfrom(_MESSAGE_BYTES)
        found = read_answer(data, IPv6Address(address[0].partition("%")[0]))
        if found is not None and found[0] == ports:
            return found[1]
    return None
