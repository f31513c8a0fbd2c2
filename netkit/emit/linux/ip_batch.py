"""Linux routers: what ``ip -batch`` and ``nft -f`` take.

Per router: its locator, an End SID, an End.X SID for each adjacency, the same for each Flexible
Algorithm that it takes part in (for a plan of uSID lists uN and uA instead, which need Linux 6.6),
the binding SIDs that the plan's lists are cut at, End.DT6 into the customer table where it has
customers, the H.Encaps.Red policies of the plan (RFC 8986 §5.2), and the filter at the edge of the
SRv6 domain (RFC 8754 §5.1). Addresses of links, neighbours and the IGP's routes are the routing
daemon's (or the lab's) business. The same plan gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.linux.bindings import binding_sids
from netkit.emit.linux.nft import edge_filter, peer_sids
from netkit.emit.linux.policies import CUSTOMER_TABLE, SID_DEVICE, policies
from netkit.model.network.elements import Adjacency, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.srv6.node_sids import end_sid, end_x_sid, locator, loopback, service_sid

CUSTOMER_INTERFACE = "cust0"


@dataclass(frozen=True, slots=True)
class RouterConfig:
    """The two files of one router: for ``ip -batch`` and for ``nft -f``."""

    ip_batch: str
    nft: str


def emit_linux(
    topology: Topology, plan: Plan, customers: Collection[str] | None = None
) -> dict[str, RouterConfig]:
    """Configurations of all active routers, by name in file order.

    ``customers`` are the routers that have a customer interface ``cust0``; unless given, those
    that the plan's demands start or end at.
    """
    if customers is None:
        customers = {end for pair in plan.pairs for end in (pair.demand.src, pair.demand.dst)}
    peers, bindings = peer_sids(topology, plan), binding_sids(topology, plan)
    return {
        node.name: RouterConfig(
            _ip_batch(topology, plan, node, node.name in customers, bindings.get(node.name, {})),
            edge_filter(topology, node, _customer_ports(node, customers), peers.get(node.name, {})),
        )
        for node in topology.active_nodes
    }


def _customer_ports(node: Node, customers: Collection[str]) -> tuple[str, ...]:
    return (CUSTOMER_INTERFACE,) if node.name in customers else ()


def _ip_batch(
    topology: Topology, plan: Plan, node: Node, has_customers: bool, bindings: Mapping[str, str]
) -> str:
    # A topology's name for itself is free text: no line break of it may become a command.
    title = " ".join(topology.name.split())
    lines = [
        f"# {node.name}: SRv6 of {title}; apply once with: ip -batch FILE",
        f"link add {SID_DEVICE} type bridge",
        f"link set {SID_DEVICE} up",
        f"sr tunsrc set {loopback(topology, node.name)}",
    ]
    steering = _steering_usids if _uses_usid(plan) else _steering_sids
    lines.extend(steering(topology, node, 0, lambda _: True))
    for flex in topology.flex_algos:
        if flex.has_node(node.name):
            lines.append(f"# Flexible Algorithm {flex.algorithm}.")
            lines.extend(steering(topology, node, flex.algorithm, flex.has_end_x))
    if bindings:
        lines.append("# Binding SIDs, and SIDs that take the headers off that they push.")
        lines.extend(_sid_route(topology, sid, action) for sid, action in bindings.items())
    if has_customers:
        lines.extend(_customer_side(topology, node))
    lines.extend(line for pair in _strictest(plan, node) for line in policies(topology, pair))
    return "\n".join(lines) + "\n"


def _steering_sids(
    topology: Topology, node: Node, algorithm: int, has_end_x: Callable[[Adjacency], bool]
) -> Iterable[str]:
    """The locator of an algorithm, its End, and its End.X for the adjacencies that have one."""
    prefix, end = locator(topology, node.name, algorithm), end_sid(topology, node.name, algorithm)
    if prefix is None:
        return
    if algorithm == 0:
        yield "# Locator: what is not a SID of ours ends here instead of following a default route."
    yield f"route add blackhole {prefix} metric 4096"
    if end is not None:
        yield _sid_route(topology, end, "End")
    yield from _ends_x(topology, node, algorithm, has_end_x)


def _uses_usid(plan: Plan) -> bool:
    """Is a list of the plan pushed as uSID containers?"""
    candidates = (found for pair in plan.pairs for found in (pair.primary, pair.backup))
    return any(candidate is not None and candidate.usid for candidate in candidates)


def _steering_usids(
    topology: Topology, node: Node, algorithm: int, has_end_x: Callable[[Adjacency], bool]
) -> Iterable[str]:
    """The same as uN and uA (RFC 9800 §4.1). The uN is the whole locator: what follows the node in
    a container is another SID, and may look like the function of ``End``, which is left out."""
    shift = "flavors next-csid lblen 32 nflen"
    prefix = locator(topology, node.name, algorithm)
    if prefix is None:
        return
    yield f"route add {prefix} encap seg6local action End {shift} 16 dev {SID_DEVICE}"
    yield from _ends_x(topology, node, algorithm, has_end_x, f" {shift} 32")


def _sid_route(topology: Topology, sid: IPv6Address | str, action: str) -> str:
    """SIDs of the address plan end at bit 64; those that routers advertise may end anywhere."""
    length = 64 if not topology.advertised else 128
    return f"route add {sid}/{length} encap seg6local action {action} dev {SID_DEVICE}"


def _ends_x(
    topology: Topology,
    node: Node,
    algorithm: int,
    has_end_x: Callable[[Adjacency], bool],
    flavors: str = "",
) -> Iterable[str]:
    """The End.X of every adjacency of a node that has one."""
    for adjacency in topology.adjacencies:
        if adjacency.src != node.name or not has_end_x(adjacency):
            continue
        sid = end_x_sid(topology, adjacency, algorithm)
        far = topology.node[adjacency.dst].sid_index
        neighbour = topology.addresses.link_address(adjacency.subnet, far)
        if sid is not None:
            yield _sid_route(topology, sid, f"End.X nh6 {neighbour}{flavors}")


def _customer_side(topology: Topology, node: Node) -> list[str]:
    prefix = topology.addresses.customer_prefix(node.sid_index)
    service = service_sid(topology, node.name)
    sids = [] if service is None else [
        _sid_route(topology, service, f"End.DT6 table {CUSTOMER_TABLE}")
    ]  # fmt: skip
    return [
        f"# Customers behind {CUSTOMER_INTERFACE} live in table {CUSTOMER_TABLE}.",
        f"route add {prefix} dev {CUSTOMER_INTERFACE} table {CUSTOMER_TABLE}",
        f"rule add from ::/0 pref 100 iif {CUSTOMER_INTERFACE} table {CUSTOMER_TABLE}",
        *sids,
    ]


def _strictest(plan: Plan, node: Node) -> Iterable[PairPlan]:
    """One answer for each destination: a prefix has one policy, so the tightest bound that can be
    kept rules."""
    chosen: dict[str, PairPlan] = {}
    for pair in plan.pairs:
        if pair.demand.src == node.name:
            held = chosen.get(pair.demand.dst)
            if held is None or _rank(pair) < _rank(held):
                chosen[pair.demand.dst] = pair
    return chosen.values()


def _rank(pair: PairPlan) -> tuple[bool, int]:
    return pair.primary is None, pair.demand.bound_us
