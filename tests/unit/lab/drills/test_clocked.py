"""What clocks make of a drill: samples of a path that never changes, read by clocks that do."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest
from drill_phases import phase
from goldens import ROOT

from netkit.files.native.topology import load_topology
from netkit.lab.clocks.kept import KeptClock, true_sample
from netkit.lab.drills.analysis.clocked import clocks_of
from netkit.lab.drills.analysis.windows import Window
from netkit.model.drills.result import DirectionDrill, DrillResult
from netkit.model.drills.scenario import ClockFault, DrillPhase
from netkit.model.measurement.host_clock import HostClock
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.report.clock_words import blame_text
from netkit.report.drill_words import contradictions

MS = 1_000_000
EPOCH_NS = 1_790_000_000_000_000_000
TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
PAIRS = (("nanjing", "shanghai"), ("nanjing", "hangzhou"), ("hangzhou", "shanghai"))
ONE_WAY_NS = {PAIRS[0]: 4_748_000, PAIRS[1]: 3_448_000, PAIRS[2]: 1_300_000}
WRONG_NS, RIGHT_NS, END_NS = 1_000 * MS, 9_000 * MS, 10_000 * MS
WINDOWS = (
    Window(DrillPhase.BEFORE, -1, EPOCH_NS, EPOCH_NS, EPOCH_NS + WRONG_NS, None),
    Window(DrillPhase.DEGRADED, 0, EPOCH_NS + WRONG_NS, EPOCH_NS + WRONG_NS,
           EPOCH_NS + RIGHT_NS, EPOCH_NS + WRONG_NS),
    Window(DrillPhase.RESTORED, 1, EPOCH_NS + RIGHT_NS, EPOCH_NS + RIGHT_NS,
           EPOCH_NS + END_NS, EPOCH_NS + WRONG_NS),
)  # fmt: skip


def sample(number, sent_ns, there_ns, back_ns, near, far):
    """One probe, as the clocks of both ends have it."""
    times = (sent_ns, sent_ns + there_ns, sent_ns + there_ns + 50_000,
             sent_ns + there_ns + back_ns + 50_000)  # fmt: skip
    clocks = (near, far, far, near)
    stamps = [Stamp(time if clock is None else clock.read(time), StampSource.KERNEL)
              for time, clock in zip(times, clocks, strict=True)]  # fmt: skip
    return Sample(number, Outcome.RECEIVED, *stamps)


STEADY = ((0, None),)
TWO_PATHS = ((300_000, DrillPhase.BEFORE), (-300_000, DrillPhase.DEGRADED))
"""Of two flows: by how much their ways are off their middle, and in which phase half is lost."""


def drilled(fault, longer_ns=0, flows=STEADY, late_from_ns=END_NS):
    """A probe each 20 ms of each flow of each pair; the paths of nanjing get longer with the
    fault. From some time on replies come too late for their senders."""
    clock = KeptClock(HostClock())
    start_ns = EPOCH_NS + WRONG_NS
    wrong = HostClock(fault.offset_us * 1000, fault.drift_ppb, start_ns=start_ns)
    clock.becomes(wrong, start_ns)
    clock.becomes(HostClock(), EPOCH_NS + RIGHT_NS)
    found = []
    for pair, (skew_ns, loses_in) in product(PAIRS, flows):
        near, far = (clock if end == "nanjing" else None for end in pair)
        shown = []
        for number in range(END_NS // (20 * MS)):
            sent_ns = EPOCH_NS + number * 20 * MS + 1
            ill = WRONG_NS <= sent_ns - EPOCH_NS < RIGHT_NS
            one_way_ns = ONE_WAY_NS[pair] + longer_ns * (ill and "nanjing" in pair)
            phase = DrillPhase.DEGRADED if ill else DrillPhase.BEFORE
            if phase is not loses_in or number % 2:
                ways_ns = (one_way_ns + skew_ns, one_way_ns - skew_ns)
                whole = sample(number, sent_ns, *ways_ns, near, far)
                lost = sent_ns - EPOCH_NS >= late_from_ns
                shown.append(Sample(number, Outcome.LOST, whole.t1) if lost else whole)
        traced = [SimpleNamespace(sample=true_sample(one, near, far)) for one in shown]
        session = SimpleNamespace(samples=shown)
        found.append(SimpleNamespace(src=pair[0], dst=pair[1], session=session, traced=traced))
    measured = SimpleNamespace(pairs=found)
    return clocks_of(TOPOLOGY, measured, {0: fault}, WINDOWS, EPOCH_NS)


def of(clocks, src, dst, phase=DrillPhase.DEGRADED):
    return next(one for one in clocks.phases if (one.src, one.dst, one.phase) == (src, dst, phase))


def test_a_slow_clock_is_named_and_the_truth_is_certain_all_the_same():
    clocks = drilled(ClockFault(("nanjing",), drift_ppb=-50_000))
    away, back = of(clocks, "nanjing", "shanghai"), of(clocks, "shanghai", "nanjing")
    assert away.measured.most_us == pytest.approx(4_748 + 400, abs=2)
    assert back.measured.least_us == pytest.approx(4_748 - 400, abs=2)
    for one in clocks.phases:
        assert one.true.least_us == one.true.most_us == one.figure_us
        assert one.certain is not None
        assert one.certain.holds(one.figure_us)
    (verdict,) = clocks.verdicts
    assert verdict.named == {"nanjing"}
    assert verdict.clocks[0][1] == pytest.approx(-333, abs=40)
    assert not verdict.slower
    assert not clocks.contradicted


def test_a_clock_that_is_set_unseen_is_named():
    (verdict,) = drilled(ClockFault(("nanjing",), offset_us=3_000)).verdicts
    assert dict(verdict.clocks)["nanjing"] == pytest.approx(3_000, abs=1)


@pytest.mark.parametrize("drift_ppb", [1, -50_000])
def test_flows_over_unequal_paths_accuse_no_other_clock(drift_ppb):
    """Put together, most probes would be of one path before, and of the other one then."""
    fault = ClockFault(("nanjing",), drift_ppb=drift_ppb)
    (verdict,) = drilled(fault, flows=TWO_PATHS).verdicts
    assert verdict.named == ({"nanjing"} if drift_ppb < -1 else frozenset())
    assert not verdict.slower


def test_only_directions_of_wrong_clocks_are_drawn():
    clocks = drilled(ClockFault(("nanjing",), drift_ppb=-50_000))
    assert clocks.read.keys() == {*PAIRS[:2], *(pair[::-1] for pair in PAIRS[:2])}
    at_ms, first_us = clocks.read[PAIRS[0]][0]
    assert at_ms == pytest.approx(0, abs=1e-5)
    assert first_us == pytest.approx(4_748)


def test_a_link_is_not_taken_for_the_clock():
    """Were the paths of that host longer in truth, the drill would say so."""
    clocks = drilled(ClockFault(("nanjing",), drift_ppb=-1), longer_ns=2 * MS)
    (verdict,) = clocks.verdicts
    assert verdict.named == frozenset()
    assert set(verdict.slower) == {("nanjing", "shanghai"), ("hangzhou", "nanjing")}
    assert not clocks.contradicted


@pytest.mark.parametrize(("late_from_s", "shown"), [(10, True), (8.9, True), (5, False)])
def test_where_no_probe_came_back_nothing_is_said_of_clocks(late_from_s, shown):
    """As on a machine that does not keep up: no clock would be seen to have moved."""
    fault = ClockFault(("nanjing",), offset_us=20_000)
    clocks = drilled(fault, late_from_ns=round(late_from_s * 1000) * MS)
    (verdict,) = clocks.verdicts
    assert (verdict.shown, verdict.named) == (shown, {"nanjing"} if shown else frozenset())
    assert clocks.unshown == (() if shown else (verdict,))
    assert ("no probe came back" in blame_text(verdict)) is not shown
    assert drill_of(clocks).verdict is (Verdict.PASS if shown else Verdict.UNKNOWN)
    doubts = ["nanjing to shanghai, degraded: no probe came back to tell"]
    assert list(contradictions(drill_of(clocks))) == ([] if shown else doubts)


def drill_of(clocks):
    """A drill in which the links saw every probe arrive."""
    degraded = phase(DrillPhase.DEGRADED, (1000, 9000), (400, 0), 4_748, 4_748, Verdict.PASS)
    ways = tuple(
        DirectionDrill(*ends, 5_000, False, 400, 0, 0, 0, (degraded,), ())
        for ends in (("nanjing", "shanghai"), ("hangzhou", "shanghai"))
    )
    facts = ("n", "", "", "lab-region", "2023", "static", "wire", 10_000.0, 20.0, 1)
    return DrillResult(*facts, {}, (), ways, clocks=clocks)


def test_a_crystal_worse_than_crystals_are_breaks_the_certificate_or_is_unknown():
    clocks = drilled(ClockFault(("nanjing",), drift_ppb=-1_000_000))
    hit = [one for one in clocks.phases
           if one.phase is DrillPhase.DEGRADED and "nanjing" in (one.src, one.dst)]  # fmt: skip
    assert all(one.certain is None or one.refuted for one in hit)
