"""What to build, against adding each thing and looking again; the best set against all sets."""

from __future__ import annotations

import dataclasses
import itertools
import math

import networkx as nx
import numpy as np
from examples import examples
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from small_topologies import topologies

from netkit.model.network.derive import DelayRule
from netkit.model.network.elements import Status
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.geo import Coordinates, pair_floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.addition import AdditionKind, extended
from netkit.model.planning.augmentation import BuildRule, Method
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.verdict import Verdict
from netkit.planner.augment.advise import AdviceOptions, advise
from netkit.planner.augment.candidates import additions
from netkit.planner.augment.detour import Fixer, detours
from netkit.planner.augment.maximum_coverage import best_set
from netkit.planner.augment.rescued_pairs import Asked, Shortcuts
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import least_delays
from netkit.planner.plan import plan_demands

RULE = BuildRule(DelayRule(equipment_us=1), hand_over_us=3)
thorough = settings(
    max_examples=examples(100, one_in=3),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
DEGREES = st.integers(0, 4).map(lambda step: step * 0.005)
"""Half a kilometre a step, so that new links are about as slow as those of the topology."""


@st.composite
def backbones(draw: st.DrawFn, *, limits: bool = False) -> Topology:
    """One to three operators in two cities, some things planned, some without a place."""
    operators = draw(st.integers(1, 3))
    drawn = draw(topologies(operators=operators, one_way=True, limits=limits))
    planned = st.sampled_from((Status.ACTIVE, Status.ACTIVE, Status.ACTIVE, Status.PLANNED))
    nodes = tuple(
        dataclasses.replace(
            node,
            place=draw(st.sampled_from(("x", "y", None))),
            coordinates=draw(st.none() | st.builds(Coordinates, DEGREES, DEGREES)),
            status=draw(planned),
        )
        for node in drawn.nodes
    )
    links = tuple(dataclasses.replace(link, status=draw(planned)) for link in drawn.links)
    members = tuple(FabricMember(node.name, draw(st.integers(0, 3))) for node in nodes)
    fabrics = (Fabric("fabric", members, "x", None, Status.PLANNED),) if draw(st.booleans()) else ()
    topology = dataclasses.replace(drawn, nodes=nodes, links=links, fabrics=fabrics)
    assume(len(topology.active_nodes) > 1)
    return topology


def fastest(topology: Topology, src: str, dst: str) -> float:
    """Least delay over a graph of two layers: before the hand-over and after it."""
    first, second = topology.node[src].operator, topology.node[dst].operator
    graph: nx.MultiDiGraph = nx.MultiDiGraph()
    for arc in topology.adjacencies:
        ends = topology.node[arc.src].operator, topology.node[arc.dst].operator
        for layer in (0, 1):
            if arc.igp and ends[0] == (first, second)[layer]:
                graph.add_edge((layer, arc.src), (layer, arc.dst), weight=arc.delay_us)
        if not arc.igp and ends == (first, second) and first != second:
            graph.add_edge((0, arc.src), (1, arc.dst), weight=arc.delay_us)
    ends = (0, src), (int(first != second), dst)
    if not set(ends) <= set(graph):
        return math.inf
    return nx.single_source_dijkstra_path_length(graph, ends[0]).get(ends[1], math.inf)


def every_pair(topology: Topology, bound_us: int) -> list[Demand]:
    names = [node.name for node in topology.active_nodes]
    return [Demand(src, dst, bound_us) for src, dst in itertools.permutations(names, 2)]


@thorough
@given(backbones(), st.integers(0, 25))
def test_candidates_rescue_what_they_rescue_once_they_are_there(
    topology: Topology, bound_us: int
) -> None:
    network, demands = Network.of(topology), every_pair(topology, bound_us)
    best_us = least_delays(network)
    candidates = additions(topology, RULE)
    shortcuts = Shortcuts.of(network, topology, candidates)
    found = shortcuts.rescues(best_us, Asked.of(network, demands)).toarray()
    for number, candidate in enumerate(candidates):
        built = extended(topology, (candidate,))
        for pair, demand in enumerate(demands):
            before = fastest(topology, demand.src, demand.dst)
            after = fastest(built, demand.src, demand.dst)
            index = network.index
            assert best_us[index[demand.src], index[demand.dst]] == before
            if before > bound_us:
                assert bool(found[number, pair]) == (after <= bound_us), candidate
        assert candidate.kind is kind_of_change(topology, built), candidate


def kind_of_change(before: Topology, after: Topology) -> AdditionKind:
    """By what is in service afterwards and was not before: a router with its links, or a fabric, or
    else one link, which is a hand-over between two operators."""
    (routers, fabrics, links), had = in_service(after), in_service(before)
    if routers - had[0]:
        return AdditionKind.NODE
    if fabrics - had[1]:
        return AdditionKind.EXCHANGE
    ((_, a, b),) = links - had[2]
    same = after.node[a].operator == after.node[b].operator
    return AdditionKind.LINK if same else AdditionKind.DIRECT_CONNECT


def in_service(topology: Topology) -> tuple[set[str], set[str], set[tuple[str, str, str]]]:
    """Routers, fabrics, and links with their ends."""
    active = Status.ACTIVE
    return (
        {node.name for node in topology.nodes if node.status is active},
        {fabric.id for fabric in topology.fabrics if fabric.status is active},
        {(link.id, link.a, link.b) for link in topology.links if link.status is active},
    )


def coverings() -> st.SearchStrategy[tuple[list[frozenset[int]], list[float]]]:
    covers = st.frozensets(st.integers(0, 7), max_size=5)
    candidate = st.tuples(covers, st.integers(0, 6).map(float))
    return st.lists(candidate, min_size=1, max_size=8).map(
        lambda rows: tuple(zip(*rows, strict=True))
    )


@thorough
@given(coverings(), st.integers(1, 4), st.none() | st.integers(0, 12), st.booleans())
def test_the_best_set_is_the_best_of_all_sets(covering, k, budget_km, exact) -> None:
    covers, km = covering
    dense = np.array([[pair in cover for pair in range(8)] for cover in covers], dtype=float)
    limit = math.inf if budget_km is None else budget_km
    sets = {
        chosen: len(frozenset().union(*(covers[i] for i in chosen)))
        for size in range(k + 1)
        for chosen in itertools.combinations(range(len(covers)), size)
        if sum(km[i] for i in chosen) <= limit
    }
    most = max(sets.values())
    choice = best_set(
        csr_array(dense), np.array(km), k, budget_km, milp_entries=1000 if exact else 0
    )
    assert choice.chosen in sets
    assert sets[choice.chosen] == choice.covered
    assert choice.covered <= most <= choice.at_most
    if exact or k == 1:
        assert choice.covered == most == choice.at_most
        cost = {chosen: sum(km[i] for i in chosen) + (k > 1) * len(chosen) for chosen in sets}
        best = min(cost[chosen] for chosen, count in sets.items() if count == most)
        assert cost[choice.chosen] == best or most == 0
    else:
        assert choice.method is Method.GREEDY
        assert budget_km is not None or choice.covered >= (1 - 1 / math.e) * most


@settings(thorough, max_examples=examples(40, one_in=3))
@given(backbones(limits=True), st.integers(0, 25), st.integers(1, 3))
def test_advice_says_what_is_then_the_case(topology: Topology, bound_us: int, k: int) -> None:
    demands = every_pair(topology, bound_us)
    advice = advise(topology, demands, AdviceOptions(rule=RULE, k=k))
    assert len(advice.best.additions) <= k
    assert advice.best.together >= advice.best.covered
    assert advice.built == extended(topology, advice.best.additions)
    before = plan_demands(topology, demands, PlanOptions(backups=False))
    after = plan_demands(advice.built, demands, PlanOptions(backups=False))
    assert advice.after == after
    outside = advice.beyond_light + advice.not_for_delay
    for change, old, new in zip(advice.changes, before.pairs, after.pairs, strict=True):
        assert (change.before, change.after) == (old.verdict, new.verdict)
        ends = change.demand.src, change.demand.dst
        for shown_us, there in ((change.before_us, topology), (change.after_us, advice.built)):
            assert (math.inf if shown_us is None else shown_us) == fastest(there, *ends)
        if new.primary is not None:
            assert change.guaranteed_us == new.primary.certificate.guaranteed_us
            assert change.guaranteed_us <= bound_us
    rescuable = {pair for entry in advice.ranking for pair in entry.rescued}
    outside += advice.out_of_reach + len(rescuable)
    assert outside == sum(pair.verdict is not Verdict.PASS for pair in before.pairs)
    for entry in advice.ranking:
        assert entry.certified is None or entry.certified <= len(entry.rescued)


@settings(thorough, max_examples=examples(40, one_in=3))
@given(backbones(), st.integers(0, 25))
def test_with_room_for_sids_every_rescued_pair_gets_its_certified_list(
    topology: Topology, bound_us: int
) -> None:
    advice = advise(topology, every_pair(topology, bound_us), AdviceOptions(rule=RULE))
    for entry in advice.ranking:
        assert entry.certified in (None, len(entry.rescued))
    rescued = [change.demand for change in advice.changes if change.rescued]
    where = {node.name: node.coordinates for node in topology.nodes}
    floors = (pair_floor_us(where[one.src], where[one.dst]) for one in rescued)
    # The links of the topology may be faster than light here; what is built is not.
    assert sum((floor or 0) <= bound_us for floor in floors) == advice.best.together


@settings(thorough, max_examples=examples(60, one_in=3))
@given(backbones(), st.integers(0, 25))
def test_detours_and_what_fixes_them(topology: Topology, bound_us: int) -> None:
    demands = every_pair(topology, bound_us)
    candidates, fixer = additions(topology, RULE), Fixer(topology, RULE)
    plan = plan_demands(topology, demands, PlanOptions(backups=False))
    rows = {(row.demand.src, row.demand.dst): row for row in detours(topology, plan, RULE)}
    for demand in demands:
        ends = demand.src, demand.dst
        now = fastest(topology, *ends)
        row = rows[ends]
        assert (math.inf if row.best_us is None else row.best_us) == now
        each = {one.name: fastest(extended(topology, (one,)), *ends) for one in candidates}
        least = min(each.values(), default=math.inf)
        for fix in fixer.fixes(demand, 3):
            assert fix.delay_us == each[fix.addition.name] < now
            assert fix.inside == (fix.delay_us <= bound_us)
        if row.fix is None:
            assert least >= now
        elif now > bound_us >= least:
            enough = [one.km or 0 for one in candidates if each[one.name] <= bound_us]
            assert row.fix.inside
            assert (row.fix.addition.km or 0) == min(enough)
        else:
            assert row.fix.delay_us == least
