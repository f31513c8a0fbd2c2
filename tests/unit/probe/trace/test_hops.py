"""The rules of a trace, and its packets against netkit's own segment routing header."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.probe.trace.hops import Reaction, StopCause, Trace, TraceAnswer, TraceStop
from netkit.probe.trace.packets import TracePorts, build_probe, read_answer
from netkit.wire.srh import SegmentRoutingHeader

A, B, C = (IPv6Address(f"5f00:0:{n}:1::") for n in (1, 2, 3))
HOST, SENDER = IPv6Address("2001:db8::9"), IPv6Address("2001:db8::1")
ROUTERS = [IPv6Address(f"2001:db8:ff::{n}") for n in range(1, 9)]
PORTS = TracePorts(50000, 33440)


def exceeded(router: int, left: int | None) -> TraceAnswer:
    return TraceAnswer(ROUTERS[router], Reaction.TIME_EXCEEDED, left)


def test_sids_are_put_down_to_the_first_hop_that_shows_them_done() -> None:
    trace = Trace(HOST, (A, B, C))
    for number, answer in enumerate(
        [exceeded(0, 3), exceeded(1, 2), None, exceeded(2, 0), exceeded(3, None)], 1
    ):
        assert trace.next_hop_limit() == number
        trace.silent() if answer is None else trace.answered(answer, 5)
    assert trace.next_hop_limit() == 6
    trace.answered(TraceAnswer(HOST, Reaction.REACHED, 0), 5)
    assert trace.next_hop_limit() is None
    result = trace.result()
    assert (result.reached, result.executed) == (True, 3)
    assert [hop.executed for hop in result.hops] == [(), (A,), (), (B, C), (), ()]
    assert [hop.active for hop in result.hops] == [A, B, B, HOST, HOST, HOST]


def test_silence_ends_it_and_is_left_out() -> None:
    trace = Trace(HOST, (A,), max_silent=3)
    trace.next_hop_limit()
    trace.answered(exceeded(0, 0), 5)
    while trace.next_hop_limit() is not None:
        trace.silent()
    result = trace.result()
    assert len(result.hops) == 1
    assert result.stopped == TraceStop(StopCause.SILENCE, 1, exceeded(0, 0))


def test_nothing_at_all() -> None:
    trace = Trace(HOST, (A, B), max_silent=2)
    while trace.next_hop_limit() is not None:
        trace.silent()
    assert trace.result().stopped == TraceStop(StopCause.SILENCE, 0)


def test_too_far_and_interrupted() -> None:
    trace = Trace(HOST, (), max_hops=2)
    assert trace.result().stopped == TraceStop(StopCause.INTERRUPTED, 0)
    for number in (1, 2):
        assert trace.next_hop_limit() == number
        trace.answered(exceeded(number, None), 5)
    assert trace.next_hop_limit() is None
    assert trace.result().stopped == TraceStop(StopCause.HOP_LIMIT, 0, hop_limit=2)


def test_a_loop_is_seen_when_it_closes() -> None:
    """A list may lead back to a router; only without a SID done in between is that a loop."""
    trace = Trace(HOST, (A, B))
    for router, left in ((0, 2), (1, 1), (0, 1), (0, 1), (2, 1)):
        trace.answered(exceeded(router, left), 5)
    assert trace.next_hop_limit() == 6
    trace.answered(exceeded(0, 1), 5)
    assert trace.next_hop_limit() is None
    assert trace.result().stopped == TraceStop(StopCause.LOOP, 1, exceeded(0, 1))


def test_a_port_unreachable_from_elsewhere_is_no_arrival() -> None:
    trace = Trace(HOST, (A,))
    trace.answered(TraceAnswer(ROUTERS[0], Reaction.REACHED, 1), 5)
    assert not trace.result().reached


def test_a_segments_left_that_grows_takes_nothing_back() -> None:
    trace = Trace(HOST, (A, B))
    trace.answered(exceeded(0, 0), 5)
    trace.answered(exceeded(1, 200), 5)
    assert trace.result().executed == 2


def test_probes_carry_the_list_as_our_own_reader_reads_it() -> None:
    packet = build_probe(SENDER, HOST, (A, B), 7, PORTS)
    assert packet[7] == 7
    assert packet[8:24] == SENDER.packed
    assert packet[24:40] == A.packed
    header = SegmentRoutingHeader.parse(packet[40:])
    assert (header.segments, header.left, header.next_header) == ((A, B, HOST), 2, 17)
    plain = build_probe(SENDER, HOST, (), 1, PORTS)
    assert (plain[6], plain[24:40]) == (17, HOST.packed)


def test_the_checksum_is_that_of_the_final_destination() -> None:
    """RFC 8200 §8.1: the same bytes as without the list."""
    routed, plain = (build_probe(SENDER, HOST, path, 1, PORTS) for path in ((A, B), ()))
    assert routed[-20:] == plain[-20:]


def test_answers_are_read_from_what_they_quote() -> None:
    packet = bytearray(build_probe(SENDER, HOST, (A, B), 7, PORTS))
    packet[43] = 1  # one segment done on the way
    for kind, code, reaction, detail in (
        (3, 0, Reaction.TIME_EXCEEDED, ""),
        (1, 4, Reaction.REACHED, "port unreachable"),
        (1, 0, Reaction.UNREACHABLE, "no route"),
        (1, 9, Reaction.UNREACHABLE, "code 9"),
        (4, 0, Reaction.PARAMETER_PROBLEM, ""),
    ):
        icmp = bytes([kind, code, 0, 0, 0, 0, 0, 0]) + packet
        assert read_answer(icmp, ROUTERS[0]) == (
            PORTS, TraceAnswer(ROUTERS[0], reaction, 1, detail),
        )  # fmt: skip


def test_what_is_no_answer_to_a_trace() -> None:
    packet = build_probe(SENDER, HOST, (A,), 7, PORTS)
    other = build_probe(SENDER, HOST, (A,), 7, TracePorts(50000, 862))
    for icmp in (
        b"",
        b"\x03\0",
        bytes([128, 0, *bytes(6)]) + packet,
        bytes([3, 0, *bytes(6)]) + other,
    ):
        assert read_answer(icmp, ROUTERS[0]) is None
    for size in range(len(packet)):
        found = read_answer(bytes([3, 0, *bytes(6)]) + packet[:size], ROUTERS[0])
        assert found is None or found[0] == PORTS
