"""The wire's core: who leaves where, when, in which order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from netkit.lab.delay.delay_line import DelayLine
from netkit.lab.delay.line_shape import LineShape

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


def test_what_a_cut_has_caught_is_lost_though_it_is_mended_before_it_is_due():
    line = DelayLine((1, 0), (100, 100))
    caught = line.arrive(0, 0, b"inside")
    other = line.arrive(1, 5, b"other way")
    line.cut([(0, None)])
    line.restore()
    after = line.arrive(0, 10, b"after")
    assert [line.release(200) for _ in range(3)] == [caught, other, after]
    assert [line.lost(held) for held in (caught, other, after)] == [True, False, False]


def test_the_first_change_of_a_direction_lets_nothing_overtake_either():
    line = DelayLine((1, 0), (500, 500))
    slow = line.arrive(0, 0, b"slow")
    line.arrive(1, 0, b"other way")
    line.shape(0, LineShape(100))
    assert line.arrive(0, 10, b"fast").due_ns == slow.due_ns == 500
    assert line.arrive(0, 900, b"later").due_ns == 1000


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


def left(line, count, end=0, every=10):
    """The frames that leave, by their numbers, and when each is due."""
    for number in range(count):
        line.arrive(end, number * every, number.to_bytes(4, "big"))
    found = []
    while (held := line.release(10**9)) is not None:
        found.append((int.from_bytes(held.frame, "big"), held.due_ns))
    return found


def test_a_direction_changes_while_it_runs_and_nothing_overtakes():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(500))
    slow = line.arrive(0, 0, b"slow")
    line.shape(0, LineShape(100))
    fast = line.arrive(0, 10, b"fast")
    assert (slow.due_ns, fast.due_ns) == (500, 500)
    assert line.arrive(0, 900, b"later").due_ns == 1000
    assert line.arrive(1, 10, b"back").due_ns == 110


def test_jitter_stays_within_its_bounds_and_keeps_the_order():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(100, jitter_ns=50))
    found = left(line, 500, every=60)
    assert [number for number, _ in found] == [*range(500)]
    more = [due - 60 * number - 100 for number, due in found]
    assert min(more) >= 0
    assert max(more) <= 50
    assert len(set(more)) > 30


def test_losses_are_as_many_and_as_long_as_asked_and_the_same_again():
    shape = LineShape(100, loss=0.2, loss_run=5)
    lost = []
    for _ in range(2):
        line = DelayLine((1, 0), (100, 100))
        line.shape(0, shape)
        kept = {number for number, _ in left(line, 4000)}
        lost.append([number not in kept for number in range(4000)])
    assert lost[0] == lost[1]
    runs = sum(now and not before for before, now in zip([False, *lost[0]], lost[0], strict=False))
    assert 0.15 < sum(lost[0]) / 4000 < 0.25
    assert 4 < sum(lost[0]) / runs < 6


def test_a_frame_that_is_doubled_leaves_twice_at_once():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(100, duplicate=0.25))
    found = left(line, 1000)
    doubled = [one for one, other in pairwise(found) if one == other]
    assert 200 < len(doubled) < 300
    assert len(found) == 1000 + len(doubled)


def test_a_rate_sends_one_after_the_other_and_loses_what_would_wait_too_long():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(100, rate_bps=8_000_000, queue_ns=9_000))
    sent = [line.arrive(0, 10 * number, b"four") for number in range(5)]
    assert [held and held.due_ns for held in sent] == [4100, 8100, 12100, None, None]
    assert line.arrive(0, 12_500, b"of five").due_ns == 12_500 + 7000 + 100


def test_a_frame_that_was_told_late_does_not_wait_for_those_that_came_after_it():
    """Of two flows, one waited for its processor: 877 us of one probe were that."""
    line = DelayLine((1, 0), (1_000, 1_000))
    line.shape(0, LineShape(1_000))
    line.arrive(0, 0, b"before")
    assert line.arrive(0, 877, b"after").due_ns == 1_877
    assert line.arrive(0, 10, b"told late").due_ns == 1_010
    assert line.arrive(0, 900, b"the next").due_ns == 1_900


def test_nor_for_one_that_was_there_when_the_line_changed():
    line = DelayLine((1, 0), (1_000, 1_000))
    line.arrive(0, 877, b"after")
    line.shape(0, LineShape(1_000))
    assert line.arrive(0, 10, b"told late").due_ns == 1_010


def test_a_clock_that_was_set_back_holds_nothing_up():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(100))
    for number in range(100):
        line.arrive(0, 10**9 + number, b"before")
    assert [line.arrive(0, at, b"after").due_ns for at in (5, 7, 6)] == [105, 107, 106]


@given(st.lists(st.integers(0, 400), max_size=60), st.integers(0, 100), st.integers(0, 90))
def test_in_whatever_order_they_are_told_frames_leave_as_they_arrived(arrivals, delay, jitter):
    line = DelayLine((1, 0), (0, 0))
    line.shape(0, LineShape(delay, jitter_ns=jitter))
    held = sorted((line.arrive(0, at, b"") for at in arrivals), key=lambda one: one.arrival_ns)
    dues = [(one.arrival_ns, one.due_ns) for one in held]
    assert all(delay <= due - arrival <= delay + jitter for arrival, due in dues)
    assert all(a[1] <= b[1] for a, b in pairwise(dues) if a[0] < b[0])


def test_a_frame_that_was_told_late_takes_its_time_of_a_rate_all_the_same():
    line = DelayLine((1, 0), (100, 100))
    line.shape(0, LineShape(100, rate_bps=8_000_000))
    sent = [line.arrive(0, at, b"four") for at in (2_000, 1_000, 3_000)]
    assert [held and held.due_ns for held in sent] == [6_100, 5_100, 13_100]


def sent_by(arrivals: list[int], takes_ns: int) -> int:
    """When a line has sent the last of these, one after the other."""
    free_ns = 0
    for arrival_ns in sorted(arrivals):
        free_ns = max(arrival_ns, free_ns) + takes_ns
    return free_ns


@given(st.lists(st.integers(0, 200_000), max_size=60))
def test_whoever_comes_last_waits_for_all_that_a_rate_has_sent_by_then(arrivals):
    """Also for those that were told late, but never for time in which the line was idle."""
    line = DelayLine((1, 0), (0, 0))
    line.shape(0, LineShape(100, rate_bps=8_000_000))
    for number, arrival_ns in enumerate(arrivals):
        held = line.arrive(0, arrival_ns, b"four")
        told = arrivals[: number + 1]
        if held is not None and arrival_ns == max(told):
            assert held.due_ns == sent_by(told, 4_000) + 100


def test_the_newest_frame_is_remembered_whoever_is_told_late():
    """Also one that is older than all that are remembered."""
    line = DelayLine((1, 0), (0, 0))
    line.shape(0, LineShape(0, rate_bps=8_000_000))
    for arrival_ns in range(1_000, 65_000, 1_000):
        line.arrive(0, arrival_ns, b"1")
    assert line.arrive(0, 65_000, b"two of").due_ns == 71_000
    assert line.arrive(0, 10, b"1").due_ns == 1_010
    assert line.arrive(0, 65_500, b"1").due_ns == 72_000


def test_after_a_clock_was_set_back_frames_keep_order_with_those_since_alone():
    line = DelayLine((1, 0), (0, 0))
    line.shape(0, LineShape(0, rate_bps=8_000_000))
    for number in range(100):
        line.arrive(0, 10**9 + number, b"")
    for arrival_ns in range(1_000, 101_000, 1_000):
        assert line.arrive(0, arrival_ns, b"1").due_ns == arrival_ns + 1_000
    assert line.arrive(0, 50_500, b"1").due_ns == 52_000
    assert line.arrive(0, 10**9, b"1").due_ns == 10**9 + 1_000
