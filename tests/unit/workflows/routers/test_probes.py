"""What of a router's policies is measured, and what is missing for it, all of it at once."""

from dataclasses import replace
from ipaddress import IPv6Address
from itertools import permutations

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands
from netkit.workflows.emit import router_configs
from netkit.workflows.routers.probes import network_of_folder, network_of_plan, policy_probes

TOPOLOGY = load_topology(ROOT / "topologies" / "lab-metro.yaml")
ENDS = ("xidan", "haidian", "yizhuang-dc")
HAIDIAN = "to-haidian-1000us"


def plan(color: int | None = None):
    demands = [Demand(src, dst, 1000, color=color) for src, dst in permutations(ENDS, 2)]
    return plan_demands(TOPOLOGY, demands, PlanOptions())


@pytest.fixture
def folder(tmp_path):
    def written(planned):
        for name, config in router_configs(TOPOLOGY, planned).items():
            (tmp_path / f"{name}.ip").write_text(config.ip_batch)
            (tmp_path / f"{name}.nft").write_text(config.nft)
        return tmp_path

    return written


def test_a_folder_and_its_plan_are_measured_alike(folder):
    found = policy_probes(network_of_folder(folder(plan())), "xidan")
    assert found == policy_probes(network_of_plan(TOPOLOGY, plan()), "xidan")
    gateways = {one.name: str(one.target) for one in found}
    assert gateways == {HAIDIAN: "2001:db8:2::1", "to-yizhuang-dc-1000us": "2001:db8:5::1"}
    assert {(str(one.source), one.bound_us, one.port, one.flows) for one in found} == {
        ("2001:db8:1::1", 1000, 862, 1)
    }


def test_from_an_address_in_a_vrf_device_packets_leave_and_come_there():
    network = network_of_plan(TOPOLOGY, plan(), vrf_devices=True)
    assert {one.interface for one in policy_probes(network, "xidan")} == {"customers"}


def test_a_color_that_is_no_bound_is_judged_by_the_plan_alone(folder):
    found = policy_probes(network_of_plan(TOPOLOGY, plan(color=7)), "xidan")
    assert {one.bound_us for one in found} == {1000}
    with pytest.raises(InputError, match="topology file in place of the folder") as caught:
        policy_probes(network_of_folder(folder(plan(color=7))), "xidan")
    assert len(caught.value.problems) == 2


def test_a_far_router_that_nothing_is_known_of_may_be_stated(folder):
    made = folder(plan())
    (made / "haidian.ip").unlink()
    network = network_of_folder(made)
    with pytest.raises(InputError, match=f"policy {HAIDIAN}; .*State its reflector") as caught:
        policy_probes(network, "xidan")
    assert [one.field for one in caught.value.problems] == ["reflector"]
    stated = {HAIDIAN: (IPv6Address("2001:db8:2::77"), 8862)}
    first, second = policy_probes(network, "xidan", stated)
    assert (first.target, first.port) == stated[HAIDIAN]
    assert second.port == 862


def test_what_cannot_be_measured_is_all_told():
    network = network_of_plan(TOPOLOGY, plan())
    with pytest.raises(InputError) as caught:
        policy_probes(network, "tongzhou", {"to-haidan-1000us": (IPv6Address("::1"), 1)})
    said = str(caught.value)
    assert "tongzhou: no policy that a prefix enters" in said
    assert "tongzhou: no address towards customers" in said
    with pytest.raises(InputError, match="Did you mean 'to-haidian-1000us'"):
        policy_probes(network, "xidan", {"to-haidan-1000us": (IPv6Address("::1"), 1)})


@pytest.mark.parametrize(
    ("weights", "flows"), [((1,), 1), ((1, 1), 16), ((3, 1), 32), ((50, 1), 64)]
)
def test_every_list_of_a_split_is_in_some_flow(weights, flows):
    network = network_of_plan(TOPOLOGY, plan())
    state = network.states["xidan"]
    policy = state.policies[0]
    path = policy.candidate_paths[0]
    lists = tuple(replace(path.lists[0], weight=one) for one in weights)
    split = replace(policy, candidate_paths=(replace(path, lists=lists),))
    states = {**network.states, "xidan": replace(state, policies=(split,))}
    (probe,) = policy_probes(replace(network, states=states), "xidan")
    assert probe.flows == flows
