"""Networks whose routers do not take one kind of SID: what is told, and that it works."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import IPv6Address, IPv6Network
from itertools import combinations, permutations

import pytest
from goldens import ROOT

from netkit.api import load_topology, plan
from netkit.emit.network import RouterFiles, desired_network, network_files, targets_of
from netkit.emit.read_files import read_folder
from netkit.emit.targets import TARGETS
from netkit.errors import InputError
from netkit.model.network.advertised import AdvertisedSid, Locator, SidStructure
from netkit.model.network.elements import Node
from netkit.model.network.platform import Platform
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands

PAIRS = list(combinations(sorted(set(TARGETS) - {"json"}), 2))
HUAWEI, XR = Platform("huawei", "8.22"), Platform("iosxr", "26.1.1")
UN, END = SidStructure(32, 16, 0, 80), SidStructure(32, 16, 16)


def metro(xr: Iterable[str], *, stated: bool = False) -> Topology:
    """Of Huawei but for the routers ``xr``; ``stated`` as the remedy has it."""
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    nodes = [replace(one, platform=XR if one.name in xr else HUAWEI) for one in topology.nodes]
    return replace(topology, nodes=tuple(map(stating, nodes) if stated else nodes))


def stating(node: Node) -> Node:
    base = IPv6Address(f"5f00:0:{node.sid_index}::")
    own = AdvertisedSid(base, 0, True, UN)
    if node.platform == HUAWEI:
        own = AdvertisedSid(base + (1 << 64), 0, False, END)
    return replace(node, locators=(Locator(IPv6Network((base, 48))),), sids=(own,))


def planned(topology: Topology, *, usid: bool = False) -> Plan:
    pairs = plan(topology, permutations(topology.node, 2))
    if not usid:
        return pairs
    return plan_demands(topology, [one.demand for one in pairs.pairs], PlanOptions(usid=True))


def written(topology: Topology, *, usid: bool = False) -> list[RouterFiles]:
    network = desired_network(topology, planned(topology, usid=usid), usid=usid)
    return list(network_files(network, targets_of(topology)))


@pytest.mark.parametrize("usid", [False, True])
def test_of_two_platforms_that_share_no_kind_both_are_named_and_what_works(usid: bool) -> None:
    with pytest.raises(InputError) as refused:
        written(metro(["haidian", "tongzhou"]), usid=usid)
    (said,) = refused.value.problems
    assert said.value == (
        "classic SIDs alone by xidan, changping, yizhuang-dc (huawei); "
        "uSIDs alone by haidian, tongzhou (iosxr)"
    )
    assert said.remedy is not None
    assert said.remedy.startswith("State the `locators` and `sids` that each router advertises")
    assert said.field is None


def test_the_remedy_works_both_kinds_of_headend_have_lists_over_a_usid() -> None:
    made = written(metro(["haidian", "tongzhou"], stated=True))
    files = {f"{one.router}{end}": text for one in made for end, text in one.files.items()}
    read = read_folder(files)
    over = {
        str(segment.sid)
        for one in read.values()
        for policy in one.state.policies
        for path in policy.candidate_paths
        for part in path.lists
        for segment in part.segments
    }
    # xidan is of Huawei and haidian of Cisco, tongzhou, which both pass, is of Cisco.
    assert read["xidan"].target == "huawei"
    assert over == {"5f00:0:4::"}
    assert {name for name, one in read.items() if one.state.policies} >= {"xidan", "haidian"}
    assert "locator algo0 binding-sid dynamic" in files["haidian.cfg"]


def test_a_headend_of_usids_alone_has_no_list_over_a_classic_sid() -> None:
    made = {one.router: one for one in written(metro(["haidian"], stated=True))}
    assert "sid ipv6 5f00:0:4:1::" in made["xidan"].files[".cfg"]
    assert "5f00:0:4:1::" not in made["haidian"].files[".cfg"]
    assert [one.why for one in made["haidian"].left_out if "to-yizhuang-dc" in one.what] == [
        "its lists are not of uSIDs of the layout F3216, the one format that lists take"
    ]


def test_one_kind_that_all_take_is_named() -> None:
    topology = metro(load_topology(ROOT / "topologies" / "lab-metro.yaml").node)
    with pytest.raises(InputError) as refused:
        written(topology)
    assert {(one.remedy, one.field) for one in refused.value.problems} == {
        ("Push lists as uSIDs", "usid")
    }
    assert len(refused.value.problems) == len(topology.nodes)


def test_a_router_that_is_stated_to_have_what_its_platform_has_not_is_named() -> None:
    topology = metro(["haidian", "tongzhou"], stated=True)
    nodes = tuple(replace(one, platform=XR) for one in topology.nodes)
    with pytest.raises(InputError) as refused:
        written(replace(topology, nodes=nodes))
    said = [str(one) for one in refused.value.problems]
    assert len(said) == 3
    assert all(one.endswith("It is what the topology states of this router") for one in said)


def test_a_service_sid_that_no_router_advertises_is_made_by_hand_whatever_is_imported() -> None:
    topology = metro(["haidian", "tongzhou"], stated=True)
    linux = Platform("linux", "6.12")
    nodes = tuple(replace(one, platform=one.platform if one.platform == XR else linux)
                  for one in topology.nodes)  # fmt: skip
    with pytest.raises(InputError) as refused:
        written(replace(topology, nodes=nodes))
    assert {one.value for one in refused.value.problems} == {
        "5f00:0:2:d046::", "5f00:0:4:d046::",
    }  # fmt: skip
    assert {(one.remedy, one.field) for one in refused.value.problems} == {
        ("Have it made there by hand", "sids_by_hand")
    }


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_no_remedy_for_a_pair_of_platforms_leads_to_another_refusal_of_a_kind(pair) -> None:
    topology = load_topology(ROOT / "topologies" / "lab-metro.yaml")
    own = [Platform(pair[place % 2]) for place in range(len(topology.nodes))]
    nodes = (replace(one, platform=own[place]) for place, one in enumerate(topology.nodes))
    topology = replace(topology, nodes=tuple(nodes))
    remedies = {usid: remedies_of_kind(topology, usid=usid) for usid in (False, True)}
    for usid, told in remedies.items():
        assert told <= {"usid", None}
        if "usid" in told:
            assert not usid
            assert remedies[True] == set()


def remedies_of_kind(topology: Topology, *, usid: bool) -> set[str | None]:
    """What is to be asked for otherwise, where kinds of SID are refused: an option or, None, what
    the topology states."""
    try:
        written(topology, usid=usid)
    except InputError as error:
        return {one.field for one in error.problems if "kind of SID" in one.what}
    return set()
