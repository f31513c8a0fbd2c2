"""A day of an agent with faults from a seed: every probe accounted for, memory flat."""

from __future__ import annotations

import gc
import os
from collections import Counter
from pathlib import Path

import pytest
from agent_day import Day, S
from fleet_twins import agent_flow

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import WindowKey

HOUR_NS = 3600 * S
INTERVALS = (10 * S, 30 * S, 60 * S, 60 * S)


@pytest.mark.parametrize(("seed", "hours"), [(1, 24), (2, 2)])
def test_a_day_with_faults_loses_no_probe_and_keeps_nothing(seed, hours):
    flows = [agent_flow(number, interval_ns) for number, interval_ns in enumerate(INTERVALS, 1)]
    day = Day(flows, seed)
    told = Told(day)
    resident = []
    for part in (1, 2, 3):
        day.live(part * hours * HOUR_NS // 3)
        told.take()
        resident.append(resident_bytes())
    day.end()
    told.take()
    assert told.probes == day.sent
    assert len(told.ended) >= len(Outcome) - 2  # the faults are real
    assert day.engine.fleet.counters["ignored: not an answer to its probe"] == day.strange // 2
    assert not day.engine.fleet.notes
    assert resident[2] < resident[0] + (8 << 20)  # the names of windows kept here are 2 MB


class Told:
    """Takes the windows of a day, and adds them up."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.names: set[WindowKey] = set()
        self.ended: Counter[Outcome] = Counter()
        self.probes: Counter[str] = Counter()

    def take(self) -> None:
        for window in self.day.windows:
            assert window.key not in self.names, "one name for two windows"
            self.names.add(window.key)
            self.probes[window.key.dst] += sum(window.outcomes.values())
            self.probes[window.key.dst] += window.notes.get("undecided: broken off", 0)
            self.ended.update(window.outcomes)
        self.day.windows.clear()


def resident_bytes() -> int:
    """What of this process is in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
