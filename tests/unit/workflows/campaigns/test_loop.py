"""The parts of the loop that need no lab: which demands, which verdict, which exit code."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from types import SimpleNamespace

import pytest
from goldens import ROOT
from hypothesis import given
from hypothesis import strategies as st

from netkit.api import emit, load_topology, plan
from netkit.errors import ExitCode, InputError
from netkit.files.campaigns.campaign import look_at_campaign
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.planning.tier import PROFILES
from netkit.model.verdict import Verdict
from netkit.report.results import DirectionMeasured, PairMeasured, as_planned
from netkit.store.output_folder import output_folder
from netkit.workflows.campaigns.demands import demands_of
from netkit.workflows.campaigns.lab_campaign import Campaign, lab_campaigns
from netkit.workflows.campaigns.lab_turn import worth_repeating
from netkit.workflows.campaigns.loop import CampaignRun
from netkit.workflows.emit import write_configs
from netkit.workflows.lab_results import measured_pair
from netkit.workflows.lab_stated import Stated
from netkit.workflows.lab_verdict import corrected

TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
PAIR = ("qingpu-dc", "wuhu-dc")
ANSWERS = plan(TOPOLOGY, [PAIR, PAIR[::-1]])
THERE, BACK = (ANSWERS.pair[pair] for pair in (PAIR, PAIR[::-1]))
MS = 1_000_000
STATED = Stated(TOPOLOGY)


def truth(answer, stall_ns: int = 0, lost: bool = False) -> ProbeTruth:
    """A probe over the planned path; its last link stalls, or loses it."""
    path, now, hops = answer.primary.path, 0, []
    for link, src, dst in zip(path.links, path.nodes, path.nodes[1:], strict=False):
        held = TOPOLOGY.adjacency[link, src].delay_us * 1000
        hops.append(Hop(link, src, dst, now, now + held, held, asked_ns=held))
        now += held
    held = hops[-1].held_ns + stall_ns
    end = (None, None) if lost else (hops[-1].arrival_ns + held, held)
    hops[-1] = dataclasses.replace(hops[-1], release_ns=end[0], held_ns=end[1])
    return ProbeTruth(SimpleNamespace(spec=ProbeKey), tuple(hops))


def measurement(stalls_ns: list[int], count: int = 100) -> PairMeasurement:
    traced = []
    for sequence in range(count):
        there = truth(THERE, stalls_ns[sequence] if sequence < len(stalls_ns) else 0)
        back = truth(BACK)
        times = (0, there.held_ns, there.held_ns, there.held_ns + back.held_ns)
        stamps = (Stamp(time, StampSource.KERNEL) for time in times)
        sample = Sample(sequence, Outcome.RECEIVED, *stamps, reflector_sequence=sequence)
        traced.append(TracedSample(sample, there, back))
    return PairMeasurement(*PAIR, SimpleNamespace(), tuple(traced))


def test_what_was_measured_as_planned_passes() -> None:
    measured = measured_pair(STATED, measurement([]), THERE, BACK)
    assert measured.verdict is Verdict.PASS
    assert measured.path_proven
    assert measured.forward.p50_ms == THERE.primary.certificate.guaranteed_us / 1000


@pytest.mark.parametrize("stalls", [2, 50, 100])
def test_what_links_held_too_long_is_no_part_of_the_verdict(stalls: int) -> None:
    measured = measured_pair(STATED, measurement([30 * MS] * stalls), THERE, BACK)
    assert (measured.verdict, measured.uncertainty_ms) == (Verdict.PASS, 0)
    assert measured.forward.judged_most_ms == THERE.primary.certificate.guaranteed_us / 1000


@pytest.mark.parametrize(
    ("in_hosts_ms", "verdict"),
    [
        ([0.01] * 100, Verdict.PASS),
        ([0.01] * 98 + [30] * 2, Verdict.INCONCLUSIVE),
        ([30] * 100, Verdict.BREACH),
    ],
)
def test_only_the_excess_of_the_hosts_of_the_lab_is_in_doubt(
    in_hosts_ms: list[float], verdict: Verdict
) -> None:
    pair = measurement([])
    slow = []
    for one, extra_ms in zip(pair.traced, in_hosts_ms, strict=True):
        t2 = dataclasses.replace(one.sample.t2, time_ns=one.sample.t2.time_ns + int(extra_ms * MS))
        slow.append(dataclasses.replace(one, sample=dataclasses.replace(one.sample, t2=t2)))
    found = measured_pair(STATED, dataclasses.replace(pair, traced=tuple(slow)), THERE, BACK)
    assert found.verdict is verdict


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**8)), min_size=10, max_size=300))
def test_the_true_figure_lies_between_the_two(hosts: list[tuple[int, int]]) -> None:
    """Whatever links and machine add: the delay with the hosts' own share lies between them."""
    hosts = [*hosts, (0, 0)]  # one probe at least met no stall
    asked = truth(THERE).held_ns
    probes = [(asked + stall + own + stall // 3, truth(THERE, stall)) for own, stall in hosts]
    figure = corrected(TOPOLOGY, probes, len(probes))
    own_us = sorted((asked + own) / 1000 for own, _ in hosts)
    true_us = own_us[-1] if len(hosts) < 100 else own_us[math.ceil(0.99 * len(hosts)) - 1]
    assert figure.least_us <= true_us <= figure.most_us


def test_a_reply_of_which_only_the_program_told_when_it_left_was_no_slower_than_that() -> None:
    """As of each that comes before one that was lost, which would have brought the kernel's."""
    pair = measurement([], count=50)

    def told_by_program(early_ms: float) -> PairMeasured:
        first, *others = pair.traced
        early = first.sample.t3.time_ns - int(early_ms * MS)
        sample = dataclasses.replace(first.sample, t3=Stamp(early, StampSource.USERSPACE))
        traced = (dataclasses.replace(first, sample=sample), *others)
        return measured_pair(STATED, dataclasses.replace(pair, traced=traced), THERE, BACK)

    known = measured_pair(STATED, pair, THERE, BACK)
    found = told_by_program(0.2)
    assert (known.verdict, found.verdict) == (Verdict.PASS, Verdict.PASS)
    assert found.backward.judged_most_ms == pytest.approx(known.backward.judged_most_ms + 0.2)
    assert found.backward.judged_least_ms == known.backward.judged_least_ms
    assert found.backward.ledger.probes == 50
    assert told_by_program(30).verdict is Verdict.INCONCLUSIVE


def test_a_flow_on_a_faster_certified_branch_is_as_planned() -> None:
    way = DirectionMeasured(100, 0, p50_ms=3.0, branch_ms=3.01, traced=100, certified=100)
    assert as_planned(way, THERE)
    assert not as_planned(dataclasses.replace(way, certified=99), THERE)
    assert not as_planned(dataclasses.replace(way, p50_ms=3.5), THERE)


def test_a_probe_that_strayed_and_was_lost_disproves_the_path() -> None:
    pair = measurement([])
    astray = truth(BACK, lost=True)
    lost = TracedSample(Sample(100, Outcome.LOST_FORWARD), astray, None)
    strayed = dataclasses.replace(pair, traced=(*pair.traced, lost))
    assert measured_pair(STATED, strayed, THERE, BACK).path_proven is False
    kept = TracedSample(Sample(100, Outcome.LOST_FORWARD), truth(THERE, lost=True), None)
    certified = dataclasses.replace(pair, traced=(*pair.traced, kept))
    assert measured_pair(STATED, certified, THERE, BACK).path_proven is True


def test_a_probe_of_which_nothing_was_seen_neither_proves_the_path_nor_disproves_it() -> None:
    pair = measurement([])
    unseen = dataclasses.replace(pair.traced[0], forward=None)
    partly = dataclasses.replace(pair, traced=(unseen, *pair.traced[1:]))
    assert measured_pair(STATED, partly, THERE, BACK).path_proven is None
    astray = TracedSample(Sample(100, Outcome.LOST_FORWARD), truth(BACK, lost=True), None)
    both = dataclasses.replace(pair, traced=(unseen, *pair.traced[1:], astray))
    assert measured_pair(STATED, both, THERE, BACK).path_proven is False


@pytest.mark.parametrize(
    ("verdict", "proven", "again"),
    [
        (Verdict.INCONCLUSIVE, True, True),
        (Verdict.INCONCLUSIVE, False, False),
        (Verdict.BREACH, True, False),
        (Verdict.PASS, True, False),
    ],
)
def test_only_doubt_is_measured_again(verdict: Verdict, proven: bool, again: bool) -> None:
    measured = measured_pair(STATED, measurement([]), THERE, BACK)
    found = dataclasses.replace(measured, verdict=verdict, path_proven=proven)
    assert worth_repeating(found) is again


@pytest.mark.parametrize(
    ("planned", "measured", "proven", "interrupted", "campaign", "demo"),
    [
        (Verdict.PASS, Verdict.PASS, True, False, ExitCode.OK, ExitCode.OK),
        (Verdict.BREACH, Verdict.PASS, True, False, ExitCode.BREACH, ExitCode.OK),
        (Verdict.PASS, Verdict.PASS, False, False, ExitCode.BREACH, ExitCode.BREACH),
        (Verdict.PASS, Verdict.BREACH, True, False, ExitCode.BREACH, ExitCode.BREACH),
        (Verdict.PASS, Verdict.INCONCLUSIVE, True, False, ExitCode.UNKNOWN, ExitCode.OK),
        (Verdict.PASS, Verdict.UNKNOWN, True, False, ExitCode.UNKNOWN, ExitCode.UNKNOWN),
        (Verdict.PASS, Verdict.PASS, True, True, ExitCode.UNKNOWN, ExitCode.UNKNOWN),
    ],
)
def test_exit_codes(
    planned: Verdict,
    measured: Verdict,
    proven: bool,
    interrupted: bool,
    campaign: ExitCode,
    demo: ExitCode,
) -> None:
    pair = SimpleNamespace(verdict=measured, path_proven=proven)
    asked = SimpleNamespace(pairs=[SimpleNamespace(verdict=planned)])
    lab = SimpleNamespace(ran=True)
    run = CampaignRun(
        SimpleNamespace(lab=lab, plan=asked, measured={PAIR: pair}, ledger={}),
        interrupted=interrupted,
    )
    for (code, why), wanted in ((run.ending, campaign), (run.contradiction, demo)):
        assert code is wanted
        assert bool(why) == (code is not ExitCode.OK)


def test_unknown_nodes_of_a_campaign_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text(
        "name: typo\ntopology: x.yaml\nmeasure:\n- pairs:\n"
        "  - {src: qingpu-cd, dst: wuhu-dc}\n  - {src: suzhou, dst: nowhere}\n"
    )
    reading = look_at_campaign(path)
    lab_campaigns(reading, path, TOPOLOGY)
    with pytest.raises(InputError) as caught:
        reading.check()
    lines = str(caught.value).splitlines()
    assert [line.partition(": ")[0] for line in lines[:2]] == [f"{path}:5", f"{path}:6"]
    assert "Did you mean 'qingpu-dc'?" in lines[0]


def test_campaigns_that_disagree_are_refused() -> None:
    first = Campaign("one", Path("x"), (PAIR,), pair_lines=(1,))
    second = dataclasses.replace(first, name="two", profile=PROFILES["2021"])
    with pytest.raises(InputError, match="another bound"):
        demands_of(TOPOLOGY, [first, second])


def test_configurations_of_another_plan_do_not_stay(tmp_path: Path) -> None:
    other = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    (tmp_path / "firewall.nft").write_text("theirs")
    for topology, answers in ((other, plan(other, [])), (TOPOLOGY, ANSWERS)):
        with output_folder(tmp_path) as folder:
            write_configs(folder, emit(topology, answers))
    left = {path.stem for path in tmp_path.iterdir() if not path.name.startswith(".")}
    assert left == {*TOPOLOGY.node, "firewall"}


def test_delays_that_nobody_knows_count_against_a_pass() -> None:
    """Probes that arrived without kernel stamps may be the slow ones."""
    pair = measurement([])
    bare = [
        dataclasses.replace(one, sample=dataclasses.replace(one.sample, t2=None))
        for one in pair.traced[:5]
    ]
    found = measured_pair(
        STATED, dataclasses.replace(pair, traced=(*bare, *pair.traced[5:])), THERE, BACK
    )
    assert (found.verdict, found.uncertainty_ms) == (Verdict.INCONCLUSIVE, None)


def test_a_pair_in_two_campaigns_is_refused() -> None:
    first = Campaign("one", Path("x"), (PAIR,), pair_lines=(1,))
    with pytest.raises(InputError, match="a campaign before measures the same pair"):
        demands_of(TOPOLOGY, [first, dataclasses.replace(first, name="two")])
