"""Drills in the lab: what ships on the small backbones is borne out; a false plan is refuted."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from examples import enough
from goldens import ROOT
from lab_topologies import igp_routes, needs_root

from netkit.files.native.topology import load_topology
from netkit.lab.drills.preparation import prepare
from netkit.lab.drills.run import run_drill
from netkit.lab.igp.static import StaticIgp
from netkit.lab.lab import Lab
from netkit.model.drills.result import Contradiction
from netkit.model.drills.scenario import DrillPhase, Event, Reaction, Scenario, Strike
from netkit.model.planning.tier import Scope
from netkit.model.verdict import Verdict
from netkit.workflows.boot import LabOptions
from netkit.workflows.drills.run import drill, load_drill, plan_drill, shipped_scenarios
from netkit.workflows.emit import router_configs

pytestmark = [pytest.mark.lab, needs_root]

NETKIT = Path(sys.executable).parent / "netkit"
OF_THEIR_OWN = {"region/flapping-link", "region/real-isis", "region/slow-clock"}
"""Drilled by other tests: below, and tests/real/test_lab_frr.py over the IS-IS that it is for."""
SMALL = [
    name for name in shipped_scenarios()
    if not name.startswith("national/") and name not in OF_THEIR_OWN
]  # fmt: skip
ONE_OF_A_KIND = [
    "metro/liveness", "metro/node-xidan", "operators/exchange-fails", "region/micro-loop",
    "region/one-way-loss", "region/srlg-huning",
]  # fmt: skip
"""``make test-real`` drills the others too."""


@pytest.mark.parametrize("name", enough(ONE_OF_A_KIND, SMALL))
def test_packets_bear_out_the_plan(name):
    bears_out(drill(*load_drill(name), LabOptions(backend="wire", igp="staged")))


def bears_out(result):
    assert result.verdict is Verdict.PASS, [
        (one.src, one.dst, phase) for one in result.directions for phase in one.phases
        if phase.contradictions or not phase.sent
    ]  # fmt: skip
    assert any(one.hit for one in result.directions) is (result.clocks is None)
    assert all(one.back for one in result.directions if one.phases[-1].phase is DrillPhase.RESTORED)


def test_a_slow_clock_is_named_and_nothing_else_changes():
    result = drill(*load_drill("region/slow-clock"), LabOptions(backend="wire", igp="staged"))
    assert result.verdict is Verdict.PASS, result.clocks.verdicts
    bears_out(result)
    (verdict,) = result.clocks.verdicts
    assert verdict.named == {"nanjing"}
    assert verdict.clocks[0][1] == pytest.approx(-500, abs=150)
    slow = {
        (one.src, one.dst): one for one in result.clocks.phases if one.phase is DrillPhase.DEGRADED
    }
    assert slow["nanjing", "shanghai"].measured.most_us > 5_200  # the tier is 5 ms
    assert slow["shanghai", "nanjing"].measured.least_us < 4_400  # planned: 4.748
    for one in result.directions:
        assert {phase.verdict for phase in one.phases} == {Verdict.PASS}


def test_neighbours_repair_adjacencies_of_every_plane():
    """One link is an End.X in three algorithms, each repaired in a plane of its own."""
    topology = load_topology(ROOT / "topologies" / "lab-planes.yaml")
    scenario = Scenario(
        "planes", None, (("west", "east"),), (Event(0.6, Strike(links=("mid~south",))),), 1.6,
        Reaction(50, None, None, None), scope=Scope.REGION,
    )  # fmt: skip
    result = drill(scenario, topology, LabOptions(backend="wire", igp="static"))
    assert result.verdict is Verdict.PASS, result.contradicted or result.untested
    assert {phase.phase for one in result.directions for phase in one.phases} == {
        DrillPhase.BEFORE, DrillPhase.OUTAGE, DrillPhase.REPAIR,
    }  # fmt: skip


def test_a_drill_that_is_broken_off_shows_nothing():
    """Half a drill would say that packets bear out the plan in every phase that there was."""

    def interrupt(part, done, _all):
        if part == "drilling" and done > 50:
            raise KeyboardInterrupt

    options = LabOptions(backend="wire", igp="static")
    with pytest.raises(KeyboardInterrupt):
        drill(*load_drill("region/srlg-huning"), options, progress=interrupt)


def test_over_static_tables_only_headends_and_neighbours_react():
    scenario, topology = load_drill("region/srlg-huning")
    result = drill(scenario, topology, LabOptions(backend="wire", igp="static"))
    assert result.verdict is Verdict.PASS
    assert result.reconvergences == ()


def test_a_certificate_that_is_false_is_refuted_and_named():
    scenario, topology = load_drill("region/srlg-huning")
    scenario = replace(scenario, reaction=Reaction(50, None, None, None), length_s=2.5)
    plan = plan_drill(scenario, topology)
    prepared = prepare(topology, plan, scenario)
    ends = scenario.pairs[0]
    for expected in prepared.expected.values():
        found = expected[ends].phases[DrillPhase.REPAIR]
        false = replace(found.outcome, worst_us=2_524, verdict=Verdict.PASS)
        links = found.links - {("old-cable", "hangzhou")}
        expected[ends].phases[DrillPhase.REPAIR] = replace(found, outcome=false, links=links)
    configs = router_configs(topology, plan, sorted(ends))
    with Lab.boot(
        topology, igp_routes(topology), configs, hosts=ends, igp=StaticIgp(), backend="wire"
    ) as lab:
        result = run_drill(lab, plan, configs, scenario, prepared)
    assert result.verdict is Verdict.BREACH
    (wrong,) = result.contradicted
    phase = next(p for p in wrong.phases if p.phase is DrillPhase.REPAIR)
    assert (wrong.src, wrong.dst) == ends
    assert phase.contradictions == (Contradiction.SLOWER, Contradiction.STRAYED)
    assert phase.stray_link == "old-cable"


def test_the_command_prints_the_documented_json():
    done = subprocess.run(
        [NETKIT, "lab", "drill", "region/flapping-link", "--backend", "wire", "--json"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "netkit/drill/1"
    assert document["verdict"] == "pass"
    assert any(one["hit"] for one in document["directions"])
    last = [one["phases"][-1] for one in document["directions"]]
    assert all(one["sent"] and not one["lost"] for one in last if one["phase"] == "restored")
    page = (Path(__file__).parents[3] / "docs" / "drills.md").read_text()
    assert {field for field in _fields(document) if field not in page} == set()


def _fields(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"`{key}`"
            yield from _fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner)
