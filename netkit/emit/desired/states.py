"""The states of all routers of a plan."""

from __future__ import annotations

from collections.abc import Collection

from netkit.emit.desired.bindings import binding_policies, usd_sids
from netkit.emit.desired.edge import admitted_sids, edge_filter
from netkit.emit.desired.headend import headend_policies
from netkit.emit.desired.local_sids import customer_sids, locators, steering_sids, uses_usid
from netkit.emit.desired.words import CUSTOMER_INTERFACE, CUSTOMER_VRF, STAMP_PORT
from netkit.model.network.elements import Node
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.router_state import CustomerPort, RouterState, StampReflector
from netkit.model.srv6.node_sids import loopback


def desired_states(
    topology: Topology,
    plan: Plan,
    customers: Collection[str] | None = None,
    *,
    usid: bool = False,
    bare: bool = False,
) -> dict[str, RouterState]:
    """What every active router is to hold, by name in file order.

    ``customers`` are the routers that have customers behind ``cust0``; unless given, those that the
    plan's demands start or end at. SIDs are uSIDs where a list of the plan is pushed as containers,
    and with ``usid`` in any case. SIDs that routers are known to advertise are there already and
    are in no state. ``bare`` routers, as those of a lab, hold nothing yet: they get these too, and
    have the ports and addresses of the address plan. Linear in SIDs, and in segments of lists.
    """
    if customers is None:
        customers = {end for pair in plan.pairs for end in (pair.demand.src, pair.demand.dst)}
    usid = usid or uses_usid(plan)
    policies, bindings = headend_policies(topology, plan), binding_policies(topology, plan)
    usd = usd_sids(topology, plan, bare=bare)
    admitted = admitted_sids(topology, plan, bare=bare)
    senders = _senders(plan)
    states = {}
    for node in topology.active_nodes:
        name, has_customers = node.name, node.name in customers
        sids = [*steering_sids(topology, node, usid=usid, bare=bare), *usd.get(name, ())]
        if has_customers:
            sids.extend(customer_sids(topology, node))
        own = [*policies.get(name, ()), *bindings.get(name, ())]
        ports = (_customer_port(topology, node),) if has_customers else ()
        states[name] = RouterState(
            router=name,
            source=loopback(topology, name),
            locators=locators(topology, node, usid=usid),
            sids=tuple(sorted(sids, key=lambda one: one.prefix)),
            policies=tuple(sorted(own, key=lambda one: one.key)),
            customers=ports,
            edge=edge_filter(topology, node, ports, admitted.get(name, {}), bare=bare),
            reflectors=_reflectors(topology, name, senders) if has_customers else (),
        )
    return states


def _customer_port(topology: Topology, node: Node) -> CustomerPort:
    prefix = topology.addresses.customer_prefix(node.sid_index)
    gateway = topology.addresses.customer_gateway(node.sid_index)
    return CustomerPort(CUSTOMER_INTERFACE, CUSTOMER_VRF, (prefix,), gateway)


def _senders(plan: Plan) -> dict[str, set[str]]:
    """For each router the headends of policies that end at it: who measures towards it."""
    found: dict[str, set[str]] = {}
    for pair in plan.pairs:
        if pair.primary is not None:
            found.setdefault(pair.demand.dst, set()).add(pair.demand.src)
    return found


def _reflectors(
    topology: Topology, name: str, senders: dict[str, set[str]]
) -> tuple[StampReflector, ...]:
    if name not in senders:
        return ()
    own = sorted(loopback(topology, one) for one in senders[name])
    return (StampReflector(loopback(topology, name), STAMP_PORT, tuple(own)),)
