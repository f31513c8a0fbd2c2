"""What a router holds for its state, as values: of the kernel routes with their SRv6 part, a rule,
the device of SIDs, the source of encapsulated packets, and the table of the edge filter; of FRR its
statements.

Each object has a ``key``, by which the router tells it from others; two objects of one key are two
states of the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seg6:
    """What a headend pushes: ``segments`` in order of travel, in a ``mode`` of the kernel."""

    segments: tuple[IPv6Address, ...]
    mode: str = "encap.red"


@dataclass(frozen=True, slots=True)
class Seg6Local:
    """What a SID does: ``action`` by the kernel's name, with what it takes.

    ``segments`` are what a binding SID pushes. ``block_bits`` and ``node_function_bits`` go with
    the flavor NEXT-C-SID; ``flavors`` are the kernel's words for them.
    """

    action: str
    next_hop: IPv6Address | None = None
    table: int | None = None
    vrf_table: int | None = None
    segments: tuple[IPv6Address, ...] = ()
    flavors: frozenset[str] = frozenset()
    block_bits: int | None = None
    node_function_bits: int | None = None


@dataclass(frozen=True, slots=True)
class NextHop:
    """One of the ways of a route that shares its traffic; ``weight`` is 1 to 256."""

    encap: Seg6
    weight: int
    device: str
    via: IPv6Address | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """A route: over ``device`` with ``encap`` or to ``via``, over ``next_hops`` by weight, a
    ``blackhole``, or a ``local`` address.

    ``mtu`` is the largest packet that it takes (RTAX_MTU, locked); None leaves that to the device.
    """

    prefix: IPv6Network | IPv4Network
    table: int
    metric: int
    device: str | None = None
    encap: Seg6 | Seg6Local | None = None
    next_hops: tuple[NextHop, ...] = ()
    blackhole: bool = False
    mtu: int | None = None
    via: IPv6Address | None = None
    local: bool = False

    @property
    def key(self) -> Key:
        """Prefix, table and metric."""
        return ("route", str(self.prefix), str(self.table), str(self.metric))


@dataclass(frozen=True, slots=True)
class Rule:
    """Packets that come in over ``interface`` are looked up in ``table``; ``family`` is 4 or 6."""

    interface: str
    table: int
    priority: int
    family: int = 6

    @property
    def key(self) -> Key:
        """Family, priority and interface."""
        return ("rule", str(self.family), str(self.priority), self.interface)


@dataclass(frozen=True, slots=True)
class SidDevice:
    """The bridge without ports that SIDs are on."""

    name: str

    @property
    def key(self) -> Key:
        """Its name."""
        return ("device", self.name)


@dataclass(frozen=True, slots=True)
class PassPair:
    """Two interfaces, each the other's far end: what enters ``name`` comes in over ``peer``, whose
    ``address`` a permanent neighbour entry tells."""

    name: str
    peer: str
    mac: str
    peer_mac: str
    address: IPv6Address
    mtu: int

    @property
    def key(self) -> Key:
        """The name of its near end."""
        return ("device", self.name)


@dataclass(frozen=True, slots=True)
class TunnelSource:
    """The source address of all encapsulated packets of a namespace; the kernel has exactly one,
    and takes one of the interface where none is set."""

    address: IPv6Address

    @property
    def key(self) -> Key:
        """There is one."""
        return ("tunsrc",)


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """The nftables table of the edge filter: its rules as ``nft list`` prints them, counters
    aside."""

    lines: tuple[str, ...]

    @property
    def key(self) -> Key:
        """There is one."""
        return ("edge",)


@dataclass(frozen=True, slots=True)
class FrrStatement:
    """A statement of FRR in the views of ``nodes``, with the lines of its own view in ``body``.

    ``identity`` is what FRR tells it from others by, ``rank`` its place where others rely on it.
    ``in_force`` is False where FRR has it in its configuration, and neither zebra nor the kernel
    does what it says.
    """

    nodes: tuple[str, ...]
    words: str
    identity: str
    rank: int
    body: tuple[str, ...] = ()
    in_force: bool = True

    @property
    def key(self) -> Key:
        """Its views and what it is told by there."""
        return ("frr", *self.nodes, self.identity)


KernelObject = Route | Rule | SidDevice | PassPair | TunnelSource | EdgeTable | FrrStatement
