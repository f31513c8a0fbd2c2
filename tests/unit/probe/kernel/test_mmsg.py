"""Many at once is the same as one by one: timestamps, control messages, replies."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.probe.kernel.control_messages import (
    CONTROL_BYTES,
    parse_address,
    parse_arrival,
    parse_queued_error,
)
from netkit.probe.kernel.mmsg import ReceiveRing, SendRing
from netkit.probe.kernel.mmsg_control import parse_arrivals, parse_queued_errors
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.server import ReflectorServer
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.arrays import REFLECTOR, SENDER, decode_timestamps, encode_timestamps
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import (
    ErrorEstimate,
    TimestampFormat,
    decode_timestamp,
    encode_timestamp,
)
from netkit.wire.tlv import extra_padding

PTP, NTP = TimestampFormat.PTP, TimestampFormat.NTP
INSTANTS = st.integers(0, 4_200_000_000 * 10**9)


@given(st.lists(st.tuples(INSTANTS, st.booleans()), min_size=1))
def test_timestamps_are_encoded_as_one_by_one(cases: list[tuple[int, bool]]) -> None:
    times = np.array([time_ns for time_ns, _ in cases])
    ptp = np.array([as_ptp for _, as_ptp in cases])
    expected = [encode_timestamp(t, PTP if p else NTP) for t, p in cases]
    assert encode_timestamps(times, ptp).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 2**64 - 1), st.booleans()), min_size=1))
def test_timestamps_are_decoded_as_one_by_one(cases: list[tuple[int, bool]]) -> None:
    raw = np.array([bits for bits, _ in cases], np.uint64)
    ptp = np.array([as_ptp for _, as_ptp in cases])
    expected = [decode_timestamp(bits, PTP if p else NTP) for bits, p in cases]
    assert decode_timestamps(raw, ptp).tolist() == expected


def test_layouts_are_those_of_single_packets() -> None:
    estimate = ErrorEstimate(True, PTP, 3, 9)
    sender = SenderPacket(1, 2 << 40, estimate, 4)
    (as_array,) = np.frombuffer(sender.to_bytes(), SENDER)
    assert as_array.tolist()[:4] == (1, 2 << 40, estimate.to_int(), 4)
    reply = ReflectorPacket(5, 6 << 40, estimate, 7, 8 << 40, 9, 10 << 40, estimate, 255)
    (row,) = np.frombuffer(reply.to_bytes(), REFLECTOR)
    assert [row[name] for name in REFLECTOR.names if not name.startswith("mbz")] == [
        5, 6 << 40, estimate.to_int(), 7, 8 << 40, 9, 10 << 40, estimate.to_int(), 255,
    ]  # fmt: skip


STAMP = (1, 37, struct.pack("@llllll", 1_700_000_000, 42, 0, 0, 0, 0))
STAMPED_NS = 1_700_000_000_000_000_042
NO_STAMP = (1, 37, bytes(48))
HOPS6, HOPS4 = (41, 52, struct.pack("@i", 64)), (0, 2, struct.pack("@i", 63))
LOCAL6 = (41, 50, struct.pack("=16sI", bytes(range(16)), 3))
LOCAL4 = (0, 8, struct.pack("=I4s4s", 3, b"\x0a\0\0\1", b"\x0a\0\0\2"))
OTHER = (1, 40, b"abc")
SENT6 = (41, 25, struct.pack("=IBBBBII", 42, 4, 0, 0, 0, 0, 77))
SCHEDULED = (41, 25, struct.pack("=IBBBBII", 42, 4, 0, 0, 0, 1, 78))
REFUSED4 = (0, 11, struct.pack("=IBBBBII", 111, 2, 3, 3, 0, 0, 0))


def control(messages: list[tuple[int, int, bytes]]) -> bytes:
    data = b""
    for level, type_, value in messages:
        data += struct.pack("@Nii", 16 + len(value), level, type_) + value
        data += bytes(-len(data) % 8)
    return data


def as_rows(rows: list[list[tuple[int, int, bytes]]]) -> tuple[np.ndarray, np.ndarray]:
    area = np.zeros((len(rows), CONTROL_BYTES), np.uint8)
    lengths = np.zeros(len(rows), np.uintp)
    for row, messages in enumerate(rows):
        data = control(messages)
        area[row, : len(data)] = np.frombuffer(data, np.uint8)
        lengths[row] = len(data)
    return area, lengths


KINDS = [STAMP, NO_STAMP, HOPS6, HOPS4, LOCAL6, LOCAL4, OTHER, SENT6, SCHEDULED, REFUSED4]
SUBSETS = st.lists(st.lists(st.sampled_from(KINDS), max_size=3, unique_by=lambda m: m[:2]))


def known(value: int) -> int | None:
    return None if value == UNKNOWN else value


@given(SUBSETS)
def test_control_messages_are_read_as_one_by_one(rows: list[list[tuple[int, int, bytes]]]) -> None:
    arrivals = parse_arrivals(*as_rows(rows))
    errors = parse_queued_errors(*as_rows(rows))
    for row, messages in enumerate(rows):
        single, error = parse_arrival(messages), parse_queued_error(messages)
        assert known(int(arrivals.time_ns[row])) == single.time_ns
        if not {HOPS6, HOPS4} <= set(messages):
            assert known(int(arrivals.hop_limit[row])) == single.hop_limit
        assert (arrivals.local[row] >= 0) == bool(single.answer_from)
        if not (REFUSED4 in messages and {SENT6, SCHEDULED} & set(messages)):
            assert known(int(errors.transmit_id[row])) == error.transmit_id
            number = int(errors.error[row])
            assert (os.strerror(number) if number else None) == error.reason


@pytest.mark.parametrize("cut", range(8, 2040, 8))
def test_messages_that_there_was_no_room_for_are_left_out(cut: int) -> None:
    """The kernel cuts the last one: a quoted probe may fill all the room before an ICMP error."""
    messages = [STAMP, (1, 54, bytes(cut % 1500)), LOCAL6, HOPS6, REFUSED4]
    area, _ = as_rows([messages, [STAMP]])
    held = control(messages)[:cut]
    lengths = np.array([len(held), min(cut, 64)], np.uintp)
    errors = parse_queued_errors(area, lengths)
    parse_arrivals(area, lengths)
    assert known(int(errors.time_ns[0])) == (STAMPED_NS if cut >= 64 else None)
    assert int(errors.error[0]) == (111 if len(control(messages)) <= cut else 0)


def requests_of_all_kinds() -> list[bytes]:
    """Base packets of two sessions in both formats, with TLVs and cut short in between."""
    made: list[bytes] = []
    for number in range(120):
        estimate = ErrorEstimate(True, NTP if number % 5 == 0 else PTP, 1, 7)
        tlvs = (extra_padding(28),) if number % 17 == 16 else ()
        packet = SenderPacket(number, 1_700_000_000 << 32 | number, estimate, number % 2, tlvs)
        data = packet.to_bytes()
        made.append(data[:30] if number % 23 == 22 else data)
    return made


def masked(reply: bytes) -> bytes:
    """Without T2 and T3, the only fields that time decides."""
    return reply[:4] + bytes(8) + reply[12:16] + bytes(8) + reply[24:]


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_a_busy_server_answers_as_the_engine_does(host: str) -> None:
    requests = requests_of_all_kinds()
    server = open_stamp_socket("::" if ":" in host else "0.0.0.0")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as client:
        client.bind((host, 0))
        client.connect((host, server.port))
        client.settimeout(20)
        own, source = Reflector(), client.getsockname()[:2]
        for data in requests:
            client.send(data)
        reflector = Reflector()
        serving = ReflectorServer(reflector, server)
        expected = [
            masked(reply.data)
            for data in requests
            if (reply := own.reflect(data, source, _now(), 64, now_ns=0, wall_ns=_now().time_ns))
        ]
        _until(lambda: reflector.counters.total() == len(requests), serving.serve)
        replies = [client.recv(2048) for _ in expected]
    server.close()
    assert [masked(reply) for reply in replies] == expected
    assert reflector.counters == own.counters
    for reply in map(ReflectorPacket.parse, replies):
        thinking_ns = reply.timestamp_ns - reply.receive_timestamp_ns
        assert 0 < thinking_ns < 60 * 10**9


def test_the_table_of_sessions_is_one() -> None:
    """Where the engine has no place, the server has none: numbers are copied, by the same count."""
    server = open_stamp_socket("::1")
    reflector = Reflector(max_sessions=1)
    serving = ReflectorServer(reflector, server)
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as client:
        for number in range(60):
            packet = SenderPacket(number, 0, ErrorEstimate(), ssid=1 + number % 2)
            client.sendto(packet.to_bytes(), ("::1", server.port))
        _until(lambda: reflector.counters["reflected"] == 60, serving.serve)
        replies = [ReflectorPacket.parse(client.recv(2048)) for _ in range(60)]
    server.close()
    assert reflector.counters == {"reflected": 60, "table_full": 30}
    numbers = {reply.sender_sequence: reply.sequence for reply in replies}
    assert numbers == {n: n if n % 2 else n // 2 for n in range(60)}


def test_nothing_to_read_after_an_error_is_no_batch() -> None:
    """A reply that nobody wants comes back as an ICMP error, which the next call may return."""
    server = open_stamp_socket("::1")
    serving = ReflectorServer(Reflector(), server)
    assert serving._serve_batch() == 0
    server.close()


def test_rings_carry_bytes_addresses_and_lengths() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one, socket.socket(
        socket.AF_INET6, socket.SOCK_DGRAM
    ) as other:  # fmt: skip
        one.bind(("::1", 0))
        other.bind(("::1", 0))
        other.connect(one.getsockname())
        out, back = SendRing(8, 100), ReceiveRing(16, 64)
        sizes = np.array([0, 1, 44, 63, 64, 65, 100, 9], np.uint32)
        out.data[:] = np.arange(8, dtype=np.uint8)[:, None]
        out.shape(sizes, 0, 0)
        assert out.send(other.fileno(), 0, 8) == (8, 0)
        assert back.receive(one.fileno()) == 8
        assert back.lengths.tolist() == np.minimum(sizes, 64).tolist()
        for row, length in enumerate(back.lengths):
            assert set(back.data[row, :length].tolist()) <= {row}
            assert parse_address(back.names[row].tobytes()) == other.getsockname()
        assert back.receive(one.fileno()) == 0


def _now() -> Stamp:
    return Stamp(1_700_000_000 * 10**9, StampSource.KERNEL)


def _until(done: Callable[[], bool], step: Callable[[], None]) -> None:
    for _ in range(100_000):
        if done():
            return
        step()
    raise AssertionError("never done")
