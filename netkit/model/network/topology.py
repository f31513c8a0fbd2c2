"""The backbone as all rooms of netkit see it: network elements put together, and views of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from netkit.model.network.addressing import AddressPlan
from netkit.model.network.advertised import AdvertisedSid, LinkEnd
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import (
    Adjacency,
    CapacityPool,
    Interface,
    Link,
    LinkKind,
    Node,
    Status,
)
from netkit.model.network.fabrics import Fabric, fabric_links
from netkit.model.network.flex_algo import FlexAlgo


@dataclass(frozen=True)
class Topology:
    """A whole backbone. Derived views are computed once and kept."""

    name: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    fabrics: tuple[Fabric, ...] = ()
    addresses: AddressPlan = field(default_factory=AddressPlan)
    description: str = ""
    flex_algos: tuple[FlexAlgo, ...] = ()
    sids_advertised: bool = False
    """Said of live routers: what they do not advertise does not exist, be it every SID."""
    anycasts: tuple[Anycast, ...] = ()

    @cached_property
    def advertised(self) -> bool:
        """Whether the SIDs are those that routers advertise, not those of ``addresses``: where that
        is said, or any router states some, one that advertises none has none."""
        return (
            self.sids_advertised
            or any(node.locators or node.sids for node in self.nodes)
            or any(link.sids_ab or link.sids_ba for link in self.links)
            or any(group.locators or group.sids for group in self.anycasts)
        )

    @cached_property
    def flex_algo(self) -> dict[int, FlexAlgo]:
        """The definitions of further planes by algorithm."""
        return {flex.algorithm: flex for flex in self.flex_algos}

    @cached_property
    def anycast(self) -> dict[str, Anycast]:
        """The groups of routers that share a SID, by name."""
        return {group.name: group for group in self.anycasts}

    @cached_property
    def node(self) -> dict[str, Node]:
        """Every node by name, planned ones too."""
        return {node.name: node for node in self.nodes}

    @cached_property
    def active_nodes(self) -> tuple[Node, ...]:
        """The nodes that exist, in file order."""
        return tuple(node for node in self.nodes if node.status is Status.ACTIVE)

    @cached_property
    def all_links(self) -> tuple[Link, ...]:
        """The links that exist: those of the file, then those that fabrics make."""
        operator = {node.name: node.operator for node in self.active_nodes}
        exist = [
            link
            for link in self.links
            if link.status is Status.ACTIVE and {link.a, link.b} <= operator.keys()
        ]
        for fabric in self.fabrics:
            if fabric.status is Status.ACTIVE:
                exist.extend(fabric_links(fabric, operator))
        return tuple(exist)

    @cached_property
    def link(self) -> dict[str, Link]:
        """Every link that exists, by id."""
        return {link.id: link for link in self.all_links}

    @cached_property
    def link_named(self) -> dict[str, Link]:
        """Every link that exists by each of its names: its id, and that of its way back."""
        back = {link.id_ba: link for link in self.all_links if link.id_ba is not None}
        return back | self.link

    @cached_property
    def subnet(self) -> dict[str, int]:
        """Numbers of links and fabrics, from 1, planned ones too so that none ever moves."""
        ids = [link.id for link in self.links] + [fabric.id for fabric in self.fabrics]
        return {id_: number for number, id_ in enumerate(ids, start=1)}

    @cached_property
    def adjacencies(self) -> tuple[Adjacency, ...]:
        """The directions of every link that exists, in file order."""
        count: dict[str, int] = dict.fromkeys(self.node, 0)
        found: list[Adjacency] = []
        for link in self.all_links:
            subnet = self.subnet[link.fabric or link.id]
            igp = link.kind is LinkKind.TRUNK
            for way in _ways(link):
                if way.delay_us is None or way.metric is None:
                    continue
                src, dst = way.src, way.dst
                found.append(
                    Adjacency(
                        link.id, src, dst, way.delay_us, way.metric, count[src], subnet, igp,
                        link.srlgs, link.admin_groups, way.label, self._pools(link, src, dst),
                        way.jitter_us, way.loss_ppb, way.te_metric, link.cost, link.mtu_bytes,
                        way.min_delay_us, way.sids, way.near, way.far,
                    )
                )  # fmt: skip
                count[src] += 1
        return tuple(found)

    @cached_property
    def adjacency(self) -> dict[tuple[str, str], Adjacency]:
        """Every adjacency by (link id, headend)."""
        return {adjacency.key: adjacency for adjacency in self.adjacencies}

    @cached_property
    def adjacencies_from(self) -> dict[str, tuple[Adjacency, ...]]:
        """The adjacencies of each node, by their numbers."""
        found: dict[str, list[Adjacency]] = {name: [] for name in self.node}
        for adjacency in self.adjacencies:
            found[adjacency.src].append(adjacency)
        return {name: tuple(own) for name, own in found.items()}

    @cached_property
    def interfaces(self) -> dict[str, tuple[Interface, ...]]:
        """The ports of each node, named ``ge0``, ``ge1``, … in file order."""
        ports: dict[str, list[Interface]] = {name: [] for name in self.node}

        def add(node: str, id_: str, *, fabric: bool) -> None:
            name, subnet = f"ge{len(ports[node])}", self.subnet[id_]
            link_id, fabric_id = (None, id_) if fabric else (id_, None)
            ports[node].append(Interface(node, name, subnet, link_id, fabric_id))

        for link in self.all_links:
            if link.fabric is None:
                add(link.a, link.id, fabric=False)
                add(link.b, link.id, fabric=False)
        for fabric in self.fabrics:
            if fabric.status is Status.ACTIVE:
                for member in fabric.members:
                    if self.node[member.node].status is Status.ACTIVE:
                        add(member.node, fabric.id, fabric=True)
        return {name: tuple(found) for name, found in ports.items()}

    def interface(self, adjacency: Adjacency) -> Interface:
        """The port of ``adjacency.src`` that leads over ``adjacency``."""
        ports = self.interfaces[adjacency.src]
        return next(port for port in ports if port.subnet == adjacency.subnet)

    def _pools(self, link: Link, src: str, dst: str) -> tuple[CapacityPool, ...]:
        if link.lan is not None:
            # One port a router, whichever of the others it sends to.
            out, into = self._lan_ports[link.lan, src], self._lan_ports[link.lan, dst]
            return (
                CapacityPool(link.lan, src, out),
                CapacityPool(link.lan, dst, into, inward=True),
            )
        if link.fabric is None:
            return (CapacityPool(link.id, src, link.capacity_bps),)
        ports = self._ports[link.fabric]
        return (
            CapacityPool(link.fabric, src, ports[src]),
            CapacityPool(link.fabric, dst, ports[dst], inward=True),
        )

    @cached_property
    def _ports(self) -> dict[str, dict[str, int | None]]:
        """Capacities of the ports of each fabric, by node."""
        return {
            fabric.id: {member.node: member.capacity_bps for member in fabric.members}
            for fabric in self.fabrics
        }

    @cached_property
    def _lan_ports(self) -> dict[tuple[str, str], int | None]:
        """Capacities of the ports of broadcast networks, by network and node: the most that any
        link over the port carries."""
        found: dict[tuple[str, str], int | None] = {}
        for link in self.all_links:
            if link.lan is not None:
                for port in ((link.lan, link.a), (link.lan, link.b)):
                    known = (figure for figure in (found.get(port), link.capacity_bps) if figure)
                    found[port] = max(known, default=None)
        return found


class _Way(NamedTuple):
    """What a link says of one of its directions; without delay and metric it has no such one."""

    src: str
    dst: str
    label: str
    delay_us: int | None
    metric: int | None
    jitter_us: int | None
    loss_ppb: int | None
    te_metric: int | None
    min_delay_us: int | None
    sids: tuple[AdvertisedSid, ...]
    near: LinkEnd | None
    far: LinkEnd | None


def _ways(link: Link) -> tuple[_Way, _Way]:
    return (
        _Way(
            link.a, link.b, link.id, link.delay_ab_us, link.metric_ab, link.jitter_ab_us,
            link.loss_ab_ppb, link.te_metric_ab, link.min_delay_ab_us, link.sids_ab, link.end_a,
            link.end_b,
        ),
        _Way(
            link.b, link.a, link.id_ba or link.id, link.delay_ba_us, link.metric_ba,
            link.jitter_ba_us, link.loss_ba_ppb, link.te_metric_ba, link.min_delay_ba_us,
            link.sids_ba, link.end_b, link.end_a,
        ),
    )  # fmt: skip
