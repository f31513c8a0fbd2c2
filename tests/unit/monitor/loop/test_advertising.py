import pytest

from netkit.monitor.loop.advertising import Announced, Damping, announcements
from netkit.monitor.loop.link_delays import LinkDelay

LINK = ("ab", "a")
S = 1_000_000_000


KNOWN = Announced(4000, 0)


def told(delay_us, *, before=KNOWN, uncertainty_us=5.0, now_s=1000):
    measured = [LinkDelay(LINK, delay_us, uncertainty_us)]
    return announcements(measured, {LINK: before}, Damping(), now_s * S)


def test_a_small_change_is_suppressed_however_long_it_stands():
    assert not told(4045, now_s=10**6)
    assert not told(4110, now_s=10**6)  # over 50 µs, but under 3 %
    assert told(4125)


def test_a_change_waits_for_the_inter_update_timer():
    assert not told(4200, now_s=119)
    (one,) = told(4200, now_s=120)
    assert (one.before_us, one.delay_us, one.accelerated) == (4000, 4200, False)


def test_a_large_change_does_not_wait_but_for_a_second():
    assert not told(5000, now_s=0.5)
    (one,) = told(5000, now_s=1)
    assert one.accelerated


@pytest.mark.parametrize("delay_us", [3000, 5200])
def test_both_directions_of_change_are_told(delay_us):
    assert told(delay_us)


def test_what_may_be_the_clocks_is_not_told():
    assert not told(5000, uncertainty_us=1000)
    assert told(5001, uncertainty_us=1000)


@pytest.mark.parametrize("delay_us", [0, -3, -9000])
def test_a_delay_that_is_none_is_not_told(delay_us):
    assert not told(delay_us)


def test_delays_are_rounded_up_to_whole_microseconds():
    assert told(4200.01)[0].delay_us == 4201


def test_a_topologys_own_delay_may_be_told_anew_at_once():
    assert told(4200, before=Announced(4000), now_s=0)


def test_a_delay_that_swings_is_told_once_a_timer_at_the_most():
    last, count = Announced(4000, 0), 0
    for second in range(1, 3601):
        found = told(4000 + 150 * (second % 2), before=last, now_s=second)
        for one in found:
            last, count = Announced(one.delay_us, second * S), count + 1
    assert count <= 3600 // 120


def test_what_a_clock_that_was_ahead_announced_keeps_nothing_back():
    assert told(5000, before=Announced(4000, 10**9 * S))
