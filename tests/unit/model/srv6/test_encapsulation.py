"""What lists cost on the wire, as full SIDs and as uSID containers; and what is refused."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from goldens import ROOT
from small_topologies import line

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.model.network.elements import Link, SidLimits
from netkit.model.network.flex_algo import FlexAlgo, FlexMetric
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.encapsulation import Overhead, encapsulation
from netkit.model.srv6.segment_list import Behavior, Segment, Stitch, containers
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.certify import certify
from netkit.planner.proof.replay import Requirements
from netkit.planner.protection.failure_sweep import survival


def ends(algorithms: str) -> tuple[Segment, ...]:
    return tuple(Segment(Behavior.END, "b", None, 128 if a == "f" else 0) for a in algorithms)


@pytest.mark.parametrize(
    ("algorithms", "sizes"),
    [
        ("", [1]),
        ("0000", [5]),
        ("00000", [1, 5]),
        ("f", [1, 1]),
        ("0f0", [1, 1, 2]),
        ("f" * 7 + "00", [1, 6, 3]),
    ],
)
def test_containers_are_filled_from_the_last_one_on(algorithms: str, sizes: list[int]) -> None:
    assert [len(held) for held in containers(ends(algorithms))] == sizes


def test_a_pair_of_slots_is_never_split() -> None:
    over = Segment(Behavior.END_X, "b", "b-c")
    assert [len(held) for held in containers((over,) * 5)] == [3, 3]


def four(mtu: tuple[int | None, ...]) -> Topology:
    topology = line(1, 1, 1)
    links = tuple(
        dataclasses.replace(link, mtu_bytes=bytes_)
        for link, bytes_ in zip(topology.links, mtu, strict=True)
    )
    return dataclasses.replace(topology, links=links)


@pytest.mark.parametrize("mtu", [(9000, 1500, 1600), (9000, None, 1600), (9000, 60, 1600)])
def test_bytes_and_the_largest_packet(mtu: tuple[int | None, ...]) -> None:
    topology = four(mtu)
    igp = Igp.of(Network.of(topology))
    two = (Segment(Behavior.END, "b"), Segment(Behavior.END, "c"))
    found = encapsulation(topology, certify(igp, ("a", "d"), two, Requirements(10)))
    least = None if None in mtu else min(filter(None, mtu))
    assert found.path_mtu_bytes == least
    left = [None if least is None else max(0, least - header) for header in (80, 40)]
    assert (found.full, found.usid) == (Overhead(3, 80, left[0]), Overhead(1, 40, left[1]))


def test_a_number_that_no_container_can_carry() -> None:
    topology = line(1, 1)
    far = dataclasses.replace(topology.nodes[2], sid_index=0xD000)
    topology = dataclasses.replace(topology, nodes=(*topology.nodes[:2], far))
    igp = Igp.of(Network.of(topology))
    assert encapsulation(topology, certify(igp, ("a", "c"), (), Requirements(9))).usid is None
    with pytest.raises(InputError, match="node c: sid_index: 53248; expected at most 53247"):
        plan_demands(topology, [Demand("a", "b", 9)], PlanOptions(usid=True))


def test_what_is_refused_beside_containers_and_planes() -> None:
    topology, demands = line(1), [Demand("a", "b", 9)]
    for wish in ({"binding_sids": True}, {"stitch": Stitch.BINDING}):
        with pytest.raises(InputError, match="not cut"):
            plan_demands(topology, demands, PlanOptions(usid=True, **wish))
    with pytest.raises(InputError, match="128; expected none: it defines no planes"):
        plan_demands(topology, demands, PlanOptions(algorithms=(128,)))


def test_containers_fit_where_full_sids_do_not_and_failures_count_them() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-planes.yaml")
    nodes = tuple(
        dataclasses.replace(node, sid_limits=SidLimits(0, 9, 1, 0)) for node in topology.nodes
    )
    weak = dataclasses.replace(topology, nodes=nodes)
    demands = [Demand("west", "east", 1_000)]
    full, usid = (plan_demands(weak, demands, PlanOptions(usid=usid)) for usid in (False, True))
    assert full.pairs[0].reason.sids_needed == 3
    assert usid.pairs[0].primary.sid_count == 1
    (pair,) = survival(Igp.of(Network.of(weak)), usid).pairs
    for effect in pair.effects:
        assert effect.reconverged.sids in (None, 1)


def test_a_node_that_takes_no_segments_left_is_not_asked_to() -> None:
    """The container of the plane has another behind it: d cannot process its uN, c can its uA."""
    topology = line(9, 9, 9, metric=1)
    quick = tuple(Link(f"{a}{b}", a, b, 1, 1, 5, 5) for a, b in itertools.pairwise(topology.node))
    nodes = tuple(
        dataclasses.replace(node, sid_limits=SidLimits(int(node.name == "c"), 9, 9, 9))
        for node in topology.nodes
    )
    delay = (FlexAlgo(128, FlexMetric.DELAY),)
    topology = Topology("ladder", nodes, (*topology.links, *quick), flex_algos=delay)
    demand = Demand("a", "d", 3)
    plan = plan_demands(topology, [demand], PlanOptions(algorithms=(128,), usid=True))
    assert plan.pairs[0].primary.segments == (Segment(Behavior.END_X, "c", "cd", 128),)
