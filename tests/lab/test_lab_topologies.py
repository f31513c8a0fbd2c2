"""Each small topology, whole: planned, emitted, booted, measured both ways, proved link by link."""

from __future__ import annotations

from itertools import combinations

import pytest
from goldens import ROOT
from lab_topologies import igp_routes, needs_root, plan_all

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Outcome, StampSource
from netkit.model.units import NS_PER_US
from netkit.planner.network.network import Network
from netkit.probe.sender.result import RunEnd

pytestmark = [pytest.mark.lab, needs_root]

PROBES = 20
ATTEMPTS = 3
SLACK_NS = 300_000
TRUTH_NS = 100_000


@pytest.mark.parametrize("name", ["lab-metro", "lab-region", "lab-two-operators"])
def test_every_planned_pair_keeps_its_plan(name):
    topology = load_topology(ROOT / "topologies" / f"{name}.yaml")
    plan, configs = plan_all(topology)
    network = Network.of(topology)
    names = [node.name for node in topology.active_nodes]
    planned = {pair for pair, answer in plan.pair.items() if answer.primary is not None}
    pairs = [pair for pair in combinations(names, 2) if {pair, pair[::-1]} <= planned]
    assert pairs
    with Lab.boot(topology, igp_routes(topology), configs, hosts=names) as lab:
        waiting = pairs
        for _ in range(ATTEMPTS):
            measurement = measure(lab, waiting, count=PROBES, interval_ms=200)
            assert measurement.end is RunEnd.COMPLETE
            for measured in measurement.pairs:
                check_path(plan, network, measured)
            # A shared machine may stall for longer than a city's links are long.
            waiting = [(m.src, m.dst) for m in measurement.pairs if not on_time(m)]
            if not waiting:
                break
        assert not waiting


def check_path(plan, network, measured):
    """What may never fail, however busy the machine: no loss, kernel stamps, certified paths, and
    that each link was told to hold a probe as long as the file says."""
    for traced in measured.traced:
        sample = traced.sample
        assert sample.outcome is Outcome.RECEIVED
        assert {sample.t1.source, sample.t2.source, sample.t4.source} == {StampSource.KERNEL}
    for _, figures in directions(measured):
        for _, truth in figures:
            for hop in truth.hops:
                arc = network.arc_index[hop.link, hop.headend]
                least_us, spread_us = network.delay_us[arc], network.arcs[arc].jitter_us or 0
                # What carries packets counts some ns otherwise than the file.
                assert -1 < hop.asked_ns / NS_PER_US - least_us < spread_us + 1
    there, back = (plan.pair[ends].primary.certificate for ends, _ in directions(measured))
    assert measured.path_proven(there, back)


def directions(measured):
    """The ends of both, with what STAMP says of each probe and what the links did."""
    pair = (measured.src, measured.dst)
    yield pair, [(t.sample.forward_owd_ns, t.forward) for t in measured.traced]
    yield pair[::-1], [(t.sample.backward_owd_ns, t.backward) for t in measured.traced]


def on_time(measured):
    """Of each direction some probe was held as long as was asked, and STAMP says of some what the
    links did: of the others the machine may have been late."""
    return all(
        min(abs(truth.held_ns - sum(hop.asked_ns for hop in truth.hops)) for _, truth in figures)
        < SLACK_NS
        and min(abs(owd_ns - truth.carried_ns) for owd_ns, truth in figures) < TRUTH_NS
        for _, figures in directions(measured)
    )


def test_pairs_without_a_host_are_refused_all_at_once():
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    with (
        Lab.boot(topology, igp_routes(topology), hosts=["xidan"]) as lab,
        pytest.raises(InputError) as caught,
    ):
        measure(lab, [("xidan", "tongzhou"), ("haidian", "xidan"), ("xidan", "xidan")])
    assert [problem.value for problem in caught.value.problems] == [
        "xidan to xidan", "haidian", "tongzhou",
    ]  # fmt: skip


def test_the_example_of_the_documentation_runs(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    text = (ROOT / "docs" / "lab.md").read_text(encoding="utf-8")
    example = text.split("```python\n")[1].split("```")[0]
    exec(compile(example, "docs/lab.md", "exec"), {})
    assert capsys.readouterr().out == "True\n"
