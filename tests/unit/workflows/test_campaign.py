"""The parts of the loop that need no lab: which demands, which verdict, which exit code."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest
from goldens import ROOT

from netkit.api import emit, load_topology, plan
from netkit.errors import ExitCode, InputError
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.lab.truth.traced import PairMeasurement, TracedSample
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.planning.tier import PROFILES
from netkit.model.verdict import Verdict
from netkit.workflows.campaign import CampaignRun
from netkit.workflows.campaign_demands import demands_of
from netkit.workflows.campaign_file import Campaign, load_campaign
from netkit.workflows.campaign_lab import worth_repeating
from netkit.workflows.emit import write_configs
from netkit.workflows.lab_results import emulation_error_us, measured_pair

TOPOLOGY = load_topology(ROOT / "topologies" / "lab-region.yaml")
PAIR = ("qingpu-dc", "wuhu-dc")
ANSWERS = plan(TOPOLOGY, [PAIR, PAIR[::-1]])
THERE, BACK = (ANSWERS.pair[pair] for pair in (PAIR, PAIR[::-1]))
MS = 1_000_000


def truth(answer, stall_ns: int = 0, lost: bool = False) -> ProbeTruth:
    """A probe over the planned path; its last link stalls, or loses it."""
    path, now, hops = answer.primary.path, 0, []
    for link, src, dst in zip(path.links, path.nodes, path.nodes[1:], strict=False):
        held = TOPOLOGY.adjacency[link, src].delay_us * 1000
        hops.append(Hop(link, src, dst, now, now + held, held))
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
    measured = measured_pair(TOPOLOGY, measurement([]), THERE, BACK)
    assert measured.verdict is Verdict.PASS
    assert measured.path_proven
    assert measured.forward.p50_ms == THERE.primary.certificate.guaranteed_us / 1000


@pytest.mark.parametrize("stalls", [2, 5])
def test_stalls_of_the_machine_leave_doubt_but_are_no_breach(stalls: int) -> None:
    pair = measurement([30 * MS] * stalls)
    assert emulation_error_us(TOPOLOGY, pair) == 30_000
    assert measured_pair(TOPOLOGY, pair, THERE, BACK).verdict is Verdict.INCONCLUSIVE


def test_a_probe_that_strayed_and_was_lost_disproves_the_path() -> None:
    pair = measurement([])
    astray = truth(BACK, lost=True)
    lost = TracedSample(Sample(100, Outcome.LOST_FORWARD), astray, None)
    strayed = dataclasses.replace(pair, traced=(*pair.traced, lost))
    assert measured_pair(TOPOLOGY, strayed, THERE, BACK).path_proven is False
    kept = TracedSample(Sample(100, Outcome.LOST_FORWARD), truth(THERE, lost=True), None)
    certified = dataclasses.replace(pair, traced=(*pair.traced, kept))
    assert measured_pair(TOPOLOGY, certified, THERE, BACK).path_proven is True


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
    measured = measured_pair(TOPOLOGY, measurement([]), THERE, BACK)
    found = dataclasses.replace(measured, verdict=verdict, path_proven=proven)
    assert worth_repeating(found) is again


@pytest.mark.parametrize(
    ("verdict", "proven", "interrupted", "code"),
    [
        (Verdict.PASS, True, False, ExitCode.OK),
        (Verdict.PASS, False, False, ExitCode.BREACH),
        (Verdict.BREACH, True, False, ExitCode.BREACH),
        (Verdict.INCONCLUSIVE, True, False, ExitCode.UNKNOWN),
        (Verdict.PASS, True, True, ExitCode.UNKNOWN),
    ],
)
def test_exit_codes(verdict: Verdict, proven: bool, interrupted: bool, code: ExitCode) -> None:
    pair = SimpleNamespace(verdict=verdict, path_proven=proven)
    results = SimpleNamespace(lab=SimpleNamespace(ran=True), measured={PAIR: pair})
    assert CampaignRun(results, interrupted=interrupted).exit_code is code


def test_unknown_nodes_of_a_campaign_are_named_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text(
        "name: typo\ntopology: x.yaml\npairs:\n"
        "  - {src: qingpu-cd, dst: wuhu-dc}\n  - {src: suzhou, dst: nowhere}\n"
    )
    with pytest.raises(InputError) as caught:
        demands_of(TOPOLOGY, [load_campaign(path)])
    lines = str(caught.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{path}:4", f"{path}:5"]
    assert "Did you mean 'qingpu-dc'?" in lines[0]


def test_campaigns_that_disagree_are_refused() -> None:
    first = Campaign("one", Path("x"), (PAIR,), pair_lines=(1,))
    second = dataclasses.replace(first, name="two", profile=PROFILES["2021"])
    with pytest.raises(InputError, match="another bound"):
        demands_of(TOPOLOGY, [first, second])


def test_configurations_of_another_plan_do_not_stay(tmp_path: Path) -> None:
    other = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    write_configs(tmp_path, emit(other, plan(other, [])))
    write_configs(tmp_path, emit(TOPOLOGY, ANSWERS))
    assert {path.stem for path in tmp_path.iterdir()} == set(TOPOLOGY.node)
