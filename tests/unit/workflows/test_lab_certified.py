"""What the ledger says of hosts with clocks of their own: certain and true, or who is contradicted.

The samples are those of a lab that ran, read again by the clocks of each test.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from clocked_samples import TOPOLOGY, Recorded, as_read

from netkit.api import plan
from netkit.errors import ExitCode
from netkit.lab.clocks.kept import KeptClock
from netkit.model.measurement.host_clock import ClockSet, HostClock
from netkit.model.measurement.sample import Sample
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import LedgerCause, LedgerLine
from netkit.report.results import DirectionMeasured, LabFacts, LoopResults, PairMeasured
from netkit.workflows.campaigns.loop import CampaignRun
from netkit.workflows.lab_certified import TwoTimes, certified_lines

RECORDED = Recorded.of()
MS, S = 1_000_000, 1_000_000_000
PAIRS = tuple(dict.fromkeys((src, dst) for src, dst, _ in RECORDED.rows))
ANSWERS = plan(TOPOLOGY, [way for pair in PAIRS for way in (pair, pair[::-1])])
OFFSETS_NS = {"shanghai": 350 * MS, "nanjing": -S, "hangzhou": 620 * MS, "qingpu-dc": 80 * MS}
CRYSTALS = {
    site: HostClock(OFFSETS_NS.get(site, 0), 50_000, start_ns=RECORDED.start_ns)
    for site in RECORDED.sites
}


def by_pair(rows) -> dict[tuple[str, str], list[Sample]]:
    found: dict[tuple[str, str], list[Sample]] = {}
    for src, dst, sample in rows:
        found.setdefault((src, dst), []).append(sample)
    return found


def run(changed: Mapping[str, HostClock]) -> CampaignRun:
    clocks = CRYSTALS | dict(changed)
    probes = len(RECORDED.rows) // len(PAIRS)
    way = DirectionMeasured(probes, 0, ledger=LedgerLine(1, 1, 1, 1, 0, probes))
    before = {pair: PairMeasured(way, way, Verdict.PASS, True) for pair in PAIRS}
    times = TwoTimes(by_pair(as_read(RECORDED.rows, clocks)), by_pair(RECORDED.rows))
    kept = {site: KeptClock(clock) for site, clock in clocks.items()}
    measured = certified_lines(before, times, kept, TOPOLOGY, ANSWERS)
    return CampaignRun(LoopResults(TOPOLOGY, ANSWERS, LabFacts(ran=True), measured))


def causes(run: CampaignRun) -> dict[tuple[str, str], set[LedgerCause]]:
    found = {way: {one.cause for one in line.contradictions} for way, line in lines(run).items()}
    return {way: of for way, of in found.items() if of}


def lines(run: CampaignRun) -> dict[tuple[str, str], LedgerLine]:
    return run.results.ledger


def test_wrong_clocks_that_claim_nothing_contradict_nothing() -> None:
    found = run({})
    assert causes(found) == {}
    assert found.exit_code is ExitCode.OK
    for (src, dst), line in lines(found).items():
        assert line.certain.known
        assert line.certain.contains_truth
        assert line.certain.high_ms - line.certain.low_ms < 5
        assert line.clock_uncertainty_ms is None
        apart_ms = (OFFSETS_NS.get(dst, 0) - OFFSETS_NS.get(src, 0)) / MS
        assert line.measured_ms == pytest.approx(apart_ms + line.certain.true_ms, abs=10)


def test_true_claims_are_shown_and_hold() -> None:
    held = HostClock(50_000, claimed_error_ns=200_000, start_ns=RECORDED.start_ns)
    found = run({"shanghai": held, "wuhu-dc": held})
    assert causes(found) == {}
    line = lines(found)["shanghai", "wuhu-dc"]
    assert line.clock_uncertainty_ms == pytest.approx(0.4)
    assert line.certain.high_ms - line.certain.low_ms < 1
    assert lines(found)["shanghai", "nanjing"].clock_uncertainty_ms is None


def test_a_clock_that_lies_grossly_makes_a_cycle_impossible_and_is_named() -> None:
    liar = HostClock(350 * MS, claimed_error_ns=100_000, start_ns=RECORDED.start_ns)
    honest = HostClock(0, claimed_error_ns=100_000, start_ns=RECORDED.start_ns)
    found = run({"shanghai": liar, "wuhu-dc": honest})
    told = causes(found)
    assert told["wuhu-dc", "shanghai"] | told["shanghai", "wuhu-dc"] == {
        LedgerCause.IMPOSSIBLE_CLOCKS, LedgerCause.BEYOND_CLAIM,
    }  # fmt: skip
    assert all(not line.certain.known for line in lines(found).values())
    code, why = found.contradiction
    assert code is ExitCode.BREACH
    assert "shanghai" in why
    assert "wuhu-dc" in why


def test_a_small_lie_is_seen_by_the_truth() -> None:
    """No cycle is impossible: the interval is wrong, and only the lab can know."""
    liar = HostClock(-800_000, claimed_error_ns=10_000, start_ns=RECORDED.start_ns)
    honest = HostClock(0, claimed_error_ns=10_000, start_ns=RECORDED.start_ns)
    told = causes(run({"shanghai": liar, "wuhu-dc": honest}))
    both = {LedgerCause.OUTSIDE_CERTAIN, LedgerCause.BEYOND_CLAIM}
    assert told["shanghai", "wuhu-dc"] == told["wuhu-dc", "shanghai"] == both


def test_a_step_that_its_own_host_saw_costs_nothing() -> None:
    stepped = HostClock(0, 0, (ClockSet(7 * S, -200 * MS),), start_ns=RECORDED.start_ns)
    found = run({"qingpu-dc": stepped})
    assert causes(found) == {}
    assert all(line.certain.known for line in lines(found).values())
    assert all(line.certain.contains_truth for line in lines(found).values())


def test_after_a_step_that_nobody_saw_nothing_is_certain_of_that_site() -> None:
    stepped = HostClock(0, 0, (ClockSet(7 * S, -200 * MS),), start_ns=RECORDED.start_ns)
    found = run({"wuhu-dc": stepped})  # it answers only
    assert causes(found) == {}
    for way, line in lines(found).items():
        assert line.certain.known is ("wuhu-dc" not in way)
        assert line.certain.contains_truth is (None if "wuhu-dc" in way else True)
        doubts = [one.cause for one in line.inconclusive]
        assert doubts == ([LedgerCause.DOUBTFUL_CLOCK] if "wuhu-dc" in way else [])
        if "wuhu-dc" in way:
            assert line.certain.verdict is Verdict.UNKNOWN
