"""What routers are given: golden files, and the rules that hold for any plan."""

from __future__ import annotations

import dataclasses
import itertools
import re
from ipaddress import IPv6Address, IPv6Network

import pytest
from goldens import ROOT, check_golden

from netkit.api import emit, load_topology, plan
from netkit.emit.desired.local_sids import F3216
from netkit.emit.desired.words import CUSTOMER_VRF
from netkit.emit.linux.dialect import DIALECT
from netkit.emit.linux.ip_batch import emit_linux
from netkit.emit.linux.words import linux_weights
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.reservation import SplitObstacle, SplitRefusal
from netkit.model.router_state import (
    CandidatePathState,
    CustomerPort,
    EdgeFilter,
    LocatorState,
    PeerPort,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)
from netkit.model.srv6.sids import sid_list
from netkit.planner.plan import plan_demands

SID, PREFIX = IPv6Address("5f00:0:2:1::"), IPv6Network("2001:db8:2::/48")
LABS = ("lab-metro", "lab-region", "lab-two-operators", "lab-planes")


def planned(name: str):
    topology = load_topology(ROOT / "topologies" / f"{name}.yaml")
    return topology, plan(topology, itertools.permutations(topology.node, 2))


@pytest.mark.parametrize("name", LABS)
def test_golden_configurations(name: str) -> None:
    topology, answers = planned(name)
    files = [
        f"==> {router}{suffix} <==\n{text}"
        for router, config in emit(topology, answers).items()
        for suffix, text in ((".ip", config.ip_batch), (".nft", config.nft))
    ]
    check_golden(f"emit/{name}.txt", "\n".join(files))


def test_same_plan_same_bytes() -> None:
    first, second = (emit(*planned("lab-two-operators")) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", LABS)
def test_every_policy_is_configured_at_its_headend(name: str) -> None:
    topology, answers = planned(name)
    configs = emit(topology, answers)
    for pair in answers.pairs:
        batch = configs[pair.demand.src].ip_batch
        for candidate in filter(None, (pair.primary, pair.backup)):
            sids = ",".join(map(str, sid_list(topology, candidate)))
            assert f"encap seg6 mode encap.red segs {sids} dev" in batch


def test_each_plane_has_its_locators_and_sids_where_it_is_taken_part_in() -> None:
    topology, answers = planned("lab-planes")
    only = dataclasses.replace(topology.flex_algos[1], nodes=frozenset({"west", "mid"}))
    some = dataclasses.replace(topology, flex_algos=(topology.flex_algos[0], only))
    configs = emit_linux(some, answers, ["west"])
    assert "blackhole 5f00:81:1::/48" in configs["west"].ip_batch
    assert "5f00:81:1:e" not in configs["west"].ip_batch
    assert "5f00:81:" not in configs["east"].ip_batch
    assert "5f00:80:9:1::/64 encap seg6local action End " in configs["east"].ip_batch
    blocks = "{ 5f00::/32, 5f00:80::/31 }"  # as nft keeps them
    assert f'iifname "cust0" ip6 daddr {blocks} counter drop' in configs["west"].nft


def test_a_plan_of_containers_gets_routers_that_shift() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-planes.yaml")
    demands = [Demand("west", "east", 1_000)]
    answers = plan_demands(topology, demands, PlanOptions(algorithms=(128, 129), usid=True))
    configs = emit_linux(topology, answers)
    for block, name in (("0", "mid"), ("80", "mid"), ("81", "mid")):
        batch, shift = configs[name].ip_batch, "flavors next-csid lblen 32 nflen"
        assert f"route add 5f00:{block}:5::/48 encap seg6local action End {shift} 16 " in batch
        assert f"{shift} 32 dev sr0" in batch
        assert f"5f00:{block}:5:1::/64" not in batch
    sids = ",".join(map(str, sid_list(topology, answers.pairs[0].primary)))
    assert f"mode encap.red segs {sids} dev" in configs["west"].ip_batch


def test_a_border_lets_in_what_is_left_of_the_container() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")
    west, east = topology.nodes[0].operator, topology.nodes[-1].operator
    ends = [next(n.name for n in topology.nodes if n.operator == one) for one in (west, east)]
    answers = plan_demands(topology, [Demand(*ends, 20_000)], PlanOptions(usid=True))
    (sid,) = sid_list(topology, answers.pairs[0].primary)
    configs = emit_linux(topology, answers)
    allowed = [
        word
        for config in configs.values()
        for word in re.findall(r"ip6 daddr { (5f00:0:[^ /]*) } accept", config.nft)
    ]
    assert allowed
    assert str(sid) not in allowed


def test_neighbours_let_in_only_the_sids_of_policies() -> None:
    topology, answers = planned("lab-two-operators")
    for name, config in emit(topology, answers).items():
        for allowed in re.findall(r'iifname "ge\d+" ip6 daddr { (.*) } accept', config.nft):
            used = {
                str(sid)
                for pair in answers.pairs
                for candidate in filter(None, (pair.primary, pair.backup))
                for sid in sid_list(topology, candidate)
                if name in candidate.certificate.nodes
            }
            assert set(allowed.split(", ")) <= used


def test_two_bounds_for_one_destination_give_one_policy_the_tightest() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    loose, tight = (Demand("qingpu-dc", "wuhu-dc", bound) for bound in (9_000, 3_000))
    batch = emit(topology, plan(topology, [loose, tight]))["qingpu-dc"].ip_batch
    assert "# Policy to-wuhu-dc-3000us: color 3000, endpoint" in batch
    assert "# Left out: policy to-wuhu-dc-9000us: nothing enters it" in batch
    assert "# Policy to-wuhu-dc-9000us" not in batch


def test_customers_only_where_they_are() -> None:
    topology, answers = planned("lab-region")
    configs = emit_linux(topology, answers, customers={"hefei"})
    assert [name for name, config in configs.items() if "cust0" in config.nft] == ["hefei"]


@pytest.mark.parametrize("end", ["\n", "\r", "\x85", "\u2028", "\x0b"])
def test_hostile_names_stay_in_their_comments(end: str) -> None:
    hostile = f"x{end}link del ge0"
    path = CandidatePathState(200, (WeightedList(hostile, 1, (SegmentState(SID),)),), 1400, hostile)
    state = RouterState(
        hostile,
        locators=(LocatorState(hostile, IPv6Network("5f00:0:1::/48"), F3216),),
        policies=(
            PolicyState(hostile, 5, SID, (path,), steering=(Steering(PREFIX, CUSTOMER_VRF),)),
            PolicyState(hostile, 6, SID, (path,), steering=(Steering(PREFIX, hostile),)),
        ),
        customers=(CustomerPort(hostile, CUSTOMER_VRF, ()), CustomerPort("cust0", hostile, ())),
        edge=EdgeFilter((PREFIX,), (PREFIX,), (), (), (hostile,), (PeerPort(hostile, ()),)),
    )
    files = DIALECT.render(DIALECT.carried(state))
    for text in files.values():
        assert not [line for line in text.splitlines() if line.strip().startswith("link del")]
    assert DIALECT.parse(files, hostile).state == DIALECT.carried(state).state
    assert hostile not in files[".ip"] + files[".nft"]


def test_a_split_demand_is_one_route_with_weighted_next_hops() -> None:
    topology = load_topology(ROOT / "topologies" / "lab-region.yaml")
    split = Demand("wuhu-dc", "qingpu-dc", 5_000, bandwidth_bps=700 * 10**9)
    batch = emit(topology, plan(topology, [split], share=2))["wuhu-dc"].ip_batch
    (route,) = [line for line in batch.splitlines() if " weight " in line]
    assert "metric 100 proto 93 nexthop encap seg6" in route
    assert [part.split()[-1] for part in route.split("nexthop")[1:]] == ["4", "3"]
    assert linux_weights([1_000_000, 333_333, 1]) == [256, 85, 1]


def test_a_split_backup_is_a_second_route_over_links_of_its_own() -> None:
    nodes = tuple(Node(name, Role.CITY, index) for index, name in enumerate("ab", start=1))
    links = tuple(
        Link(f"l{number}", "a", "b", 100, 100, 1, 1, capacity_bps=10**10) for number in range(4)
    )
    topology = Topology("parallel", nodes, links)
    answers = plan(topology, [Demand("a", "b", 500, bandwidth_bps=15 * 10**9)], share=2)
    (pair,) = answers.pairs
    crossed = [
        {link for one in shares for link, _ in one.candidate.certificate.links}
        for shares in (pair.shares, pair.backup_shares)
    ]
    assert crossed[0].isdisjoint(crossed[1])
    assert crossed[0] | crossed[1] == {link.id for link in links}
    assert sum(held.reserved_bps for held in answers.reservations or ()) == 30 * 10**9
    batch = emit(topology, answers)["a"].ip_batch
    routes = [line for line in batch.splitlines() if " weight " in line]
    metrics = [line.split(" metric ")[1].split()[0] for line in routes]
    assert metrics == ["100", "200"]
    assert all(line.count("nexthop") == 2 for line in routes)
    (no_room,) = plan(topology, [Demand("a", "b", 500, bandwidth_bps=25 * 10**9)], share=3).pairs
    assert not no_room.backup_shares
    refused = SplitRefusal(SplitObstacle.CAPACITY, 3, carried_bps=10 * 10**9)
    assert no_room.backup_reason.split == refused
