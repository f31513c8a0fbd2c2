"""The policies of headends: one for each endpoint and color, steered into by customer prefixes."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.desired.lists import candidate_path
from netkit.emit.desired.words import CUSTOMER_VRF, policy_name
from netkit.emit.dialect import LeftOut
from netkit.errors import counted
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.sr_policy import (
    MOST_ALTERNATIVES,
    color_of,
    policy_pairs,
    policy_paths,
    policy_rows,
    steering_keys,
)
from netkit.model.router_state import PolicyState, Steering
from netkit.model.srv6.node_sids import loopback


def headend_policies(topology: Topology, plan: Plan) -> dict[str, list[PolicyState]]:
    """Policies by headend. Of the demands that share a key the first with a list has it; a
    destination's prefix enters the policy of the tightest bound that can be kept."""
    steers = steering_keys(plan)
    found: dict[str, list[PolicyState]] = {}
    for key, pair in policy_pairs(plan).items():
        policy = _policy(topology, pair, steered=key in steers)
        found.setdefault(pair.demand.src, []).append(policy)
    return found


def not_desired(plan: Plan) -> dict[str, tuple[LeftOut, ...]]:
    """What of the plan is in no router's state, by headend, in the order of the plan."""
    found: dict[str, list[LeftOut]] = {}
    rows = set(policy_rows(plan).values())
    for row, pair in enumerate(plan.pairs):
        for one in _left_out(pair, desired=row in rows):
            found.setdefault(pair.demand.src, []).append(one)
    return {name: tuple(own) for name, own in found.items()}


def _left_out(pair: PairPlan, *, desired: bool) -> Iterator[LeftOut]:
    demand, name = pair.demand, policy_name(pair.demand)
    if pair.primary is None:
        yield LeftOut(f"policy {name}", "no list keeps its bound")
    elif not desired:
        why = f"an earlier demand has color {color_of(demand)} to {demand.dst}"
        yield LeftOut(f"policy {name}", f"{why}; give this one a color of its own")
    beyond = pair.alternatives[MOST_ALTERNATIVES:]
    if beyond:
        what = f"{counted(len(beyond), 'alternative')} of policy {name}"
        yield LeftOut(what, f"{MOST_ALTERNATIVES} have a preference above 0, and no more can")


def _policy(topology: Topology, pair: PairPlan, *, steered: bool) -> PolicyState:
    demand, name = pair.demand, policy_name(pair.demand)
    index = topology.node[demand.dst].sid_index
    prefix = Steering(topology.addresses.customer_prefix(index), CUSTOMER_VRF)
    return PolicyState(
        name,
        color_of(demand),
        loopback(topology, demand.dst),
        tuple(candidate_path(topology, name, path) for path in policy_paths(pair)),
        steering=(prefix,) if steered else (),
    )
