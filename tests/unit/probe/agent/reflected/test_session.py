"""Requests put into windows by T1: what is hostile or cannot be told is refused, and said."""

from __future__ import annotations

import pytest

from netkit.probe.agent.overflows import Overflow
from netkit.probe.agent.reflected.counts import WindowCounts
from netkit.probe.agent.reflected.ranges import Ranges
from netkit.probe.agent.reflected.session import WINDOW, HeardSession, Refused
from netkit.probe.agent.rows import WAIT_NS
from netkit.probe.reflector.sessions import REFWAIT_NS

S = 10**9
EPOCH_NS = 1_700_000_040 * S  # a whole minute
MINUTE_NS, PATIENCE_NS = 60 * S, 5 * S


class Heard:
    """A session of a request a second, heard at once; times are seconds."""

    def __init__(self) -> None:
        self.session = HeardSession(MINUTE_NS, PATIENCE_NS)

    def hear(self, at: float, number: int | None = None, *, t1: float | None = None, port=1):
        t1_ns = EPOCH_NS + int((at if t1 is None else t1) * S)
        number = int(at) if number is None else number
        return self.session.hear(port, number, t1_ns, EPOCH_NS + int(at * S), int(at * S))

    def second_by_second(self, since: int, until: int, without=()) -> None:
        for at in range(since, until):
            if at not in without:
                assert isinstance(self.hear(at), WindowCounts)

    def over(self, now: float) -> dict[int, WindowCounts]:
        found = self.session.over(int(now * S))
        return {(start_ns - EPOCH_NS) // S: counts for start_ns, counts in found}


def test_windows_are_those_of_the_sender_and_the_first_is_not_whole():
    heard = Heard()
    heard.second_by_second(10, 130, without=(70, 71))
    found = heard.over(129)
    assert [(at, one.received, one.whole) for at, one in found.items()] == [
        (0, 50, False), (60, 58, True),
    ]  # fmt: skip
    assert (found[60].first, found[60].last) == (60, 119)


def test_nothing_received_is_a_window_too_until_the_session_is_forgotten():
    heard = Heard()
    heard.second_by_second(10, 60)
    waits = PATIENCE_NS // S + WAIT_NS // S
    assert heard.over(60 + waits - 1) == {}
    assert list(heard.over(60 + waits)) == [0]
    silent = {at: one for now in range(100, 3000, 9) for at, one in heard.over(now).items()}
    assert all(one.received == 0 and one.whole for one in silent.values())
    assert list(silent) == list(range(60, 60 + REFWAIT_NS // S - waits - 60, 60))


def test_copies_and_what_was_overtaken():
    heard = Heard()
    heard.second_by_second(0, 60)
    for at, number in ((60, 60), (62, 62), (62.1, 62), (62.2, 61)):
        heard.hear(at, number, t1=number)
    heard.second_by_second(63, 130)
    counts = heard.over(130)[60]
    assert (counts.received, counts.duplicates, counts.reordered) == (60, 1, 1)


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        ({"t1": 100 - 365 * 86_400}, Refused.IMPLAUSIBLE),
        ({"t1": 100 + 7200}, Refused.IMPLAUSIBLE),
        ({"number": 90, "t1": 90, "port": 2}, Refused.OTHER_PORT),
        ({"number": 20, "t1": 20}, Refused.TOO_OLD),
    ],
)
def test_a_hostile_request_is_refused_and_takes_nothing_away(request_, why):
    heard = Heard()
    heard.second_by_second(0, 100)
    heard.over(99)
    assert heard.hear(100, **{"number": 100 - 1, **request_}) is why
    heard.second_by_second(100, 140)
    assert heard.over(140)[60].whole
    assert heard.session.hear(1, 0, 0, EPOCH_NS, 140 * S) is Refused.IMPLAUSIBLE


def test_numbers_too_far_behind_leave_their_window_in_doubt():
    heard = Heard()
    heard.second_by_second(0, 62)
    heard.hear(63, 62 + WINDOW + 10)
    assert heard.hear(64, 63, t1=62.5) is Refused.TOO_FAR
    heard.hear(130, 62 + WINDOW + 20)
    assert not heard.over(130)[60].whole


@pytest.mark.parametrize(
    "begin", [{"number": 0, "port": 2}, {"number": 0}, {"number": 101, "port": 2}]
)
def test_a_window_of_two_runs_is_not_whole_and_the_next_one_is(begin):
    heard = Heard()
    heard.second_by_second(0, 100)
    heard.hear(100, **begin)
    for at in range(101, 200):
        heard.hear(at, begin["number"] + at - 100, port=begin.get("port", 1))
    assert [(at, one.whole) for at, one in heard.over(190).items()] == [
        (0, False), (60, False), (120, True),
    ]  # fmt: skip


@pytest.mark.parametrize("port", [1, 2])
@pytest.mark.parametrize("number", [101, 0, 2**31])
@pytest.mark.parametrize("times", [1, 3])
def test_a_forged_request_from_the_hour_to_come_costs_one_window(port, number, times):
    heard = Heard()
    heard.second_by_second(0, 101)
    for more in range(times):
        heard.hear(100.5, number + more, t1=3600, port=port)
    for at in range(101, 120):
        assert heard.hear(at) is Refused.TOO_OLD
    found = heard.over(120)
    for minute in range(120, 420, 60):
        heard.second_by_second(minute, minute + 60)
        found |= heard.over(minute + 60)
    assert [(at, one.received, one.whole) for at, one in found.items() if 60 < at < 3600] == [
        (at, 60, True) for at in (120, 180, 240, 300)
    ]


def test_a_clock_that_was_set_ahead_goes_on_from_there():
    heard = Heard()
    heard.second_by_second(0, 101)
    found = heard.over(100)
    for at in range(101, 300):
        heard.hear(at, at, t1=at + 1200)
        found |= heard.over(at)
    assert [(at, one.received) for at, one in found.items() if one.whole and at > 60] == [
        (1320, 60), (1380, 60),
    ]  # fmt: skip


def test_numbers_of_32_bits_go_on():
    heard = Heard()
    for at in range(130):
        heard.hear(at, (2**32 - 70 + at) % 2**32)
    counts = heard.over(130)[60]
    assert (counts.received, counts.reordered, counts.duplicates) == (60, 0, 0)
    assert counts.last - counts.first == 59


def test_memory_of_a_session_is_bounded_whatever_comes():
    heard = Heard()
    heard.second_by_second(0, 60)
    refused = [heard.hear(60, 61 + at, t1=60 + 59 * at) for at in range(60)]
    assert refused.count(Refused.TOO_MANY) > 20
    assert len(heard.over(60)) < 60


def test_what_the_socket_dropped_is_told_of_gaps_in_that_time_alone():
    heard = Heard()
    heard.second_by_second(0, 130, without=(70, 71, 90))
    counts = heard.over(130)[60]
    here, elsewhere, other = (
        Overflow(6, 5, 70 * S, 71 * S), Overflow(6, 5, 80 * S, 81 * S), Overflow(4, 5, 0, 200 * S),
    )  # fmt: skip
    assert counts.take_dropped([here, elsewhere, other], 6) == 2
    assert (here.count, elsewhere.count, other.count) == (3, 5, 5)
    assert counts.take_dropped([Overflow(6, 9, 0, 200 * S)], 6) == 1, "what is left"


def test_of_many_ranges_the_oldest_is_forgotten():
    held = Ranges(1)
    for number in range(0, 400, 10):
        held.add(number)
    assert (0 in held, 390 in held, 391 in held, 392 in held) == (False, True, True, False)
