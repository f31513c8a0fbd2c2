"""Both clocks are read so close together that the size of a step is known."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from netkit.probe.clock import reading
from netkit.probe.clock.reading import read_clocks
from netkit.probe.sender.clock_watch import ClockWatch

MS = 1_000_000


class Host:
    """Its clocks go on by 50 ns with each look; after looks named somebody else runs for 4 ms."""

    def __init__(self, stalls: set[int] | None = None) -> None:
        self.true_ns = self.looks = 0
        self.set_ns = 10**18
        self.stalls = stalls or set()

    def clock(self, offset: Callable[[], int]) -> int:
        shown = self.true_ns + offset()
        self.looks += 1
        self.true_ns += 50 + 4 * MS * (self.looks in self.stalls)
        return shown

    def installed(self, patch: pytest.MonkeyPatch) -> Host:
        clocks = SimpleNamespace(
            monotonic_ns=lambda: self.clock(lambda: 0),
            time_ns=lambda: self.clock(lambda: self.set_ns),
        )
        patch.setattr(reading, "time", clocks)
        return self


@pytest.mark.parametrize("stalls", [set(), {4}, {5}, {4, 5, 7}])
def test_the_size_of_a_step_is_known_though_others_run(
    monkeypatch: pytest.MonkeyPatch, stalls: set[int]
) -> None:
    host = Host(stalls).installed(monkeypatch)
    watch = ClockWatch()
    assert not watch.look(read_clocks(), 0)
    host.set_ns += 50 * MS
    assert watch.look(read_clocks(), 1)
    assert watch.set_ns == pytest.approx(50 * MS, abs=1000)


def test_a_host_that_never_lets_it_be_is_read_some_times_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = Host(set(range(1, 100))).installed(monkeypatch)
    found = read_clocks()
    assert host.looks <= 12
    assert found.before_ns + 10**18 <= found.utc_ns <= found.after_ns + 10**18
