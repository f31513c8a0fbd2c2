"""A plan.json as one side of a comparison, alone or with the topology that was planned on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netkit.emit.desired.states import desired_states
from netkit.emit.desired.told_sids import ToldSids
from netkit.emit.desired.words import CUSTOMER_VRF
from netkit.emit.network_diff import Side
from netkit.errors import InputError
from netkit.files.plan_document import pairs_ends, plan_policies, pushes_usids
from netkit.model.network.platform import Platform
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.router_state import PolicyState, RouterState


def plan_side(document: Mapping[str, Any], file: str, topology: Topology | None) -> Side:
    """What a plan's document asks of routers: of SIDs their addresses, and all that ``topology``
    tells of them.

    Raises InputError for pairs that lack what a policy needs, and for another topology than the
    plan's.
    """
    what = f"plan {file}"
    if topology is None:
        found = _steered(plan_policies(document, file))
        states = {name: RouterState(name, policies=own) for name, own in found.items()}
        return Side(what, states, {}, {}, policies_only=True)
    if document.get("topology") != topology.name:
        raise InputError.single(
            "it was planned on another topology", file=file, value=topology.name,
            expected=document.get("topology"), remedy="Give that one", field="topology",
        )  # fmt: skip
    usid = pushes_usids(document)
    told = ToldSids(topology, usid=usid).told
    found = _steered(plan_policies(document, file, told))
    empty = Plan(topology.name, "", ())
    states = desired_states(topology, empty, pairs_ends(document), usid=usid)
    for name, own in found.items():
        states[name] = replace(states.get(name, RouterState(name)), policies=own)
    return Side(what, states, {}, {}, platforms_of(topology), policies_only=True, told=True)


def platforms_of(topology: Topology) -> dict[str, Platform]:
    """The platforms that a topology states, by router."""
    return {node.name: node.platform for node in topology.active_nodes if node.platform is not None}


def _steered(
    found: Mapping[str, tuple[PolicyState, ...]],
) -> dict[str, tuple[PolicyState, ...]]:
    """A plan's document says prefixes; netkit steers them from the customers' table."""
    return {name: tuple(map(_from_customers, own)) for name, own in found.items()}


def _from_customers(policy: PolicyState) -> PolicyState:
    entries = (replace(entry, vrf=CUSTOMER_VRF) for entry in policy.steering)
    return replace(policy, steering=tuple(entries))
