"""How many probes a window has room for."""

import pytest

from netkit.errors import InputError
from netkit.probe.run.tiers import schedule

MS = 1_000_000


def test_a_window_is_filled_but_for_the_first_probe_and_the_last_timeout():
    assert (schedule(1, 30).count, schedule(1, 30).interval_ns) == (556, 50 * MS)
    assert schedule(100, 30) == schedule(1, 30)


def test_of_many_flows_each_sends_less_often():
    thousand = schedule(1000, 30)
    assert thousand.interval_ns == 500 * MS
    assert thousand.count == 55


def test_a_window_with_too_few_probes_is_refused_with_what_would_do():
    assert schedule(1, 2.7).count == 10
    with pytest.raises(InputError, match="confirm: 2s; expected at least 3s for 1 flow"):
        schedule(1, 2)
    with pytest.raises(InputError, match="at least 53s for 10000 flows"):
        schedule(10_000, 30)
