"""`netkit plan --from OLD.json` against `netkit plan`: the same document, whatever has changed."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_changes import changed
from random_backbones import random_backbone, random_options

from netkit.files.old_plans.old_plan import read_old_plan
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network import asked_rows
from netkit.planner.replan import replanner
from netkit.planner.replan.replanner import with_unsteered
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import kept_plan_to_json
from netkit.workflows.plan import make_plan
from netkit.workflows.plans.plan_again import plan_from

_LIMITED = Constraints(max_hops=4, max_jitter_us=900, max_loss_ppb=12_345_678)


def _request(rng: random.Random) -> tuple[Topology, list[Demand], PlanOptions]:
    """A backbone as a file may have it: routers that hand over are borders."""
    topology, demands = random_backbone(rng)
    borders = tuple(replace(node, role=Role.BORDER) for node in topology.nodes)
    topology, names = replace(topology, nodes=borders), [node.name for node in borders]
    demands += [Demand(*rng.sample(names, 2), rng.randint(2, 60)) for _ in range(6)]
    demands = [
        replace(
            one, color=rng.choice((None, 7)), tier=rng.choice(("", "city")),
            constraints=rng.choice((*[one.constraints] * 9, _LIMITED)),
        )
        for one in demands
    ]  # fmt: skip
    demands += rng.choices(demands, k=rng.choice((0, 1)))
    return topology, demands, random_options(rng, topology)


def _askable(topology: Topology, demands: list[Demand]) -> tuple[Demand, ...]:
    """Demands between routers that are up, whose constraints name what there is."""
    known = {node.name for node in topology.active_nodes}
    known |= {name for link in topology.all_links for name in (*link.admin_groups, *link.srlgs)}
    found = []
    for one in demands:
        asked = one.constraints
        names = {one.src, one.dst, *asked.waypoints, *asked.exclude_nodes}
        if names | asked.exclude_any | asked.exclude_srlgs <= known:
            found.append(one)
    return tuple(found)


def _edited(rng: random.Random, topology: Topology) -> Topology:
    """As a file may be edited: a link more, a link less, or all in another order."""
    links, nodes, what = list(topology.links), list(topology.nodes), rng.random()
    if what < 0.1:
        number = rng.randrange(len(links))
        links.insert(number, replace(links[number], id=f"new-{len(links)}", id_ba=None))
    elif what < 0.2 and len(links) > 1:
        del links[rng.randrange(len(links))]
    elif what < 0.3:
        rng.shuffle(links)
        rng.shuffle(nodes)
    return replace(topology, links=tuple(links), nodes=tuple(nodes))


@settings(
    max_examples=examples(30, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False))
def test_the_document_is_the_one_made_afresh(tmp_path: Path, rng: random.Random) -> None:
    topology, demands, options = _request(rng)
    asked = DemandSet(topology, _askable(topology, demands), "some")
    plan, file = make_plan(asked, options), tmp_path / "old.json"
    for _ in range(3):
        file.write_text(to_text(kept_plan_to_json(plan, topology, options)), encoding="utf-8")
        topology = _edited(rng, changed(rng, topology) if rng.random() < 0.8 else topology)
        asked = DemandSet(topology, _askable(topology, demands), "some")
        plan = plan_from(read_old_plan(file, topology), asked, options)
        afresh = make_plan(asked, options)
        assert plan == afresh
        assert kept_plan_to_json(plan, topology, options) == kept_plan_to_json(
            afresh, topology, options
        )


def test_a_few_demands_on_a_large_network_are_planned_and_not_followed(tmp_path: Path) -> None:
    """To follow them all rows of the IGP would be made, twice."""
    topology, demands = random_backbone(random.Random(1))
    asked, options, file = DemandSet(topology, tuple(demands[:1])), PlanOptions(), tmp_path / "old"
    plan = make_plan(asked, options)
    file.write_text(to_text(kept_plan_to_json(plan, topology, options)), encoding="utf-8")
    old = read_old_plan(file, topology)
    with (
        patch.object(asked_rows, "FEW", 1),
        patch.object(replanner, "Replanner", side_effect=AssertionError),
    ):
        assert plan_from(old, asked, options) == plan


@settings(
    max_examples=examples(20, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False))
def test_answers_and_network_come_back_as_they_were(tmp_path: Path, rng: random.Random) -> None:
    topology, demands, options = _request(rng)
    options = replace(options, alternatives=0, usid=False, binding_sids=False, protect=False)
    asked = DemandSet(topology, _askable(topology, demands))
    plan, file = make_plan(asked, options), tmp_path / "old.json"
    file.write_text(json.dumps(kept_plan_to_json(plan, topology, options)), encoding="utf-8")
    for now in (topology, changed(rng, topology), replace(topology, name="another", fabrics=())):
        old = read_old_plan(file, now)
        assert (old.topology, old.options) == (topology, options)
        taken = [
            replace(pair, demand=replace(pair.demand, color=None))
            for pair in plan.pairs
            if pair.primary is not None and pair.demand.bandwidth_bps is None
        ]
        assert list(with_unsteered(topology, old.plan, options).pairs) == taken
