"""Lists that mix Flexible Algorithms, booted: packets take the links of their certificates."""

from __future__ import annotations

import dataclasses

import pytest
from goldens import ROOT
from lab_topologies import igp_routes, needs_root

from netkit.emit.linux.ip_batch import emit_linux
from netkit.files.native.topology import load_topology
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Outcome
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.srv6.sids import sid_list
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.certify import certify
from netkit.planner.proof.replay import Requirements

pytestmark = [pytest.mark.lab, needs_root]

WAYS = (("west", "east"), ("east", "west"))
MIXED = {
    WAYS[0]: (Segment(Behavior.END, "mid", None, 129), Segment(Behavior.END, "new-2", None, 128)),
    WAYS[1]: (
        Segment(Behavior.END_X, "new-1", "mid~new-1", 128),
        Segment(Behavior.END, "north-1", None, 129),
        Segment(Behavior.END_X, "north-1", "west~north-1"),
    ),
}


def planned(topology: Topology, *, usid: bool = False, bound_us: int = 1_000):
    """The best lists of 128 and 129, with longer ones that mix all three algorithms in place."""
    demands = [Demand(*way, bound_us) for way in WAYS]
    plan = plan_demands(topology, demands, PlanOptions(algorithms=(128, 129)))
    igp = Igp.of(Network.of(topology))
    pairs = []
    for way, pair in plan.pair.items():
        mixed = certify(igp, way, MIXED[way], Requirements(bound_us))
        mixed = dataclasses.replace(mixed, usid=usid)
        pairs.append(dataclasses.replace(pair, primary=mixed, backup=None))
    return dataclasses.replace(plan, pairs=tuple(pairs))


def proven(topology: Topology, plan) -> None:
    """Boot, send five probes both ways, and lay the links that they crossed beside the plan."""
    configs, hosts = emit_linux(topology, plan), ["west", "east"]
    with Lab.boot(topology, igp_routes(topology), configs, hosts=hosts) as lab:
        (measured,) = measure(lab, [WAYS[0]], count=5, interval_ms=100).pairs
    assert {traced.sample.outcome for traced in measured.traced} == {Outcome.RECEIVED}
    there, back = (plan.pair[way].primary.certificate for way in WAYS)
    assert measured.path_proven(there, back)


def test_containers_of_three_planes_take_the_planned_links():
    topology = load_topology(ROOT / "topologies" / "lab-planes.yaml")
    plan = planned(topology, usid=True)
    sids = [list(map(str, sid_list(topology, plan.pair[way].primary))) for way in WAYS]
    assert sids == [
        ["5f00:81:5::", "5f00:80:8::", "5f00:0:9:d046::"],
        ["5f00:80:7:e000::", "5f00:81:2::", "5f00:0:2:e000:1:d046::"],
    ]
    proven(topology, plan)


def test_a_list_that_mixes_planes_takes_the_planned_links():
    topology = load_topology(ROOT / "topologies" / "lab-planes.yaml")
    plan = planned(topology)
    assert ("north-1~north-2", "north-1") in plan.pair[WAYS[0]].primary.certificate.links
    assert ("north-1~north-2", "north-2") in plan.pair[WAYS[1]].primary.certificate.links
    proven(topology, plan)
