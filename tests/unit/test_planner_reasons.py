"""Why a pair cannot have its tier, in the order in which netkit looks; and what it refuses."""

from __future__ import annotations

import dataclasses

import pytest
from goldens import check_golden
from small_topologies import line, long_way

from netkit.errors import InputError, ReplayError
from netkit.model.geo import Coordinates
from netkit.model.plan import Behavior, Cause, Demand, PairPlan, Segment, Stitch
from netkit.model.tier import PROFILES
from netkit.model.topology import Link, LinkKind, Node, Role, SidLimits, Topology
from netkit.planner.graph import Network, as_graph
from netkit.planner.igp import Igp
from netkit.planner.plan import plan_demands, tier_demands
from netkit.planner.replay import Replay

BEIJING, SHAOGUAN = Coordinates(39.9, 116.41), Coordinates(24.81, 113.6)


def answer(topology: Topology, src: str, dst: str, bound_us: int, **options: int) -> PairPlan:
    return plan_demands(as_graph(topology), [Demand(src, dst, bound_us)], **options).pairs[0]


def placed(topology: Topology, **where: Coordinates) -> Topology:
    nodes = [dataclasses.replace(n, coordinates=where.get(n.name)) for n in topology.nodes]
    return dataclasses.replace(topology, nodes=tuple(nodes))


def detour(limits: SidLimits) -> Topology:
    """a-b-d is cheap and slow; a-c-d is quick but needs a segment."""
    nodes = tuple(Node(n, Role.CITY, i, sid_limits=limits) for i, n in enumerate("abcd", start=1))
    slow = [Link(f"{a}{b}", a, b, 9_000, 9_000, 1, 1) for a, b in ("ab", "bd")]
    quick = [Link(f"{a}{b}", a, b, 2_000, 2_000, 5, 5) for a, b in ("ac", "cd")]
    return Topology("detour", nodes, (*slow, *quick))


REASONS = {
    Cause.FLOOR: answer(placed(line(9_000, 9_000), a=BEIJING, c=SHAOGUAN), "a", "c", 5_000),
    Cause.DISCONNECTED: answer(
        dataclasses.replace(line(1, 1), links=line(1, 1).links[:1]), "a", "c", 5_000
    ),
    Cause.DELAY: answer(line(4_000, 3_000), "a", "c", 5_000),
    Cause.SID_LIMIT: answer(detour(SidLimits(max_h_encaps=1)), "a", "d", 5_000),
}


@pytest.mark.parametrize("cause", REASONS)
def test_the_binding_constraint_is_named(cause: Cause) -> None:
    assert REASONS[cause].reason is not None
    assert REASONS[cause].reason.cause is cause


def test_golden_explanations() -> None:
    texts = [f"{cause}: {pair.reason and pair.reason.text}" for cause, pair in REASONS.items()]
    check_golden("report/reasons.txt", "\n".join(texts) + "\n")


def test_max_sids_binds_like_a_platform_limit() -> None:
    topology = detour(SidLimits())
    assert answer(topology, "a", "d", 5_000).primary.segments == (Segment(Behavior.END, "c"),)
    assert answer(topology, "a", "d", 5_000, max_sids=1).reason.sids_needed == 2


def test_all_bad_demands_are_reported_at_once() -> None:
    demands = [Demand("a", "nowhere", 1), Demand("b", "b", 1), Demand("bb", "a", 1)]
    with pytest.raises(InputError) as caught:
        plan_demands(as_graph(line(1)), demands)
    assert len(caught.value.problems) == 3
    assert "Did you mean b?" in str(caught.value)


def test_a_bound_that_needs_coordinates_says_so() -> None:
    with pytest.raises(InputError, match="coordinates"):
        tier_demands(as_graph(line(1)), [("a", "b")], PROFILES["stretch"])


def test_a_list_that_a_router_would_drop_does_not_replay() -> None:
    igp = Igp.of(Network.of(as_graph(dataclasses.replace(line(1, 1), links=line(1, 1).links[:1]))))
    with pytest.raises(ReplayError, match="no route"):
        Replay(igp, "a", (Segment(Behavior.END, "c"),), "b")
    with pytest.raises(ReplayError, match="no adjacency"):
        Replay(igp, "a", (Segment(Behavior.END_X, "a", "b-c"),), "b")


def test_options_about_binding_sids_are_named_where_they_help() -> None:
    """A row of quick links that the IGP shuns for slow ones; three SIDs at most each."""
    inside = long_way(3, most_sids=3)
    assert answer(inside, "a", "d", 300).reason.text.endswith(
        "--binding-sids there is one, cut at b"
    )

    west, east = inside.nodes[:2], inside.nodes[2:]
    headend = dataclasses.replace(west[0], sid_limits=SidLimits())
    weak = dataclasses.replace(east[0], operator="east", sid_limits=SidLimits(max_h_encaps=0))
    nodes = (headend, west[1], weak, dataclasses.replace(east[1], operator="east"))
    links = tuple(
        dataclasses.replace(link, kind=LinkKind.DIRECT_CONNECT) if link.id == "b-c" else link
        for link in inside.links
        if link.id != "slow-b-c"
    )
    across = dataclasses.replace(inside, nodes=nodes, links=links)
    why = answer(across, "a", "d", 300, stitch=Stitch.BINDING).reason.text
    assert "none that leaves the rest to the neighbour's binding SID" in why
    assert why.endswith("--stitch border there is one")
