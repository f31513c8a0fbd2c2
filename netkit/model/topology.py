"""Nodes, links, exchange centres: the backbone as all rooms of netkit see it.

Delays are one-way. A link has two directions, or one, and an :class:`Adjacency` is one of them. An
exchange centre is one shared fabric; between each two members of different operators it makes one
link.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import combinations

from netkit.model.addressing import AddressPlan
from netkit.model.flex_algo import FlexAlgo
from netkit.model.geo import Coordinates
from netkit.model.units import PPB


class Role(StrEnum):
    """What a node is for."""

    CLUSTER = "cluster"
    CITY = "city"
    CORE = "core"
    BORDER = "border"


class Status(StrEnum):
    """Planned things are kept and shown, but nothing is routed over them."""

    ACTIVE = "active"
    PLANNED = "planned"


class DelayBasis(StrEnum):
    """Where a delay comes from: stated, measured, derived from a fibre length or coordinates."""

    GIVEN = "given"
    MEASURED = "measured"
    LENGTH = "length"
    COORDINATES = "coordinates"


class LinkKind(StrEnum):
    """An IGP link inside an operator, or one of the two ways across operators."""

    TRUNK = "trunk"
    DIRECT_CONNECT = "direct_connect"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class SidLimits:
    """What a node's hardware can do with segment lists (MSD types of RFC 9352 §4).

    ``max_h_encaps`` SIDs can be pushed by the headend, the service SID counted;
    ``max_segments_left`` can stand in a received header; ``max_end_pop`` and ``max_end_d`` bound
    the header of a packet whose last SID the node pops or decapsulates.
    """

    max_segments_left: int = 9
    max_end_pop: int = 9
    max_h_encaps: int = 10
    max_end_d: int = 9


@dataclass(frozen=True, slots=True)
class Node:
    """A router. ``sid_index`` is its number in the :class:`AddressPlan`.

    ``label`` is what the file that it comes from calls it, where that cannot be its name.
    """

    name: str
    role: Role
    sid_index: int
    operator: str = "default"
    place: str | None = None
    hub: str | None = None
    coordinates: Coordinates | None = None
    sid_limits: SidLimits = SidLimits()
    status: Status = Status.ACTIVE
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A point-to-point link between ``a`` and ``b``; ``*_ab`` is the direction from a to b.

    A one-way link leads from a to b only: ``delay_ba_us`` and ``metric_ba`` are None. ``id_ba`` is
    the name of the direction from b to a, where the file names each direction. ``measured_on`` is
    the day of a measured delay, as 2026-11-22. Delay variation, share of packets lost (RFC 8570)
    and TE metric (RFC 5305 §3.7) of each direction, ``cost`` (what use of it costs, in the file's
    own unit) and ``mtu_bytes`` (of IPv6 packets) are None where nobody has stated them.
    """

    id: str
    a: str
    b: str
    delay_ab_us: int
    delay_ba_us: int | None
    metric_ab: int
    metric_ba: int | None
    basis: DelayBasis = DelayBasis.GIVEN
    kind: LinkKind = LinkKind.TRUNK
    capacity_bps: int | None = None
    length_km: float | None = None
    srlgs: frozenset[str] = frozenset()
    admin_groups: frozenset[str] = frozenset()
    fabric: str | None = None
    status: Status = Status.ACTIVE
    id_ba: str | None = None
    measured_on: str | None = None
    jitter_ab_us: int | None = None
    jitter_ba_us: int | None = None
    loss_ab_ppb: int | None = None
    loss_ba_ppb: int | None = None
    te_metric_ab: int | None = None
    te_metric_ba: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None

    @property
    def one_way(self) -> bool:
        """Whether nothing can go from b to a."""
        return self.delay_ba_us is None


@dataclass(frozen=True, slots=True)
class FabricMember:
    """A router's port on an exchange fabric; ``delay_us`` is the leg to the fabric, one-way.

    All figures are of the leg, both ways alike.
    """

    node: str
    delay_us: int
    basis: DelayBasis = DelayBasis.GIVEN
    capacity_bps: int | None = None
    jitter_us: int | None = None
    loss_ppb: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Fabric:
    """A new-type internet exchange centre: one shared layer-2 fabric, any member to any other."""

    id: str
    members: tuple[FabricMember, ...]
    place: str | None = None
    coordinates: Coordinates | None = None
    status: Status = Status.ACTIVE

    @property
    def srlg(self) -> str:
        """The risk that all links over this fabric share."""
        return f"fabric:{self.id}"

    def link_id(self, a: str, b: str) -> str:
        """The id of the link that the fabric makes between members ``a`` and ``b``."""
        return f"{self.id}:{a}~{b}"


@dataclass(frozen=True, slots=True)
class CapacityPool:
    """Bits a second that flows share: a link in one direction, or a router's port on a fabric.

    ``owner`` is the link or the fabric, ``node`` the headend of the direction or the router whose
    port it is. A port carries what all links over the fabric send; ``inward`` is its other
    direction. Without a stated capacity ``capacity_bps`` is None: nothing can be promised of it.
    """

    owner: str
    node: str
    capacity_bps: int | None
    inward: bool = False


@dataclass(frozen=True, slots=True)
class Adjacency:
    """One direction of a link, as an IGP advertises it and an End.X SID names it.

    ``number`` counts the adjacencies of ``src`` from 0 in file order; ``subnet`` is the number of
    the link or fabric in the :class:`AddressPlan`; ``igp`` is false across operators. ``label`` is
    what the file calls this direction; ``link_id`` is the same for both. A flow over it takes its
    bandwidth of every one of ``pools``.
    """

    link_id: str
    src: str
    dst: str
    delay_us: int
    metric: int
    number: int
    subnet: int
    igp: bool
    srlgs: frozenset[str]
    admin_groups: frozenset[str]
    label: str
    pools: tuple[CapacityPool, ...] = ()
    jitter_us: int | None = None
    loss_ppb: int | None = None
    te_metric: int | None = None
    cost: int | None = None
    mtu_bytes: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells this adjacency from all others: its link and its headend."""
        return (self.link_id, self.src)


@dataclass(frozen=True, slots=True)
class Interface:
    """A router's port: on a link (``link_id``) or on a fabric (``fabric_id``), never both."""

    node: str
    name: str
    subnet: int
    link_id: str | None = None
    fabric_id: str | None = None


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

    @cached_property
    def flex_algo(self) -> dict[int, FlexAlgo]:
        """The definitions of further planes by algorithm."""
        return {flex.algorithm: flex for flex in self.flex_algos}

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
        active = {node.name for node in self.active_nodes}
        exist = [
            link
            for link in self.links
            if link.status is Status.ACTIVE and {link.a, link.b} <= active
        ]
        for fabric in self.fabrics:
            if fabric.status is Status.ACTIVE:
                exist.extend(self._fabric_links(fabric, active))
        return tuple(exist)

    @cached_property
    def link(self) -> dict[str, Link]:
        """Every link that exists, by id."""
        return {link.id: link for link in self.all_links}

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
            for src, dst, delay_us, metric, label, jitter_us, loss_ppb, te_metric in (
                (
                    link.a, link.b, link.delay_ab_us, link.metric_ab, link.id,
                    link.jitter_ab_us, link.loss_ab_ppb, link.te_metric_ab,
                ),
                (
                    link.b, link.a, link.delay_ba_us, link.metric_ba, link.id_ba or link.id,
                    link.jitter_ba_us, link.loss_ba_ppb, link.te_metric_ba,
                ),
            ):  # fmt: skip
                if delay_us is None or metric is None:
                    continue
                found.append(
                    Adjacency(
                        link.id, src, dst, delay_us, metric, count[src], subnet, igp,
                        link.srlgs, link.admin_groups, label, self._pools(link, src, dst),
                        jitter_us, loss_ppb, te_metric, link.cost, link.mtu_bytes,
                    )
                )  # fmt: skip
                count[src] += 1
        return tuple(found)

    @cached_property
    def adjacency(self) -> dict[tuple[str, str], Adjacency]:
        """Every adjacency by (link id, headend)."""
        return {adjacency.key: adjacency for adjacency in self.adjacencies}

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

    def _fabric_links(self, fabric: Fabric, active: set[str]) -> list[Link]:
        members = [member for member in fabric.members if member.node in active]
        made = []
        for a, b in combinations(members, 2):
            if self.node[a.node].operator == self.node[b.node].operator:
                continue
            delay_us = a.delay_us + b.delay_us
            jitter_us = _sum(a.jitter_us, b.jitter_us)
            loss_ppb = _lost(a.loss_ppb, b.loss_ppb)
            derived = next((m.basis for m in (a, b) if m.basis is not DelayBasis.GIVEN), None)
            made.append(
                Link(
                    fabric.link_id(a.node, b.node), a.node, b.node, delay_us, delay_us, 1, 1,
                    basis=derived or DelayBasis.GIVEN, kind=LinkKind.EXCHANGE,
                    capacity_bps=_least(a.capacity_bps, b.capacity_bps),
                    srlgs=frozenset({fabric.srlg}), fabric=fabric.id,
                    jitter_ab_us=jitter_us, jitter_ba_us=jitter_us,
                    loss_ab_ppb=loss_ppb, loss_ba_ppb=loss_ppb,
                    cost=_sum(a.cost, b.cost), mtu_bytes=_least(a.mtu_bytes, b.mtu_bytes),
                )
            )  # fmt: skip
        return made


def _least(a: int | None, b: int | None) -> int | None:
    """The lesser figure; of one that is missing the other."""
    return min((figure for figure in (a, b) if figure is not None), default=None)


def _sum(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _lost(a_ppb: int | None, b_ppb: int | None) -> int | None:
    """The loss over two legs in a row, rounded up."""
    if a_ppb is None or b_ppb is None:
        return None
    return PPB - (PPB - a_ppb) * (PPB - b_ppb) // PPB
