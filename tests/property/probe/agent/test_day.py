"""A day of an agent with faults from a seed: every probe accounted for, memory flat."""

from __future__ import annotations

import gc
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from agent_day import Day, S
from examples import enough
from fleet_twins import agent_flow

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DISPUTED, Window, WindowKey
from netkit.probe.agent.reflected.session import Refused
from netkit.stats.windows.joined import joined_sessions

HOUR_NS = 3600 * S
INTERVALS = (10 * S, 30 * S, 60 * S, 60 * S)


@pytest.mark.parametrize(("seed", "hours"), [(1, enough(3, 24)), (2, enough(1, 2))])
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
    both_ends_agree(day, told)
    refused = sum((peer.refused for peer in day.peers.values()), Counter())
    whys = [Refused.IMPLAUSIBLE, Refused.OTHER_PORT, *([Refused.TOO_OLD] if hours == 24 else [])]
    assert refused.keys() >= {f"in no window: {why}" for why in whys}
    assert len(told.ended) >= len(Outcome) - 2  # the faults are real
    assert day.engine.fleet.counters["ignored: not an answer to its probe"] == day.strange // 2
    assert not day.engine.fleet.notes
    assert resident[2] < resident[0] + (8 << 20)  # the names of windows kept here are 2 MB


def both_ends_agree(day, told):
    """Whole windows of the other ends are what was the case, and joined they tell out from back.

    What is not whole may say anything, but every request is in some window or counted.
    """
    compared = 0
    for key, window in day.seen.items():
        assert key.observer == key.dst
        sender = told.kept.get(replace(key, observer=key.src))
        if sender is None or sender.incomplete or window.incomplete:
            continue
        compared += 1
        out = day.out[key.dst, key.start_ns]
        assert window.forward.received == window.backward.sent == len(out.arrived), key
        assert window.forward.duplicates == out.copies, key
        (joined,) = joined_sessions([sender, window])
        assert DISPUTED not in joined.notes
        assert joined.forward.sent == out.sent
        assert joined.forward.lost == out.sent - out.refused - len(out.arrived)
        assert joined.backward.sent == len(out.arrived)
        assert joined.backward.lost == len(out.arrived) - joined.backward.received
    # Where clocks are an hour apart nothing is compared, and some of the day they are.
    assert compared > len(told.names) / 2
    for peer in day.peers.values():
        assert peer.heard == peer.told, "each request is in a window, or counted"


class Told:
    """Takes the windows of a day, and adds them up."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self.names: set[WindowKey] = set()
        self.ended: Counter[Outcome] = Counter()
        self.probes: Counter[str] = Counter()
        self.kept: dict[WindowKey, Window] = {}

    def take(self) -> None:
        for window in self.day.windows:
            assert window.key not in self.names, "one name for two windows"
            self.names.add(window.key)
            self.kept[window.key] = counts_of(window)
            self.probes[window.key.dst] += sum(window.outcomes.values())
            self.probes[window.key.dst] += window.notes.get("undecided: broken off", 0)
            self.ended.update(window.outcomes)
        self.day.windows.clear()


def counts_of(window: Window) -> Window:
    """Without its delays, which nobody asks for here."""
    ways = (window.forward, window.backward)
    forward, backward = (replace(way, delay=None, ipdv=None) for way in ways)
    return replace(window, forward=forward, backward=backward, round_trip=None)


def resident_bytes() -> int:
    """What of this process is in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
