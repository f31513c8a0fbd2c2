"""A day of an agent with faults from a seed: every probe accounted for, memory flat."""

from __future__ import annotations

import gc
import tracemalloc
from collections import Counter

import pytest

from agent_day import Day, S
from fleet_twins import agent_flow
from netkit.model.measurement.sample import Outcome

HOUR_NS = 3600 * S
INTERVALS = (5 * S, 10 * S, 10 * S, 30 * S, 60 * S)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_day_with_faults_loses_no_probe_and_keeps_nothing(seed):
    flows = [agent_flow(number, interval_ns) for number, interval_ns in enumerate(INTERVALS, 1)]
    day = Day(flows, seed)
    held = []
    tracemalloc.start()
    ended, probes = Counter(), Counter()
    names = set()

    def take() -> None:
        for window in day.windows:
            assert window.key not in names, "one name for two windows"
            names.add(window.key)
            probes[window.key.dst] += sum(window.outcomes.values())
            probes[window.key.dst] += window.notes.get("undecided: broken off", 0)
            ended.update(window.outcomes)
        day.windows.clear()

    try:
        for hours in (2, 13, 24):
            day.live(hours * HOUR_NS)
            take()
            gc.collect()
            snapshot = tracemalloc.take_snapshot().filter_traces(
                [tracemalloc.Filter(True, "*/netkit/*")]
            )
            held.append(sum(trace.size for trace in snapshot.traces))
    finally:
        tracemalloc.stop()
    day.end()
    take()
    assert probes == day.sent
    assert len(ended) >= len(Outcome) - 2  # the faults are real
    names_bytes = 0  # names of windows are the test's own
    assert held[2] - names_bytes < held[0] + 200_000
    assert not day.engine.fleet.notes
