"""What a failure lets a packet cross: the links of a phase, beside its worst delay."""

from __future__ import annotations

from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.survival import Failure, FailureKind
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.protection.failure_sweep import effects, single_failures
from netkit.planner.protection.phases import Phases
from netkit.planner.protection.ti_lfa import Failed


def square() -> tuple[Topology, Igp]:
    """A ring of five, 1 ms a link, equal metrics."""
    names = "abcde"
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate(names, start=1))
    links = tuple(
        Link(x + y, x, y, 1_000, 1_000, 10, 10)
        for x, y in zip(names, (*names[1:], "a"), strict=True)
    )
    topology = Topology("ring", nodes, links)
    return topology, Igp.of(Network.of(topology))


def test_a_repair_crosses_the_long_way_round_and_nothing_that_failed() -> None:
    topology, igp = square()
    (pair,) = plan_demands(topology, [Demand("a", "c", 9_000, "t")], profile="p").pairs
    phases = Phases(igp, Failed.by(Failure(FailureKind.LINK, "bc"), igp.network))
    repaired = phases.repaired(pair)
    assert repaired.links() == {
        ("ab", "a"), ("ab", "b"), ("ea", "a"), ("de", "e"), ("cd", "d"),
    }  # fmt: skip
    assert repaired.outcome().worst_us == 5_000
    assert phases.carried(pair).links == {("ea", "a"), ("de", "e"), ("cd", "d")}


def test_links_of_every_phase_are_whole_wherever_packets_arrive() -> None:
    topology, igp = square()
    demands = [Demand(x, y, 9_000, "t") for x in "abc" for y in "de"]
    plan = plan_demands(topology, demands, profile="p")
    tried = 0
    for failure in single_failures(igp.network):
        gone = Failed.by(failure, igp.network)
        dead = {igp.network.arcs[arc].key for arc in gone.links}
        phases = Phases(igp, gone)
        for pair, effect in zip(plan.pairs, effects(igp, failure, plan.pairs), strict=True):
            if effect.repair.worst_us is not None:
                links = phases.repaired(pair).links()
                assert not links & dead
                assert links
                tried += 1
            assert not phases.carried(pair).links & dead
    assert tried > 20
