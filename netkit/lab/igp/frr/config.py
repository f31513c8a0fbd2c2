"""What a topology says of a router, in the words of FRR's daemons. No kernel, no process.

Each operator is an IS-IS area with only level 2. The loopback address is a /48, the locator: so it
is the locator that IPv6 reachability carries, in versions without SRv6 too (RFC 9352 §5 wants it
there in any case). Links across operators take no part.

Interface parameters of traffic engineering are no part of the files: zebra takes them only of
interfaces that it has seen. They are :func:`link_params`, for after the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.frr.params import is_bit, params
from netkit.lab.kernel.router_setup import port_mtu
from netkit.model.network.elements import (
    MAX_LINK_METRIC,
    Adjacency,
    Interface,
    Link,
    LinkKind,
    Node,
)
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import locator

INSTANCE = "1"
LOCATOR = "MAIN"
SRV6_DEVICE = "isis0"
"""The interface that IS-IS hangs its SIDs on: not the emitted configuration's own."""

_FORMAT = "usid-f3216"
FIRST_DYNAMIC = 0xC000
"""The first function that IS-IS gives a SID of its own: 4,000 of them lie between those that the
address plan has for binding SIDs and for services."""

LOOPBACK_METRIC = 0
FULL_MTU = 1500
"""What LSPs are made for unless a link is smaller (``DEFAULT_LSP_MTU`` is 1497)."""

LLC_BYTES = 3
_HOSTNAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True, slots=True)
class FrrOptions:
    """How IS-IS is run.

    ``srv6`` says whether the version has SRv6 in IS-IS, ``loss`` whether it advertises losses as
    they are set; ``multi_topology`` puts IPv6 into a topology of its own (RFC 5120).
    """

    srv6: bool
    loss: bool
    multi_topology: bool = False
    hello_s: int = 2
    hello_multiplier: int = 5


def hostname_of(topology: Topology, node: Node) -> str:
    """The node's name, if FRR takes it for a host name; else one made of its SID index, which no
    other node has."""
    if _HOSTNAME.fullmatch(node.name):
        return node.name
    made = f"r{node.sid_index}"
    while made in topology.node:
        made = f"r{made}"
    return made


def system_id(node: Node) -> str:
    """Six bytes whose last two are the SID index."""
    return f"0000.0000.{node.sid_index:04x}"


def link_local(subnet: int, sid_index: int) -> str:
    """The link-local address of a router on a link. On each link it has another: zebra gives an
    End.X to each neighbour's address, so that parallel links would share one.

    >>> link_local(3, 11)
    'fe80::3:b'
    """
    return f"fe80::{subnet:x}:{sid_index:x}"


def igp_ports(blueprint: Blueprint, node: str) -> list[tuple[Interface, Adjacency | None]]:
    """The ports that take part, each with its direction outward; None where the link has none."""
    topology = blueprint.topology
    found = []
    for port in topology.interfaces[node]:
        link = None if port.link_id is None else topology.link[port.link_id]
        if link is not None and link.kind is LinkKind.TRUNK:
            found.append((port, topology.adjacency.get((link.id, node))))
    return found


def zebra_conf(blueprint: Blueprint, node: str, options: FrrOptions) -> str:
    """For zebra: the name, and the locator where IS-IS can advertise it."""
    lines = [f"hostname {hostname_of(blueprint.topology, blueprint.topology.node[node])}"]
    own = locator(blueprint.topology, node)
    if options.srv6 and own is not None:
        lines += [
            "segment-routing", " srv6", "  formats", f"   format {_FORMAT}",
            f"    local-id-block start {FIRST_DYNAMIC}", "   exit", "  exit",
            "  locators", f"   locator {LOCATOR}",
            f"    prefix {own} block-len 32 node-len {own.prefixlen - 32} func-bits 16",
            f"    format {_FORMAT}", "    behavior usid", "   exit", "  exit", " exit", "exit",
        ]  # fmt: skip
    return "\n".join(lines) + "\n"


def rounds(blueprint: Blueprint) -> dict[str, int]:
    """In which round of the start each link of the IGP comes up, from 0.

    Of parallel links with other metrics than each other each has a round of its own. isisd pairs
    what its own LSP lists of a neighbour with its adjacencies in the order in which these came up
    (``spf_adj_list_parse_tlv`` in ``isisd/isis_spf.c``): were they another's, the metric of one
    link would lead over the other.
    """
    beside: dict[frozenset[str], list[Link]] = {}
    for link in blueprint.topology.all_links:
        if link.kind is LinkKind.TRUNK:
            beside.setdefault(frozenset((link.a, link.b)), []).append(link)
    found = {}
    for links in beside.values():
        alike = len({frozenset(((x.a, x.metric_ab), (x.b, x.metric_ba))) for x in links}) == 1
        found.update({link.id: 0 if alike else place for place, link in enumerate(links)})
    return found


def isisd_conf(blueprint: Blueprint, node: str, options: FrrOptions) -> str:
    """For isisd, with the links of the first round. ``lsp-gen-interval`` comes before the
    interfaces: an LSP that was made before it is said waits half a minute for the next one."""
    own = blueprint.topology.node[node]
    lines = [
        f"hostname {hostname_of(blueprint.topology, own)}",
        f"router isis {INSTANCE}", " is-type level-2-only", " lsp-gen-interval 1", "exit",
        *_router(blueprint, own, options),
        *interfaces(blueprint, node, options, 0),
        "interface lo", f" ipv6 router isis {INSTANCE}", " isis passive",
        f" isis metric {LOOPBACK_METRIC}", "exit",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def interfaces(blueprint: Blueprint, node: str, options: FrrOptions, number: int) -> list[str]:
    """Commands, one each, for the ports of a router whose links come up in that round."""
    return [
        line
        for port, way in _ports_of_round(blueprint, node, number)
        for line in _interface(port.name, MAX_LINK_METRIC if way is None else way.metric, options)
    ]


def _ports_of_round(
    blueprint: Blueprint, node: str, number: int
) -> list[tuple[Interface, Adjacency | None]]:
    round_of = rounds(blueprint)
    ports = igp_ports(blueprint, node)
    return [(port, way) for port, way in ports if round_of[port.link_id or ""] == number]


def _router(blueprint: Blueprint, own: Node, options: FrrOptions) -> Iterator[str]:
    topology = blueprint.topology
    operators = sorted({node.operator for node in topology.active_nodes})
    area = operators.index(own.operator) + 1
    yield f"router isis {INSTANCE}"
    yield f" net 49.{area:04d}.{system_id(own)}.00"
    yield from (" metric-style wide", " spf-interval 1", " log-adjacency-changes")
    least = min((port_mtu(blueprint, p) for p, _ in igp_ports(blueprint, own.name)), default=0)
    if 0 < least < FULL_MTU:
        yield f" lsp-mtu {least - LLC_BYTES}"
    if options.multi_topology:  # it has an overload bit of its own (RFC 5120 §7.2)
        yield " topology ipv6-unicast" + (" overload" if own.overload else "")
    if own.overload:
        yield " set-overload-bit"
    yield " mpls-te on"
    yield f" mpls-te router-address 10.255.{own.sid_index >> 8}.{own.sid_index & 0xFF}"
    if options.srv6 and locator(topology, own.name) is not None:
        yield " segment-routing srv6"
        yield from (f"  locator {LOCATOR}", f"  interface {SRV6_DEVICE}", " exit")
    yield "exit"


def _interface(name: str, metric: int, options: FrrOptions) -> list[str]:
    return [
        f"interface {name}", f" ipv6 router isis {INSTANCE}", " isis network point-to-point",
        f" isis metric {metric}", f" isis hello-interval {options.hello_s}",
        f" isis hello-multiplier {options.hello_multiplier}", "exit",
    ]  # fmt: skip


def link_params(blueprint: Blueprint, node: str, number: int) -> list[str]:
    """Commands, one each, that state what the topology knows of each direction of the links of a
    round (RFC 8570): isisd 8.4 has no ear for those of interfaces that take no part yet.

    The delay that is planned with is the most, and the average where no other is known.
    """
    lines = []
    for port, way in _ports_of_round(blueprint, node, number):
        if way is not None:
            link = blueprint.topology.link[way.link_id]
            lines += [f"interface {port.name}", "link-params"]
            lines += params(way, link.capacity_bps)
            lines += ["exit-link-params", "exit"]
    return lines


def not_carried(blueprint: Blueprint, options: FrrOptions) -> list[str]:
    """What the topology states and IS-IS of FRR has no word for, a sentence each."""
    topology = blueprint.topology
    found = []
    if any(link.srlgs for link in topology.all_links):
        found.append("shared risks: IS-IS of FRR advertises none")
    named = {g for link in topology.all_links for g in link.admin_groups}
    if not all(map(is_bit, named)):
        found.append("admin groups that are no number from 0 to 31: FRR knows bits, not names")
    if topology.flex_algos:
        found.append("Flexible Algorithms: FRR has them for MPLS alone; their routes are static")
    if topology.anycasts:
        found.append("anycast groups: their locators are not advertised")
    losses = any(way.loss_ppb is not None for way in topology.adjacencies)
    if losses and not options.loss:
        found.append("losses: this version takes a percentage for a number of units of 0.000003 %")
    if not options.srv6:
        found.append("locators and SIDs: IS-IS of this version has no SRv6")
    return found
