"""A loop's planner that follows a network against one that begins anew: the same answers."""

from __future__ import annotations

import random
from dataclasses import replace
from unittest.mock import patch

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from network_changes import changed
from random_backbones import random_backbone

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network import asked_rows
from netkit.planner.plan import plan_demands
from netkit.planner.reaction import held_lists, replan
from netkit.planner.reaction.upkeep import Upkeep


def slower(rng: random.Random, topology: Topology) -> Topology:
    """Some links with other delays, as a loop announces them."""
    links = [
        replace(one, delay_ab_us=one.delay_ab_us + rng.randint(0, 9)) if rng.random() < 0.2 else one
        for one in topology.links
    ]
    return replace(topology, links=tuple(links))


def _afresh(
    answers: replan.Answers, measured: Topology, demands: list[Demand]
) -> tuple[PairPlan, ...]:
    return plan_demands(measured, demands, answers.options).pairs


@settings(
    max_examples=examples(40, one_in=3), suppress_health_check=list(HealthCheck), deadline=None
)
@given(st.randoms(use_true_random=False))
def test_what_is_followed_is_what_is_found_anew(rng: random.Random) -> None:
    topology, demands = random_backbone(rng)
    names = [node.name for node in topology.nodes]
    ends = {tuple(rng.sample(names, 2)) for _ in range(12)}
    demands = [Demand(src, dst, rng.randint(2, 60)) for src, dst in sorted(ends)] or demands
    options = PlanOptions(max_sids=rng.choice((None, 3)), binding_sids=rng.random() < 0.1)
    plan, following = plan_demands(topology, demands, options), Upkeep(options, 20)
    few = rng.choice((asked_rows.FEW, 0))  # 0: the rows that are asked for, and no others
    for _ in range(4):
        topology = changed(rng, topology) if rng.random() < 0.2 else slower(rng, topology)
        if {node.name for node in topology.active_nodes} != set(names):
            return
        rows = patch.object(asked_rows, "FEW", few)
        with rows:
            danger = following.in_danger(plan, topology)
        assert danger == Upkeep(options, 20).in_danger(plan, topology)
        pairs = [one.pair for one in danger]
        with rows:
            found = following.replanned(plan, topology, pairs)
        with patch.object(replan.Answers, "on", _afresh):
            assert found == Upkeep(options, 20).replanned(plan, topology, pairs)
        plan = found.plan if rng.random() < 0.5 else plan


def test_a_list_is_replayed_where_it_crosses_what_has_changed_and_nowhere_else() -> None:
    topology, demands = random_backbone(random.Random(1))
    plan = plan_demands(topology, demands)
    lists = {
        ((pair.demand.src, pair.demand.dst), one.segments): frozenset(one.certificate.links)
        for pair in plan.pairs
        for one in pair.configured
    }
    seen = set[int]()
    for link in topology.links:
        upkeep = Upkeep()
        upkeep.in_danger(plan, topology)
        links = [
            replace(one, delay_ab_us=one.delay_ab_us + 1) if one is link else one
            for one in topology.links
        ]
        with patch.object(held_lists, "Replay", wraps=held_lists.Replay) as replayed:
            upkeep.in_danger(plan, replace(topology, links=tuple(links)))
        crossing = [crossed for crossed in lists.values() if (link.id, link.a) in crossed]
        assert replayed.call_count == len(crossing)
        seen.add(len(crossing))
    assert {0, 1} < seen


def test_few_lists_on_a_large_network_are_replayed_by_the_rows_that_they_ask_for() -> None:
    nodes = tuple(Node(f"n{i}", Role.CITY, i + 1) for i in range(400))
    links = tuple(
        Link(f"l{i}", f"n{i - 1}", f"n{i}", 100, 100, 10, 10) for i in range(1, len(nodes))
    )
    row, demands = Topology("row", nodes, links), [Demand("n0", "n2", 250)]
    plan, upkeep = plan_demands(row, demands, PlanOptions(backups=False)), Upkeep()
    crept = replace(row, links=(replace(links[0], delay_ab_us=900), *links[1:]))
    cut = replace(row, links=links[1:])
    with patch("netkit.planner.network.igp._rows", side_effect=AssertionError):
        assert not upkeep.in_danger(plan, row)
        assert [one.guaranteed_us for one in upkeep.in_danger(plan, crept)] == [1000]
        assert [one.guaranteed_us for one in upkeep.in_danger(plan, cut)] == [None]
        assert upkeep.replanned(plan, crept, [("n0", "n2")]).left == (("n0", "n2"),)
