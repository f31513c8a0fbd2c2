"""What contradicts the ledger of a direction, what is a stall, and what stays inconclusive."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from goldens import ROOT
from hypothesis import given
from hypothesis import strategies as st

from netkit.api import load_topology, plan
from netkit.errors import ExitCode
from netkit.lab.drills.calm import calm
from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import LedgerCause, LedgerLine
from netkit.report.results import DirectionMeasured, LabFacts, LoopResults, PairMeasured
from netkit.workflows.campaigns.loop import CampaignRun
from netkit.workflows.lab_ledger import LedgerProbe, ledger_line
from netkit.workflows.lab_stated import Stated

TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
PAIR = ("qingpu-dc", "wuhu-dc")
ANSWERS = plan(TOPOLOGY, [PAIR, PAIR[::-1]])
PLAN = ANSWERS.pair[PAIR]
PATH = PLAN.primary.path
FIRST = (PATH.links[0], PATH.nodes[0])
CALM = calm(TOPOLOGY)
STATED = Stated(CALM)
MS = 1_000_000
IN_HOSTS_NS = 30_000

Change = Callable[[Hop], Hop]


def probe(change: Change = lambda hop: hop, outside_ns: int = IN_HOSTS_NS) -> LedgerProbe:
    """One over the planned path, with its hops changed; lost where a hop has no release."""
    hops, now = [], 0
    for link, src, dst in zip(PATH.links, PATH.nodes, PATH.nodes[1:], strict=False):
        held = TOPOLOGY.adjacency[link, src].delay_us * 1000
        hops.append(change(Hop(link, src, dst, now, now + held, held)))
        if hops[-1].release_ns is None:
            return LedgerProbe(None, ProbeTruth(None, tuple(hops)), lost=True)
        now += hops[-1].held_ns
    return LedgerProbe(now + outside_ns, ProbeTruth(None, tuple(hops)), lost=False)


def on_first(**changes: object) -> Change:
    return lambda hop: dataclasses.replace(hop, **changes) if hop.link == FIRST[0] else hop


def held_more(extra_ns: int) -> Change:
    return lambda hop: (
        dataclasses.replace(hop, held_ns=hop.held_ns + extra_ns) if hop.link == FIRST[0] else hop
    )


def causes(line: LedgerLine) -> list[tuple[LedgerCause, str | None, int]]:
    return [(one.cause, one.link, one.probes) for one in line.contradictions]


def test_a_lab_that_does_what_the_plan_says_agrees() -> None:
    line = ledger_line(STATED, PLAN, [probe()] * 20)
    assert (line.contradictions, line.inconclusive, line.stalled) == ((), (), 0)
    assert line.planned_ms == line.certified_ms == line.true_ms
    assert line.measured_ms == pytest.approx(line.true_ms + IN_HOSTS_NS / MS)
    assert line.clock_uncertainty_ms == 0


def test_a_probe_off_its_certificate_names_the_link_where_it_left() -> None:
    astray = next(key for key in TOPOLOGY.adjacency if key not in PLAN.primary.certificate.links)
    stray = probe(on_first(link=astray[0], headend=astray[1]))
    line = ledger_line(STATED, PLAN, [*[probe()] * 19, stray])
    assert causes(line) == [(LedgerCause.OFF_CERTIFICATE, astray[0], 1)]


def test_a_certificate_that_promises_too_much_is_contradicted() -> None:
    certificate = dataclasses.replace(
        PLAN.primary.certificate, guaranteed_us=PLAN.primary.certificate.guaranteed_us - 7
    )
    primary = dataclasses.replace(PLAN.primary, certificate=certificate)
    line = ledger_line(STATED, dataclasses.replace(PLAN, primary=primary), [probe()] * 20)
    assert causes(line) == [(LedgerCause.OVER_CERTIFIED, PATH.links[-1], 20)]
    assert line.contradictions[0].by_us == 7


@pytest.mark.parametrize(
    ("extra_ns", "cause"), [(400_000, LedgerCause.TOO_SLOW), (-400_000, LedgerCause.TOO_FAST)]
)
def test_a_link_that_never_keeps_its_delay_contradicts_the_plan(
    extra_ns: int, cause: LedgerCause
) -> None:
    wrong = probe(held_more(extra_ns))
    line = ledger_line(STATED, PLAN, [wrong] * 20)
    assert causes(line) == [(cause, FIRST[0], 20)]
    assert line.contradictions[0].by_us == pytest.approx(400)
    assert line.contradictions[0].headend == FIRST[1]
    assert line.stalled == 20


@given(st.lists(st.integers(0, 200 * MS), min_size=10, max_size=40))
def test_one_probe_in_time_makes_all_others_stalls(extra_ns: list[int]) -> None:
    probes = [*(probe(held_more(extra)) for extra in extra_ns), probe()]
    line = ledger_line(STATED, PLAN, probes)
    assert line.contradictions == ()
    assert line.stalled == sum(extra > 300_000 for extra in extra_ns)


def test_of_few_probes_nobody_can_tell_a_stall_from_a_wrong_delay() -> None:
    line = ledger_line(STATED, PLAN, [probe(held_more(5 * MS))] * 9)
    assert line.contradictions == ()
    assert [one.cause for one in line.inconclusive] == [LedgerCause.FEW_PROBES]


def test_variation_that_is_emulated_is_no_stall() -> None:
    adjacency = TOPOLOGY.adjacency[FIRST]
    assert adjacency.jitter_us
    varied = [probe(held_more(adjacency.jitter_us * 1000 + 250_000))] * 20
    assert ledger_line(Stated(TOPOLOGY), PLAN, varied).stalled == 0


def test_a_slow_link_takes_its_time_to_send_a_probe() -> None:
    links = tuple(
        dataclasses.replace(link, capacity_bps=1_000_000) if link.id == FIRST[0] else link
        for link in CALM.links
    )
    slow = Stated(dataclasses.replace(CALM, links=links))
    sent = ledger_line(slow, PLAN, [probe(held_more(8 * 200 * 1000))] * 20)  # 200 bytes
    assert (sent.contradictions, sent.stalled) == ((), 0)
    held = ledger_line(slow, PLAN, [probe(held_more(17 * MS))] * 20)
    assert causes(held) == [(LedgerCause.TOO_SLOW, FIRST[0], 20)]


@pytest.mark.parametrize(
    ("lost", "contradicted"), [(1, False), (2, True)]
)  # of 20: 5 % is what a machine may do
def test_a_link_that_loses_what_it_is_not_to_lose(lost: int, contradicted: bool) -> None:
    gone = probe(on_first(release_ns=None, held_ns=None))
    line = ledger_line(STATED, PLAN, [*[probe()] * (20 - lost), *[gone] * lost])
    found = line.contradictions if contradicted else line.inconclusive
    cause = LedgerCause.LOST if contradicted else LedgerCause.FEW_LOST
    assert [(one.cause, one.link, one.probes) for one in found] == [(cause, FIRST[0], lost)]
    assert bool(line.contradictions) == contradicted


@pytest.mark.parametrize(
    ("lost", "of", "contradicted"),
    [(1, 20, False), (7, 20, False), (70, 200, False), (90, 200, True)],
)  # at a quarter 7 of 20 or more are lost by chance in one run of five, 70 of 200 in one of 1,000
def test_a_link_may_lose_what_the_file_states(lost: int, of: int, contradicted: bool) -> None:
    quarter = {"loss_ab_ppb": 250_000_000, "loss_ba_ppb": 250_000_000}
    links = tuple(dataclasses.replace(link, **quarter) for link in CALM.links)
    lossy = dataclasses.replace(CALM, links=links)
    gone = probe(on_first(release_ns=None, held_ns=None))
    line = ledger_line(Stated(lossy), PLAN, [*[probe()] * (of - lost), *[gone] * lost])
    assert (bool(line.contradictions), line.inconclusive) == (contradicted, ())


def test_what_no_link_lost_is_the_machines() -> None:
    vanished = dataclasses.replace(probe(), delay_ns=None, lost=True)
    line = ledger_line(STATED, PLAN, [*[probe()] * 19, vanished])
    assert line.contradictions == ()
    assert [one.cause for one in line.inconclusive] == [LedgerCause.VANISHED]


@pytest.mark.parametrize(
    ("outside_ns", "cause"), [(-MS, LedgerCause.UNDER_TRUTH), (MS, LedgerCause.OVER_TRUTH)]
)
def test_a_measurement_that_the_links_cannot_explain(outside_ns: int, cause: LedgerCause) -> None:
    line = ledger_line(STATED, PLAN, [probe(outside_ns=outside_ns)] * 20)
    assert causes(line) == [(cause, None, 20)]
    one_in_time = [*[probe(outside_ns=outside_ns)] * 9, *[probe()] * 11]
    line = ledger_line(STATED, PLAN, one_in_time)
    assert (line.contradictions, line.stalled) == ((), 9)


def test_without_records_nothing_is_borne_out() -> None:
    line = ledger_line(STATED, PLAN, [LedgerProbe(3 * MS, None, lost=False)] * 20)
    assert (line.contradictions, line.planned_ms, line.true_ms) == ((), None, None)
    assert [one.cause for one in line.inconclusive] == [LedgerCause.NO_TRUTH]


def test_a_contradiction_fails_the_run_and_names_the_link() -> None:
    line = ledger_line(STATED, PLAN, [probe(held_more(MS))] * 20)
    way = DirectionMeasured(20, 0, ledger=line)
    well = DirectionMeasured(20, 0, ledger=ledger_line(STATED, PLAN, [probe()] * 20))
    pair = PairMeasured(way, well, Verdict.PASS, True)
    results = LoopResults(TOPOLOGY, ANSWERS, LabFacts(ran=True), {PAIR: pair})
    run = CampaignRun(results)
    code, why = run.contradiction
    assert (code, run.exit_code, run.verdict) == (ExitCode.BREACH, ExitCode.BREACH, Verdict.BREACH)
    assert f"{FIRST[0]} from {FIRST[1]}: 20 probes held for longer than planned" in why
    agreed = dataclasses.replace(pair, forward=well)
    assert CampaignRun(dataclasses.replace(results, measured={PAIR: agreed})).exit_code == 0


def queued(wait_ns: int, asked_ns: int | None) -> LedgerProbe:
    """A probe that the first link held longer; ``asked_ns`` is how much of that was asked for."""

    def change(hop: Hop) -> Hop:
        if hop.link != FIRST[0]:
            return hop
        asked = None if asked_ns is None else hop.held_ns + asked_ns
        return dataclasses.replace(hop, held_ns=hop.held_ns + wait_ns, asked_ns=asked)

    return probe(change)


def slow_first(bps: int) -> Stated:
    """The first link of the path sends no faster."""
    links = tuple(
        dataclasses.replace(link, capacity_bps=bps) if link.id == FIRST[0] else link
        for link in CALM.links
    )
    return Stated(dataclasses.replace(CALM, links=links))


def test_a_probe_that_queues_before_a_slow_line_is_no_stall() -> None:
    waits_ns = [0, 800_000, 9_000_000, 49_000_000]
    probes = [queued(wait_ns, wait_ns) for wait_ns in waits_ns * 5]
    line = ledger_line(slow_first(10**6), PLAN, probes)
    assert (line.stalled, line.contradictions) == (0, ())


def test_what_the_machine_adds_to_a_queue_is_a_stall() -> None:
    probes = [queued(5_000_000 + late_ns, 5_000_000) for late_ns in (0, 200_000, 400_000)]
    assert ledger_line(slow_first(10**6), PLAN, probes).stalled == 1


def test_where_nobody_recorded_the_queue_it_may_be_all_of_it() -> None:
    """Netem does not tell: up to the whole queue of a line on which probes queue at all."""
    probes = [queued(wait_ns, None) for wait_ns in (0, 30_000_000, 90_000_000)]
    assert ledger_line(slow_first(10**6), PLAN, probes).stalled == 1
    assert ledger_line(STATED, PLAN, probes).stalled == 2


@pytest.mark.parametrize("slow_first", [True, False])
def test_of_a_direction_that_two_pairs_measure_the_findings_of_both_count(slow_first: bool) -> None:
    """Each has a flow of its own, which may take another of equal paths."""
    lines = [
        ledger_line(STATED, PLAN, [probe(held_more(extra))] * 20)
        for extra in ((MS, 0) if slow_first else (0, MS))
    ]
    this, other = (DirectionMeasured(20, 0, ledger=line) for line in lines)
    nothing = DirectionMeasured(0, 0)
    measured = {
        PAIR: PairMeasured(this, nothing, Verdict.PASS, True),
        PAIR[::-1]: PairMeasured(nothing, other, Verdict.PASS, True),
    }
    results = LoopResults(TOPOLOGY, ANSWERS, LabFacts(True), measured)
    line = results.ledger[PAIR]
    assert [one.cause for one in line.contradictions] == [LedgerCause.TOO_SLOW]
    assert (line.probes, line.true_ms) == (40, lines[0 if slow_first else 1].true_ms)
    assert CampaignRun(results).exit_code is ExitCode.BREACH


LAST = (PATH.links[-1], PATH.nodes[-2])


def kept_behind(hops: int) -> LedgerProbe:
    """Nobody saw it again once so many links had let go of it."""
    whole = probe()
    left = ProbeTruth(None, whole.truth.hops[:hops]) if hops else None
    return LedgerProbe(None, left, lost=True)


@pytest.mark.parametrize(("kept", "contradicted"), [(1, False), (2, True), (20, True)])
def test_a_router_that_keeps_probes_contradicts_the_certificate(
    kept: int, contradicted: bool
) -> None:
    probes = [*[probe()] * (20 - kept), *[kept_behind(1)] * kept]
    line = ledger_line(STATED, PLAN, probes)
    expected = [(LedgerCause.SWALLOWED, FIRST[0], kept)] if contradicted else []
    assert causes(line) == expected
    doubts = [one.cause for one in line.inconclusive]
    assert (LedgerCause.VANISHED in doubts) is not contradicted


def test_frames_that_the_lab_itself_lost_may_be_those_that_a_router_seems_to_keep() -> None:
    line = ledger_line(STATED, PLAN, [*[probe()] * 10, *[kept_behind(1)] * 10], unseen=1)
    assert line.contradictions == ()
    assert LedgerCause.VANISHED in [one.cause for one in line.inconclusive]


def sent_later(one: LedgerProbe, by_ns: int) -> LedgerProbe:
    hops = (
        dataclasses.replace(
            hop, arrival_ns=hop.arrival_ns + by_ns, release_ns=hop.release_ns + by_ns
        )
        for hop in one.truth.hops
    )
    return dataclasses.replace(one, truth=ProbeTruth(None, tuple(hops)))


def test_an_end_that_takes_in_nothing_contradicts_the_certificate() -> None:
    """The far router, or its host: a stall loses some, not all. What came after the last had left
    may have been waiting for its host when that stopped."""
    behind_all = kept_behind(len(PATH.links))
    every = [sent_later(behind_all, number * 20 * MS) for number in range(20)]
    flight = behind_all.truth.hops[-1].release_ns
    in_time = sum(flight + number * 20 * MS < 19 * 20 * MS for number in range(20))
    assert causes(ledger_line(STATED, PLAN, every)) == [(LedgerCause.SWALLOWED, LAST[0], in_time)]
    some = ledger_line(STATED, PLAN, [*every, probe()])
    assert (some.contradictions, some.inconclusive[-1].probes) == ((), 20)
    assert ledger_line(STATED, PLAN, [behind_all] * 20).contradictions == ()


def test_a_headend_that_sends_nothing_on_contradicts_the_certificate() -> None:
    assert causes(ledger_line(STATED, PLAN, [kept_behind(0)] * 20)) == [
        (LedgerCause.SWALLOWED, None, 20)
    ]
    few = ledger_line(STATED, PLAN, [kept_behind(0)] * 9)
    assert few.contradictions == ()
    some = ledger_line(STATED, PLAN, [*[kept_behind(0)] * 19, probe()])
    assert some.contradictions == ()


def test_a_link_with_a_name_each_way_is_told_by_that_of_the_direction() -> None:
    """As plans call it; here the first of the path is taken from b to a."""
    one = CALM.link[FIRST[0]]
    turned = {
        "a": one.b, "b": one.a, "delay_ab_us": one.delay_ba_us, "delay_ba_us": one.delay_ab_us,
        "id_ba": "its way back",
    }  # fmt: skip
    own = {"id_ba": "its way back"} if one.b == FIRST[1] else turned
    links = (dataclasses.replace(link, **own) if link is one else link for link in CALM.links)
    stated = Stated(dataclasses.replace(CALM, links=tuple(links)))
    line = ledger_line(stated, PLAN, [probe(held_more(MS))] * 20)
    assert [(found.link, found.headend) for found in line.contradictions] == [
        ("its way back", FIRST[1])
    ]


@pytest.mark.parametrize("lost", [1, 15])
def test_what_a_line_that_is_full_of_probes_loses_refutes_no_plan(lost: int) -> None:
    gone = probe(on_first(release_ns=None, held_ns=None))
    probes = [*[probe()] * (20 - lost), *[gone] * lost]
    line = ledger_line(Stated(CALM, frozenset({FIRST})), PLAN, probes)
    assert line.contradictions == ()
    assert (LedgerCause.CROWDED, FIRST[0], lost) in [
        (one.cause, one.link, one.probes) for one in line.inconclusive
    ]


def test_behind_the_probes_of_others_every_probe_waits() -> None:
    """Up to the whole queue of a line that they fill: of another nobody does."""
    slow = slow_first(10**6)
    waited = [queued(40 * MS, 40 * MS)] * 20
    assert causes(ledger_line(slow, PLAN, waited)) == [(LedgerCause.TOO_SLOW, FIRST[0], 20)]
    full = dataclasses.replace(slow, crowded=frozenset({FIRST}))
    assert ledger_line(full, PLAN, waited).contradictions == ()
    held = [queued(80 * MS, 40 * MS)] * 20
    assert causes(ledger_line(full, PLAN, held)) == [(LedgerCause.TOO_SLOW, FIRST[0], 20)]
