"""What is measured of the policies of a router: from its own address towards its customers to that
of the far router, which customers' prefixes lead to through the policy."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from pathlib import Path

from netkit.emit.desired.states import desired_states
from netkit.emit.linux.dialect import DIALECT
from netkit.errors import InputError, Problem, did_you_mean
from netkit.files.reading.files import read_configuration
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.planning.sr_policy import policy_pairs
from netkit.model.router_state import PolicyState, RouterState
from netkit.model.srv6.node_sids import loopback
from netkit.probe.run.tiers import TierProbe
from netkit.wire.ports import STAMP_PORT

_FLOWS_A_SHARE = 8
_MOST_FLOWS = 64
"""Flows of a policy that splits its traffic: with 8 for each of its smallest share, one that is in
no flow is 1 in 3,000."""

_PolicyKey = tuple[str, int, IPv6Address]
"""Headend, color and endpoint."""


@dataclass(frozen=True, slots=True)
class Network:
    """What all routers are to hold, by name, and the bounds of policies in µs one way; a bound that
    is not here is not known. With ``vrf_devices`` customers' addresses are in a VRF of Linux, as
    FRR wants it, where no socket outside of it has them."""

    states: Mapping[str, RouterState]
    bounds_us: Mapping[_PolicyKey, int] = field(default_factory=dict)
    vrf_devices: bool = False


def _texts(*paths: Path) -> dict[str, str]:
    return {one.suffix: read_configuration(one) for one in paths}


def network_of_folder(folder: Path) -> Network:
    """Of a folder that was emitted for Linux. A policy whose name says that its color is its bound
    has that bound. Raises InputError for files that are none of netkit's."""
    states = {
        path.stem: DIALECT.parse(_texts(path, path.with_suffix(".nft")), path.stem).state
        for path in sorted(folder.glob("*.ip"))
    }
    bounds = {
        (router, *policy.key): policy.color
        for router, state in states.items()
        for policy in state.policies
        if policy.name is not None and policy.name.endswith(f"-{policy.color}us")
    }
    return Network(states, bounds)


def network_of_plan(topology: Topology, plan: Plan, *, vrf_devices: bool = False) -> Network:
    """Of a plan, with the bounds of its demands."""
    bounds = {
        (src, color, loopback(topology, dst)): pair.demand.bound_us
        for (src, dst, color), pair in policy_pairs(plan).items()
    }
    return Network(desired_states(topology, plan), bounds, vrf_devices)


def policy_probes(
    network: Network, router: str, stated: Mapping[str, tuple[IPv6Address, int]] | None = None
) -> tuple[TierProbe, ...]:
    """What is measured of the policies of ``router`` that a prefix enters.

    ``stated`` are reflectors, address and port, of policies by name; of others it is the far
    router's own address towards its customers. Raises InputError with all that is not known.
    """
    state, stated = network.states[router], stated or {}
    entered = [one for one in state.policies if one.steering]
    own = next((port for port in state.customers if port.gateway is not None), None)
    source = None if own is None else own.gateway
    vrf = own.vrf if own is not None and network.vrf_devices else None
    names = {one.name for one in entered if one.name is not None}
    problems = [
        _problem(router, f"policy {name}", "one that a prefix enters", did_you_mean(name, names))
        for name in stated.keys() - names
    ]
    if not entered:
        problems.append(_problem(router, "no policy that a prefix enters", "one to measure"))
    if source is None:
        problems.append(_problem(router, "no address towards customers", "one to measure from"))
    found = []
    for policy in entered:
        bound_us = network.bounds_us.get((router, *policy.key))
        target = stated.get(policy.name or "") or _far_end(network, policy)
        problems.extend(_unknown(router, policy, bound_us, target))
        if source is not None and bound_us is not None and target is not None:
            name = policy.name or f"color {policy.color} to {policy.endpoint}"
            address, port = target
            found.append(
                TierProbe(name, source, address, bound_us, port, _flows(policy), interface=vrf)
            )
    if problems:
        raise InputError(problems)
    return tuple(found)


def _far_end(network: Network, policy: PolicyState) -> tuple[IPv6Address, int] | None:
    prefixes = {one.prefix for one in policy.steering}
    for state in network.states.values():
        for port in state.customers:
            if port.gateway is not None and prefixes & set(port.prefixes):
                return port.gateway, STAMP_PORT
    return None


def _unknown(
    router: str, policy: PolicyState, bound_us: int | None, target: object
) -> Iterator[Problem]:
    where = f"policy {policy.name or policy.color}"
    if bound_us is None:
        remedy = "Its color is none: give the topology file in place of the folder"
        yield _problem(router, where, "a bound to measure against", remedy)
    if target is None:
        expected, remedy = "a far router whose files are in the folder", "State its reflector"
        yield _problem(router, where, expected, remedy, "reflector")


def _problem(
    router: str, what: str, expected: str, remedy: str | None = None, field: str = "confirm"
) -> Problem:
    return Problem(None, None, f"{router}: {what}", None, expected, remedy, field)


def _flows(policy: PolicyState) -> int:
    """As many as its active path's smallest share needs to be seen."""
    weights = [one.weight for one in policy.candidate_paths[0].lists]
    if len(weights) == 1:
        return 1
    return min(_MOST_FLOWS, math.ceil(_FLOWS_A_SHARE * sum(weights) / min(weights)))
