"""Packets over lists that are cut by binding SIDs: they take the planned links, and arrive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lab_topologies import chain, igp_routes, needs_root

from netkit.emit.linux.ip_batch import emit_linux
from netkit.lab.lab import Lab
from netkit.lab.measure import measure
from netkit.model.measurement.sample import Outcome
from netkit.model.network.elements import LinkKind, SidLimits
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Behavior, Binding, Segment, Stitch
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.certify import certify, check_headers
from netkit.planner.proof.replay import Requirements

pytestmark = [pytest.mark.lab, needs_root]

ENDS = ("r0", "r3")
BOUND_US = 4_000


def doubled(*, across: bool = False) -> Topology:
    """Four routers in a row, few SIDs each; beside each quick link a slow one that the IGP likes.
    ``across``: the link in the middle is where one operator hands over to another."""
    row = chain(1_000, 1_000, 1_000)
    slow = [
        replace(link, id=f"slow-{link.id}", delay_ab_us=5_000, delay_ba_us=5_000, metric_ab=1,
                metric_ba=1)
        for link in row.links
    ]  # fmt: skip
    links = [*row.links, *slow]
    nodes = [replace(node, sid_limits=SidLimits(max_h_encaps=4 if across else 3))
             for node in row.nodes]  # fmt: skip
    if across:
        links = [
            replace(link, kind=LinkKind.DIRECT_CONNECT) if link.id == "l1" else link
            for link in links
            if link.id != "slow-l1"
        ]
        nodes[2:] = [replace(node, operator="east") for node in nodes[2:]]
    return replace(row, nodes=tuple(nodes), links=tuple(links))


def planned(topology: Topology, *pairs: tuple[str, str], **options: object) -> Plan:
    demands = [Demand(*pair, BOUND_US) for pair in pairs]
    return plan_demands(topology, demands, PlanOptions(backups=False, **options))


def all_arrive_as_planned(topology: Topology, plan: Plan) -> None:
    """Both ways, each packet over certified links only; every list has one branch."""
    there, back = (plan.pair[pair].primary.certificate for pair in (ENDS, ENDS[::-1]))
    assert there.branches == back.branches == 1
    configs = emit_linux(topology, plan, ENDS)
    with Lab.boot(topology, igp_routes(topology), configs, hosts=ENDS) as lab:
        (measured,) = measure(lab, [ENDS], count=5, interval_ms=50).pairs
    assert {traced.sample.outcome for traced in measured.traced} == {Outcome.RECEIVED}
    assert measured.path_proven(there, back)


def test_cut_at_an_end_x_and_at_an_end() -> None:
    """One way as planned: ``End.X`` before the binding SID, ``End.X`` takes its header off. The
    other by hand: the binding SID in the place of an ``End``, and another ``End`` takes it off."""
    topology = doubled()
    plan = planned(topology, ENDS, binding_sids=True)
    (cut,) = plan.pairs[0].primary.bindings
    assert (cut.node, cut.first, cut.end) == ("r1", 1, 3)

    network = Network.of(topology)
    segments = tuple(Segment(Behavior.END, name) for name in ("r2", "r1"))
    bindings = (Binding("r2", 1, 2),)
    requirements = Requirements(float("inf"))
    back = certify(Igp.of(network), ENDS[::-1], segments, requirements, bindings)
    check_headers(network, back)
    by_hand = PairPlan(Demand(*ENDS[::-1], BOUND_US), Verdict.PASS, None, primary=back)
    all_arrive_as_planned(topology, replace(plan, pairs=(*plan.pairs, by_hand)))


def test_the_neighbour_pushes_the_rest() -> None:
    topology = doubled(across=True)
    plan = planned(topology, ENDS, ENDS[::-1], stitch=Stitch.BINDING)
    borders = [binding.node for pair in plan.pairs for binding in pair.primary.bindings]
    assert borders == ["r2", "r1"]
    all_arrive_as_planned(topology, plan)
