"""Control messages as Linux packs them, and what the clock says of itself."""

from __future__ import annotations

import math
import socket
import struct

import pytest

from netkit.probe.clock.this_host import ClockState, clock_state, estimate_uncertainty_us
from netkit.probe.kernel.control_messages import (
    Arrival,
    ArrivalReader,
    QueuedError,
    parse_arrival,
    parse_queued_error,
)
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate

STAMPS = (socket.SOL_SOCKET, 37, struct.pack("@6l", 12, 34, 0, 0, 0, 0))
NO_STAMPS = (socket.SOL_SOCKET, 37, bytes(48))
HOPS = (socket.IPPROTO_IPV6, socket.IPV6_HOPLIMIT, struct.pack("@i", 61))


def extended_error(number: int, origin: int, info: int = 0, data: int = 0) -> bytes:
    return struct.pack("=IBBBBII", number, origin, 0, 0, 0, info, data) + bytes(28)


def test_arrivals() -> None:
    assert parse_arrival([]) == Arrival()
    assert parse_arrival([STAMPS, HOPS, (1, 99, b"?")]) == Arrival(12_000_000_034, 61)
    assert parse_arrival([NO_STAMPS]).time_ns is None
    ttl = (socket.IPPROTO_IP, socket.IP_TTL, struct.pack("@i", 3))
    assert parse_arrival([ttl]).hop_limit == 3


def test_what_comes_again_is_not_mistaken_for_what_came_before() -> None:
    """Each as if it were read alone; the stamp is in front, elsewhere, zero, or not there."""
    reader, far = ArrivalReader(), (*HOPS[:2], struct.pack("@i", 9))
    later = (*STAMPS[:2], struct.pack("@6l", 12, 35, 0, 0, 0, 0))
    came = [STAMPS, HOPS], [later, HOPS], [later, far], [HOPS, STAMPS], [NO_STAMPS, far], [], [HOPS]
    for ancillary in (*came, *reversed(came)):
        time_ns, arrival = reader.read(ancillary)
        assert arrival._replace(time_ns=time_ns) == parse_arrival(ancillary)


@pytest.mark.parametrize(("address", "interface"), [("2001:db8::1", 0), ("fe80::1", 7)])
def test_answers_leave_from_the_address_asked(address: str, interface: int) -> None:
    """On the interface that routing says, but for addresses that mean nothing without one."""
    packed = socket.inet_pton(socket.AF_INET6, address)
    kind = (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO)
    arrival = parse_arrival([(*kind, packed + struct.pack("=I", 7))])
    assert arrival.answer_from == ((*kind, packed + struct.pack("=I", interface)),)


def test_answers_over_ipv4() -> None:
    local, header = socket.inet_aton("192.0.2.1"), socket.inet_aton("192.0.2.255")
    arrival = parse_arrival([(socket.IPPROTO_IP, 8, struct.pack("=I", 7) + local + header)])
    assert arrival.answer_from == ((socket.IPPROTO_IP, 8, bytes(4) + local + bytes(4)),)


@pytest.mark.parametrize(("level", "type_"), [(socket.IPPROTO_IPV6, 25), (socket.IPPROTO_IP, 11)])
def test_the_error_queue(level: int, type_: int) -> None:
    sent = (level, type_, extended_error(42, 4, info=0, data=9))
    assert parse_queued_error([STAMPS, sent]) == QueuedError(9, 12_000_000_034)
    queued_in_the_host = (level, type_, extended_error(42, 4, info=1, data=9))
    assert parse_queued_error([STAMPS, queued_in_the_host]).transmit_id is None
    refused = (level, type_, extended_error(111, 3))
    assert parse_queued_error([refused]) == QueuedError(reason="Connection refused")


def test_a_clock_without_discipline_bounds_nothing() -> None:
    state = clock_state()
    assert state.synchronised == math.isfinite(state.uncertainty_us)
    assert ClockState(False, 100).uncertainty_us == math.inf
    assert ClockState(False, 100).error_estimate() == UNSYNCHRONISED
    assert estimate_uncertainty_us(UNSYNCHRONISED) == math.inf
    assert estimate_uncertainty_us(None) == math.inf
    assert estimate_uncertainty_us(ErrorEstimate(synchronised=True, multiplier=0)) == math.inf


def test_a_disciplined_clock_says_its_bound_on_the_wire() -> None:
    state = ClockState(True, 250)
    assert state.uncertainty_us == 250
    assert 250 <= estimate_uncertainty_us(state.error_estimate()) <= 252
