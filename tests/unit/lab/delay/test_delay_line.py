"""The wire's core: who leaves where, when, in which order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netkit.lab.delay.delay_line import DelayLine

arrivals = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 400)).map(lambda pair: pair), max_size=30
)


@given(
    arrivals,
    st.lists(st.integers(0, 200), min_size=4, max_size=4),
    st.integers(0, 250),
)
def test_everything_leaves_once_on_time_and_in_order(events, delays, advance):
    line = DelayLine((1, 0, 3, 2), delays, advance_ns=advance)
    events = sorted(events, key=lambda event: event[1])
    left = []
    for now in range(1000):
        for number, (end, at) in enumerate(events):
            if at == now:
                line.arrive(end, at, number.to_bytes(8, "big"))
        while (held := line.release(now)) is not None:
            left.append((now, held))
    assert len(line) == 0
    assert sorted(int.from_bytes(held.frame, "big") for _, held in left) == [*range(len(events))]
    for now, held in left:
        assert held.due_ns == held.arrival_ns + delays[held.entered]
        assert now == max(held.arrival_ns, held.due_ns - advance)
    for end in range(4):
        frames = [held.frame for _, held in left if held.entered == end]
        assert frames == sorted(frames), "a cable must not reorder"


def test_a_cut_takes_what_arrives_and_what_is_inside():
    line = DelayLine((1, 0), (100, 100))
    assert line.arrive(0, 0, b"inside") is not None
    line.cut([(0, None)])
    assert line.arrive(0, 10, b"late") is None
    assert line.arrive(1, 10, b"other way") is not None
    held = line.release(100)
    assert held is not None
    assert line.lost(held)
    other = line.release(110)
    assert other is not None
    assert not line.lost(other)
    line.restore()
    assert line.arrive(0, 120, b"again") is not None


def test_a_cut_for_one_address_spares_the_others():
    line = DelayLine((1, 0), (100, 100))
    line.cut([(0, b"\x02\x5f\x00\x01\x00\x02")])
    assert line.arrive(0, 0, bytes.fromhex("025f00010002") + b"...") is None
    assert line.arrive(0, 0, bytes.fromhex("025f00010003") + b"...") is not None


def test_a_frame_of_the_wires_own_leaves_at_the_far_end_when_due():
    line = DelayLine((1, 0), (100, 100), advance_ns=30)
    line.schedule(0, 1000, b"shot")
    assert line.next_release_ns() == 970
    assert line.release(969) is None
    held = line.release(970)
    assert held is not None
    assert line.far[held.entered] == 1
    assert line.next_release_ns() is None


def test_ends_that_are_shorter_than_the_advance_are_named():
    assert DelayLine((1, 0), (20, 40), advance_ns=30).too_short == [0]
