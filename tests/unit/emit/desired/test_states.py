"""What routers are to hold: binding SIDs with the SIDs that end them, uSIDs, policies of several
bounds, customers, and nothing that live routers have already."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network

import pytest
from goldens import ROOT
from small_topologies import long_way

from netkit.api import load_topology
from netkit.emit.desired import words
from netkit.emit.desired.headend import not_desired
from netkit.emit.desired.states import desired_states
from netkit.model.network.advertised import AdvertisedSid, LinkEnd, Locator, SidStructure
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import binding_color
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid, RouterState
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.planner.plan import plan_demands
from netkit.wire import ports


def topology(name: str) -> Topology:
    return load_topology(ROOT / "topologies" / f"{name}.yaml")


def states(network: Topology, *demands: Demand, **options: object) -> dict[str, RouterState]:
    return desired_states(network, plan_demands(network, demands, PlanOptions(**options)))


def test_a_binding_sid_is_a_policy_of_the_border_and_ends_with_usd() -> None:
    network = long_way()
    plan = plan_demands(network, [Demand("a", "g", 600)], PlanOptions(binding_sids=True))
    candidate = plan.pairs[0].primary
    (binding,) = candidate.bindings
    found = desired_states(network, plan)
    (policy,) = [one for one in found[binding.node].policies if one.binding_sid is not None]
    assert policy.color == binding_color(binding.number)
    assert policy.steering == ()
    (path,) = policy.candidate_paths
    (pushed,) = path.lists
    last = candidate.segments[binding.end - 1]
    assert policy.endpoint == found[last.node].source
    assert pushed.segments[-1].flavors == {Flavor.USD}
    held = [sid.sid for sid in found[last.node].sids if Flavor.USD in sid.flavors]
    assert pushed.segments[-1].sid in held
    (headend,) = [one for one in found["a"].policies if one.binding_sid is None]
    (own,) = headend.candidate_paths[0].lists
    assert policy.binding_sid in [segment.sid for segment in own.segments]
    bound = next(one for one in own.segments if one.sid == policy.binding_sid)
    assert bound.behavior is None


def test_a_plan_of_containers_gives_un_and_ua() -> None:
    demand = Demand("west", "east", 1_000)
    found = states(topology("lab-planes"), demand, usid=True, algorithms=(128, 129))
    for state in found.values():
        assert all(one.usid for one in state.locators)
        for sid in state.sids:
            service = sid.behavior is EndpointBehavior.END_DT6
            assert sid.flavors == (frozenset() if service else {Flavor.NEXT_CSID})
            bits = 48 if sid.behavior is EndpointBehavior.END else 64
            assert sid.prefix.prefixlen == bits
    (policy,) = found["west"].policies
    for path in policy.candidate_paths:
        for one in path.lists:
            assert one.segments[0].flavors == {Flavor.NEXT_CSID}


def test_each_bound_is_a_policy_and_the_tightest_steers() -> None:
    network = topology("lab-region")
    demands = [
        Demand("qingpu-dc", "wuhu-dc", 9_000),
        Demand("qingpu-dc", "wuhu-dc", 3_000),
        Demand("qingpu-dc", "wuhu-dc", 3_000),
        Demand("qingpu-dc", "wuhu-dc", 5_000, color=77),
        Demand("qingpu-dc", "wuhu-dc", 1),
    ]
    plan = plan_demands(network, demands, PlanOptions())
    own = desired_states(network, plan)["qingpu-dc"].policies
    assert [(one.color, one.name, bool(one.steering)) for one in own] == [
        (77, "to-wuhu-dc-color-77", False),
        (3_000, "to-wuhu-dc-3000us", True),
        (9_000, "to-wuhu-dc-9000us", False),
    ]
    assert [(one.what, one.why) for one in not_desired(plan)["qingpu-dc"]] == [
        (
            "policy to-wuhu-dc-3000us",
            "an earlier demand has color 3000 to wuhu-dc; give this one a color of its own",
        ),
        ("policy to-wuhu-dc-1us", "no list keeps its bound"),
    ]


def test_a_demand_that_is_asked_for_twice_is_told_of_once_though_both_rows_hold_one_pair() -> None:
    plan = plan_demands(topology("lab-metro"), [Demand("xidan", "haidian", 1_000)], PlanOptions())
    (told,) = not_desired(replace(plan, pairs=plan.pairs * 2))["xidan"]
    assert told.what == "policy to-haidian-1000us"


def test_alternatives_beyond_the_last_preference_are_told() -> None:
    network = topology("lab-metro")
    plan = plan_demands(network, [Demand("xidan", "haidian", 1_000)], PlanOptions())
    (pair,) = plan.pairs
    many = tuple(
        replace(pair.primary, segments=(Segment(Behavior.END, "tongzhou"),) * number)
        for number in range(120)
    )
    told = not_desired(replace(plan, pairs=(replace(pair, alternatives=many),)))["xidan"]
    assert [one.what for one in told] == ["21 alternatives of policy to-haidian-1000us"]


def test_reflectors_answer_the_headends_of_policies() -> None:
    network = topology("lab-metro")
    found = states(network, Demand("xidan", "haidian", 1_000), Demand("tongzhou", "haidian", 1_000))
    (reflector,) = found["haidian"].reflectors
    assert reflector.address == found["haidian"].source
    assert reflector.port == words.STAMP_PORT == ports.STAMP_PORT
    ends = sorted(found[name].source for name in ("xidan", "tongzhou"))
    assert list(reflector.senders) == ends
    assert found["xidan"].reflectors == ()


def test_customers_are_where_they_are_said_to_be() -> None:
    network = topology("lab-metro")
    plan = plan_demands(network, [Demand("xidan", "haidian", 1_000)], PlanOptions())
    found = desired_states(network, plan, customers=["tongzhou"])
    assert [name for name, state in found.items() if state.customers] == ["tongzhou"]
    services = [
        name
        for name, state in found.items()
        if any(sid.vrf == words.CUSTOMER_VRF for sid in state.sids)
    ]
    assert services == ["tongzhou"]


@pytest.fixture
def live() -> Topology:
    """Two routers that advertise what they have, and say of one end what it is."""
    structure = SidStructure(40, 24, 16, 0)
    network = topology("lab-metro")
    locator = {
        one.name: IPv6Network((0x20010DB8_00010000 + (one.sid_index << 0) << 64, 64))
        for one in network.nodes
    }
    nodes = tuple(
        replace(
            one,
            locators=(Locator(locator[one.name]),),
            sids=(AdvertisedSid(locator[one.name][1 << 48], structure=structure),),
        )
        for one in network.nodes
    )
    end = LinkEnd(ipv6=IPv6Address("2001:db8:ffff::1"), interface="GigabitEthernet0/1/0")
    links = tuple(replace(one, end_a=end) for one in network.links)
    return replace(network, nodes=nodes, links=links)


def test_live_routers_keep_what_they_advertise(live: Topology) -> None:
    demand = Demand("xidan", "haidian", 10_000)
    plan = plan_demands(live, [demand], PlanOptions())
    found = desired_states(live, plan)
    for name, state in found.items():
        (locator,) = state.locators
        assert locator.structure == SidStructure(40, 24, 16, 0)
        assert state.source == locator.prefix[1]
        assert {sid.behavior for sid in state.sids} <= {EndpointBehavior.END_DT6}
        assert bool(state.sids) == (name in ("xidan", "haidian"))
    bare = desired_states(live, plan, bare=True)
    assert all(
        any(sid.behavior is EndpointBehavior.END for sid in state.sids) for state in bare.values()
    )


def test_stated_ends_of_links_are_used_and_a_lab_has_its_own() -> None:
    network = topology("lab-metro")
    near = LinkEnd(interface="GigabitEthernet0/1/0")
    far = LinkEnd(ipv6=IPv6Address("2001:db8:ffff::2"))
    first = network.links[0]
    network = replace(network, links=(replace(first, end_a=near, end_b=far), *network.links[1:]))
    plan = Plan("none", "", ())
    adjacency = network.adjacency[first.id, first.a]

    def over(found: dict[str, RouterState]) -> LocalSid:
        sid = network.addresses.end_x(network.node[first.a].sid_index, adjacency.number)
        return next(one for one in found[first.a].sids if one.sid == sid)

    stated = over(desired_states(network, plan))
    assert (stated.interface, stated.next_hop) == ("GigabitEthernet0/1/0", far.ipv6)
    made = over(desired_states(network, plan, bare=True))
    assert made.interface == network.interface(adjacency).name
    assert made.next_hop in network.addresses.link_prefix(adjacency.subnet)


@pytest.mark.parametrize(
    ("name", "start"),
    [("wuhu-dc", "wuhu-dc"), ("a b", "a-b-"), ("上海", ""), ("x\nlink del", "x-link-del-")],
)
def test_names_are_plain_and_stay_apart(name: str, start: str) -> None:
    found = words.plain(name)
    assert found.isascii()
    assert found.startswith(start)
    assert not set(found) - set("abcdefghijklmnopqrstuvwxyz0123456789_.-")
    assert words.plain(f"{name}!") != found
