"""Why a pair cannot have its tier, in the order in which netkit looks; and what it refuses."""

from __future__ import annotations

import dataclasses
import json

import pytest
from command import invoked
from goldens import ROOT, check_golden
from small_topologies import line, long_way

from netkit.errors import InputError, ReplayError
from netkit.model.network.elements import Link, LinkKind, Node, Role, SidLimits
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reason import Cause, OtherSteering, SteeringOption, TooManySids
from netkit.model.planning.relaxation import RelaxationKind
from netkit.model.planning.tier import PROFILES, tier_demands
from netkit.model.srv6.segment_list import Behavior, Segment, Stitch
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.replay import Replay
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.waived_constraints import MOST_TRIED, smallest
from netkit.report.words.reasons import reason_text
from netkit.report.words.relaxations import margin_text, relaxation_text

REGION = ROOT / "topologies" / "lab-region.yaml"
BEIJING, SHAOGUAN = Coordinates(39.9, 116.41), Coordinates(24.81, 113.6)


def answer(topology: Topology, src: str, dst: str, bound_us: int, **options: int) -> PairPlan:
    return plan_demands(topology, [Demand(src, dst, bound_us)], PlanOptions(**options)).pairs[0]


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


def explained_as_text(pair: PairPlan, topology: Topology, **options: int) -> str:
    found = with_relaxations(
        topology, pair, PlanOptions(**options), tuple(PROFILES["2023"].tiers.values())
    )
    lines = [f"{pair.demand.src} to {pair.demand.dst}: {found.verdict}"]
    if found.reason is not None:
        kinds = [one.kind for one in found.reason.relaxations or ()]
        assert kinds == sorted(kinds, key=list(RelaxationKind).index)
        lines += [f"{found.reason.cause}: {reason_text(found.reason.evidence)}"]
        lines += [
            f"  {one.kind}: {relaxation_text(one)}: {one.guaranteed_us} µs"
            for one in found.reason.relaxations or ()
        ]
    if found.margin is not None:
        lines += [f"  margin, then {found.margin.next_cause}: {margin_text(found.margin)}"]
    return "\n".join(lines)


def ladder() -> Topology:
    """Three ways from a to d: quick and lossy, middling, slow and good; all figures stated."""
    nodes = [
        Node(n, Role.CITY, i, coordinates=Coordinates(30, 110 + i)) for i, n in enumerate("abcd", 1)
    ]
    figures = [("ab", 600, 300, 1), ("bd", 1_200, 300, 1), ("ac", 1_500, 100, 2)]
    figures += [("cd", 1_500, 100, 2), ("ad", 4_000, 20, 9)]
    links = tuple(
        Link(
            ends, ends[0], ends[1], us, us, metric, metric, jitter_ab_us=jitter_us,
            jitter_ba_us=jitter_us, loss_ab_ppb=10 * jitter_us, loss_ba_ppb=10 * jitter_us,
            cost=metric,
        )
        for ends, us, jitter_us, metric in figures
    )  # fmt: skip
    return Topology("ladder", tuple(nodes), links)


LADDER = {
    "passes": Constraints(max_jitter_us=250),
    "one limit": Constraints(max_jitter_us=150),
    "two at once": Constraints(max_jitter_us=150, exclude_nodes=frozenset("bc")),
    "unstated": Constraints(max_jitter_us=50, exclude_nodes=frozenset("c")),
    "a waypoint": Constraints(max_loss_ppb=5_000, waypoints=("b",)),
}


def test_golden_relaxations_and_margins() -> None:
    topologies = {
        Cause.FLOOR: placed(line(9_000, 9_000), a=BEIJING, c=SHAOGUAN),
        Cause.DISCONNECTED: dataclasses.replace(line(1, 1), links=line(1, 1).links[:1]),
        Cause.DELAY: placed(line(4_000, 3_000), a=BEIJING, b=BEIJING, c=BEIJING),
        Cause.SID_LIMIT: detour(SidLimits(max_h_encaps=1)),
    }
    texts = [explained_as_text(REASONS[cause], topologies[cause]) for cause in REASONS]
    for name, asked in LADDER.items():
        demand = Demand("a", "d", 3_500, constraints=asked)
        topology = ladder()
        if name == "unstated":
            links = (dataclasses.replace(topology.links[0], jitter_ab_us=None), *topology.links[1:])
            topology = dataclasses.replace(topology, links=links)
        pair = plan_demands(topology, [demand]).pairs[0]
        texts.append(f"{name}\n{explained_as_text(pair, topology)}")
    check_golden("report/relaxations.txt", "\n\n".join(texts) + "\n")


@pytest.mark.parametrize("cause", REASONS)
def test_the_binding_constraint_is_named(cause: Cause) -> None:
    assert REASONS[cause].reason is not None
    assert REASONS[cause].reason.cause is cause


def test_golden_explanations() -> None:
    texts = [f"{cause}: {reason_text(pair.reason.evidence)}" for cause, pair in REASONS.items()]
    check_golden("report/reasons.txt", "\n".join(texts) + "\n")


def test_max_sids_binds_like_a_platform_limit() -> None:
    topology = detour(SidLimits())
    assert answer(topology, "a", "d", 5_000).primary.segments == (Segment(Behavior.END, "c"),)
    assert answer(topology, "a", "d", 5_000, max_sids=1).reason.sids_needed == 2


def test_all_bad_demands_are_reported_at_once() -> None:
    demands = [Demand("a", "nowhere", 1), Demand("b", "b", 1), Demand("bb", "a", 1)]
    with pytest.raises(InputError) as caught:
        plan_demands(line(1), demands)
    assert len(caught.value.problems) == 3
    assert "Did you mean 'b'?" in str(caught.value)


def test_a_bound_that_needs_coordinates_says_so() -> None:
    with pytest.raises(InputError, match="coordinates"):
        tier_demands(line(1), [("a", "b")], PROFILES["stretch"])


def test_a_list_that_a_router_would_drop_does_not_replay() -> None:
    igp = Igp.of(Network.of(dataclasses.replace(line(1, 1), links=line(1, 1).links[:1])))
    with pytest.raises(ReplayError, match="no route"):
        Replay(igp, "a", (Segment(Behavior.END, "c"),), "b")
    with pytest.raises(ReplayError, match="no adjacency"):
        Replay(igp, "a", (Segment(Behavior.END_X, "a", "b-c"),), "b")


def test_options_about_binding_sids_are_named_where_they_help() -> None:
    """A row of quick links that the IGP shuns for slow ones; three SIDs at most each."""
    inside = long_way(3, most_sids=3)
    cut = answer(inside, "a", "d", 300).reason.evidence
    assert isinstance(cut, TooManySids)
    assert cut.other == OtherSteering(SteeringOption.BINDING_SIDS, ("b",))
    assert reason_text(cut).endswith("with binding SIDs there is one, cut at b")

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
    stitched = answer(across, "a", "d", 300, stitch=Stitch.BINDING).reason.evidence
    assert isinstance(stitched, TooManySids)
    assert stitched.other == OtherSteering(SteeringOption.STITCH_BORDER, ())
    assert stitched.least_us <= 300
    why = reason_text(stitched)
    assert "none that leaves the rest to the neighbour's binding SID" in why
    assert why.endswith("with stitch border there is one")


def test_a_set_from_which_nothing_can_be_left_out_where_too_many_would_have_to_be_tried() -> None:
    shut = frozenset(f"n{number}" for number in range(24))
    needed = frozenset(f"n{number}" for number in range(0, 24, 2))
    tries: list[Constraints] = []

    def list_under(asked: Constraints) -> object:
        tries.append(asked)
        return asked if asked.exclude_nodes.isdisjoint(needed) else None

    (found,) = smallest(Constraints(exclude_nodes=shut), list_under)
    assert {one.value for one in found[0]} == needed
    assert found[1].exclude_nodes == shut - needed
    assert len(tries) < 2 * MOST_TRIED
    assert smallest(Constraints(exclude_nodes=shut), lambda _: None) == []


def test_a_waypoint_named_twice_is_given_up_once() -> None:
    topology, asked = ladder(), Constraints(max_hops=1, waypoints=("b", "b"))
    pair = plan_demands(topology, [Demand("a", "d", 3_500, constraints=asked)]).pairs[0]
    found = with_relaxations(topology, pair, PlanOptions(), ())
    assert found.reason is not None
    limits = [one for one in found.reason.relaxations or () if one.kind is RelaxationKind.LIMIT]
    assert [(one.waived[0].constraint, one.waived[0].value, one.limit) for one in limits] == [
        ("max_hops", 1, 2)
    ]
    assert relaxation_text(limits[0]) == "raise max hops from 1 to 2"
    dead_end = dataclasses.replace(topology, links=topology.links[-1:])
    pair = plan_demands(dead_end, [pair.demand]).pairs[0]
    assert with_relaxations(dead_end, pair, PlanOptions(), ()).reason.relaxations == ()


def test_margins_count_containers_where_lists_are_pushed_as_such() -> None:
    netkit = ["explain", str(REGION), "qingpu-dc", "wuhu-dc", "--max-sids", "1", "--json"]
    full, usid = (
        json.loads(invoked(*netkit, *more).stdout)["pairs"][0] for more in ([], ["--usid"])
    )
    assert full["reason"]["sids_needed"] == 2
    assert usid["margin"]["least_ms"] == usid["optimum"]["delay_ms"]
