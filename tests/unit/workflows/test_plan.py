"""What is asked, in words, becomes demands between nodes of a topology: in one place."""

import dataclasses

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.demands import read_demands
from netkit.files.importers.formats import import_topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.planning.wanted import Among, NamedBy, PairChoice
from netkit.workflows.plan import demand_set, with_known_names

REGION = import_topology(ROOT / "topologies" / "lab-region.yaml")
CLUSTERS = [node.name for node in REGION.topology.nodes if node.role == "cluster"]


def asked(wanted, **more):
    return demand_set(REGION, PlanRequest(wanted, bound_us=5_000, **more)).demands


def ends(demands):
    return [(one.src, one.dst) for one in demands]


def test_a_table_is_read_without_a_topology_and_keeps_its_words_and_lines(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("src,dst,bound_ms\nqingpu-dc,wuhu-dc,4\n\nnobody,wuhu-dc,x\n")
    table = read_demands(path)
    assert [(wish.src, wish.line) for wish in table.wishes] == [("qingpu-dc", 2), ("nobody", 4)]
    assert table.named_by is NamedBy.WORD
    assert [problem.line for problem in table.problems] == [4]


def test_problems_of_a_table_and_of_its_words_are_told_together(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("src,dst,bound_ms\nqingpu-dd,wuhu-dc,4\nqingpu-dc,wuhu-dc,x\n")
    with pytest.raises(InputError) as caught:
        asked(read_demands(path))
    first, second = caught.value.problems
    assert [(one.line, one.what) for one in (first, second)] == [
        (2, "src: unknown node"), (3, "bound_ms"),
    ]  # fmt: skip
    assert first.remedy == "Did you mean 'qingpu-dc'?"


def test_what_a_table_reserves_is_its_own_to_say_unless_the_request_does(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("src,dst,bandwidth_gbps,priority\nqingpu-dc,wuhu-dc,2,3\nwuhu-dc,qingpu-dc,,\n")
    table = read_demands(path)
    assert [one.bandwidth_bps for one in asked(table)] == [2 * 10**9, None]
    assert [one.bandwidth_bps for one in asked(table, reserve=False)] == [None, None]
    assert [one.bandwidth_bps for one in asked(table, bandwidth_bps=7)] == [2 * 10**9, 7]
    assert [one.priority for one in asked(table)] == [3, 7]


def test_pairs_among_clusters_all_nodes_or_so_many_drawn():
    nodes = [node.name for node in REGION.topology.active_nodes]
    assert len(CLUSTERS) > 1
    among_clusters = ends(asked(PairChoice()))
    assert among_clusters == ends(asked(PairChoice(Among.CLUSTERS)))
    assert {end for pair in among_clusters for end in pair} == set(CLUSTERS)
    everything = ends(asked(PairChoice(Among.ALL)))
    assert len(everything) == len(nodes) * (len(nodes) - 1)
    drawn = ends(asked(PairChoice(drawn=5, seed=3)))
    assert drawn == sorted(set(drawn)) == ends(asked(PairChoice(drawn=5, seed=3)))
    assert set(drawn) < set(everything)
    assert drawn != ends(asked(PairChoice(drawn=5, seed=4)))


def test_one_cluster_alone_makes_no_pairs_so_all_nodes_do():
    nodes = tuple(
        node for node in REGION.topology.nodes if node.role != "cluster" or node.name == CLUSTERS[0]
    )
    names = {node.name for node in nodes}
    links = tuple(link for link in REGION.topology.links if {link.a, link.b} <= names)
    topology = dataclasses.replace(REGION.topology, nodes=nodes, links=links)
    alone = dataclasses.replace(REGION, topology=topology)
    usual = demand_set(alone, PlanRequest(bound_us=5_000))
    assert {end for pair in ends(usual.demands) for end in pair} == names
    with pytest.raises(InputError, match="no pairs to plan"):
        demand_set(alone, PlanRequest(PairChoice(Among.CLUSTERS), bound_us=5_000))


def test_all_that_is_asked_keeps_the_constraints_of_the_request():
    kept = Constraints(max_hops=3)
    (demand,) = asked((("qingpu-dc", "wuhu-dc"),), constraints=kept)
    assert demand == Demand("qingpu-dc", "wuhu-dc", 5_000, constraints=kept)


@pytest.mark.parametrize(
    ("field", "word", "meant"),
    [
        ("avoid_regions", "Nanjin", "Nanjing"),
        ("exclude_nodes", "qingpu-d", "qingpu-dc"),
        ("waypoints", "shanghay", "shanghai"),
    ],
)
def test_a_slip_in_a_constraint_is_told_with_what_was_meant(field, word, meant):
    value = (word,) if field == "waypoints" else frozenset({word})
    demand = Demand("qingpu-dc", "wuhu-dc", 5_000, constraints=Constraints(**{field: value}))
    with pytest.raises(InputError) as caught:
        with_known_names(DemandSet(REGION.topology, (demand,)))
    (problem,) = caught.value.problems
    assert (problem.field, problem.value) == (field, word)
    assert meant in problem.expected
