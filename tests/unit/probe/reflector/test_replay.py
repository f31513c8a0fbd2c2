"""An authenticated packet is answered once in its session; nobody honest is taken for a replay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from stamp_path import EPOCH_NS, kernel

from netkit.probe.reflector.admission.access import AccessList
from netkit.probe.reflector.admission.copies import Copies
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.replay import WINDOW, ReplayWindow
from netkit.probe.reflector.sessions import PAUSE_NS
from netkit.wire.stamp import ReflectorPacket, SenderPacket
from netkit.wire.timestamps import ErrorEstimate, TimestampFormat, encode_timestamp

S = 10**9
KEY = bytes(range(32))
HOST = ("2001:db8::1", 40000)


def packet(sequence: int, sent_ns: int) -> bytes:
    stamp = encode_timestamp(EPOCH_NS + sent_ns, TimestampFormat.PTP)
    return SenderPacket(sequence, stamp, ErrorEstimate(), 5).to_bytes(KEY)


def ask(
    reflector: Reflector, data: bytes, now_ns: int, source: tuple[str, int] = HOST
) -> int | None:
    """The number of the reply."""
    wall_ns = EPOCH_NS + now_ns
    reply = reflector.reflect(data, source, kernel(wall_ns), 64, now_ns=now_ns, wall_ns=wall_ns)
    return None if reply is None else ReflectorPacket.parse(reply.data, KEY).sequence


def test_a_packet_is_answered_once() -> None:
    reflector = Reflector(key=KEY)
    sent = [packet(n, n * S) for n in range(5)]
    assert [ask(reflector, data, n * S) for n, data in enumerate(sent)] == [0, 1, 2, 3, 4]
    assert [ask(reflector, data, 9 * S) for data in sent] == [None] * 5
    assert reflector.counters == {"reflected": 5, "replayed": 5}


def test_replays_take_nothing_from_the_sender_they_are_forged_from() -> None:
    """20 probes a second where 20 are allowed, each repeated 50 times before the next."""
    reflector = Reflector(key=KEY, admission=AccessList(source_rate=20, total_rate=20))
    answered = 0
    for n in range(200):
        now_ns = n * S // 20
        data = packet(n, now_ns)
        answered += ask(reflector, data, now_ns) is not None
        assert [ask(reflector, data, now_ns + 1 + k) for k in range(50)] == [None] * 50
    assert answered == 200
    assert reflector.counters == {"reflected": 200, "replayed": 200 * 50}


def test_copies_from_other_ports_take_nothing_from_their_sender_either() -> None:
    """20 probes a second where 20 are allowed, each copied from 50 ports of the same network."""
    reflector = Reflector(key=KEY, admission=AccessList(source_rate=20))
    answered = copies = 0
    for n in range(200):
        now_ns = n * S // 20
        answered += ask(reflector, packet(n, now_ns), now_ns) is not None
        for k in range(50):
            source = (f"2001:db8::{k + 2:x}", 41000 + n + k)
            copies += ask(reflector, packet(max(0, n - k % 7), now_ns), now_ns, source) is not None
            copies += ask(reflector, packet(0, 0), now_ns, source) is not None
    assert answered == 200
    # Copies share what is there for those who prove nothing new: a bucket of the same rate.
    assert 0 < copies <= 2 * 20 * 11
    assert reflector.counters["copied"] > 9000


def test_a_copy_is_known_as_long_as_it_keeps_coming() -> None:
    copies = Copies(generation=4)
    assert not copies.seen(b"a")
    for n in range(40):
        assert copies.seen(b"a")
        assert not any(copies.seen(bytes([n, k])) for k in range(3))
    for n in range(9):
        copies.seen(bytes([99, n]))
    assert not copies.seen(b"a")


def test_flows_of_a_sender_with_a_coarse_clock_are_all_answered() -> None:
    """The same number, time and SSID from each of its ports: copies, and honest ones."""
    reflector = Reflector(key=KEY, admission=AccessList(source_rate=100))
    flows = [("2001:db8::1", 40000 + flow) for flow in range(4)]
    for n in range(20):
        assert all(ask(reflector, packet(n, n * S), n * S, flow) == n for flow in flows)


def test_from_another_port_it_is_another_session() -> None:
    """RFC 8762 has nothing against that; docs/stamp.md says so."""
    reflector = Reflector(key=KEY)
    assert ask(reflector, packet(0, 0), 0) == 0
    assert ask(reflector, packet(0, 0), 0, ("2001:db8::1", 40001)) == 0


def test_a_second_run_from_the_same_port_begins_anew_and_the_first_stays_spent() -> None:
    reflector = Reflector(key=KEY)
    first = [packet(n, n * S) for n in range(3)]
    for n, data in enumerate(first):
        ask(reflector, data, n * S)
    second = [packet(n, 10 * S + 2 * PAUSE_NS + n * S) for n in range(3)]
    assert ask(reflector, second[0], 10 * S + 2 * PAUSE_NS) == 0
    assert ask(reflector, first[0], 10 * S + 4 * PAUSE_NS) is None
    assert ask(reflector, second[1], 11 * S + 2 * PAUSE_NS) == 1
    assert ask(reflector, second[0], 20 * S) is None


def test_a_clock_that_is_set_back_shuts_no_sender_out() -> None:
    reflector = Reflector(key=KEY)
    assert ask(reflector, packet(0, 3600 * S), 0) == 0
    assert ask(reflector, packet(1, 5), S) == 1
    assert ask(reflector, packet(1, 5), S) is None


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=60),
    st.lists(st.integers(0, WINDOW - 100), max_size=60),
    st.data(),
)
def test_any_order_within_the_window_once_each(
    steps: list[int], late: list[int], data: st.DataObject
) -> None:
    """Numbers count up with losses; some are overtaken by others; then all come a second time."""
    numbers = [sum(steps[: n + 1]) for n in range(len(steps))]
    delays = data.draw(st.permutations([*late[: len(numbers)], *[0] * len(numbers)]))
    arriving = sorted(range(len(numbers)), key=lambda n: numbers[n] + delays[n])
    window = ReplayWindow()
    for n in arriving:
        assert not window.replayed(numbers[n], numbers[n] * S)
        window.answered(numbers[n], numbers[n] * S)
    assert all(window.replayed(number, number * S) for number in numbers)
