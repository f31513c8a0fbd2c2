"""The locator and the SIDs of a router: those that it advertises, or those of the address plan.

Where any router of a topology is known to advertise SIDs, nothing is made up on the locators of
real routers: an ``End`` or ``End.X`` that nobody advertises does not exist. The exception is the
service SID, which no IGP carries: it is what netkit's own configuration puts on the locator.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, IPv6Network

from netkit.model.network.advertised import AdvertisedSid
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology

SERVICE_FUNCTION = 0xD046
"""What stands in the 16 bits behind a locator for ``End.DT6``, as in the address plan."""

_FUNCTION_BITS = 16
_LONGEST_LOCATOR = 128 - _FUNCTION_BITS


def locator(topology: Topology, node: str, algorithm: int = 0) -> IPv6Network | None:
    """The prefix that the IGP carries for the SIDs of a node; None where it has none."""
    if not topology.advertised:
        return topology.addresses.locator(topology.node[node].sid_index, algorithm)
    own = (one.prefix for one in topology.node[node].locators if one.algorithm == algorithm)
    return next(own, None)


def loopback(topology: Topology, node: str) -> IPv6Address:
    """The address of the node itself, source of its encapsulated packets."""
    own = locator(topology, node) if topology.advertised else None
    return topology.addresses.loopback(topology.node[node].sid_index) if own is None else own[1]


def end_sid(topology: Topology, node: str, algorithm: int = 0) -> IPv6Address | None:
    """The ``End`` of a node; None where it advertises none."""
    if not topology.advertised:
        return topology.addresses.end(topology.node[node].sid_index, algorithm)
    return _first(topology.node[node].sids, algorithm)


def end_x_sid(topology: Topology, adjacency: Adjacency, algorithm: int = 0) -> IPv6Address | None:
    """The ``End.X`` of an adjacency; None where its router advertises none."""
    if not topology.advertised:
        index = topology.node[adjacency.src].sid_index
        return topology.addresses.end_x(index, adjacency.number, algorithm)
    return _first(adjacency.sids, algorithm)


def service_sid(topology: Topology, node: str) -> IPv6Address | None:
    """``End.DT6`` of a node; None where there is no locator with room for it."""
    if not topology.advertised:
        return topology.addresses.end_dt6(topology.node[node].sid_index)
    own = locator(topology, node)
    if own is None or own.prefixlen > _LONGEST_LOCATOR:
        return None
    shift = _LONGEST_LOCATOR - own.prefixlen
    return IPv6Address(int(own.network_address) + (SERVICE_FUNCTION << shift))


def anycast_sid(topology: Topology, group: Anycast) -> IPv6Address | None:
    """The SID that takes a packet to the nearest member of a group; None where they advertise none
    of the shortest paths."""
    if group.sid_index is not None:
        return topology.addresses.end(group.sid_index)
    return _first(group.sids, 0)


def shared_locators(topology: Topology, node: str | None = None) -> Iterator[IPv6Network]:
    """The locators of the anycast groups that a node is in; of all groups unless it is given."""
    for group in topology.anycasts:
        if node is None or node in group.nodes:
            yield from (one.prefix for one in group.locators)
            if group.sid_index is not None:
                yield topology.addresses.locator(group.sid_index)


def next_hop(topology: Topology, adjacency: Adjacency) -> IPv6Address | None:
    """The IPv6 address of the neighbour that an adjacency leads to: what is known of its end, else
    that of the address plan; None where routers are live and nobody says it."""
    if adjacency.far is not None and adjacency.far.ipv6 is not None:
        return adjacency.far.ipv6
    if topology.advertised:
        return None
    far = topology.node[adjacency.dst].sid_index
    return topology.addresses.link_address(adjacency.subnet, far)


def known(sid: IPv6Address | None, what: str) -> IPv6Address:
    """A SID that must be there, as the planner uses no other; raises :class:`ValueError`."""
    if sid is None:
        raise ValueError(f"nobody advertises {what}")
    return sid


def _first(sids: Iterable[AdvertisedSid], algorithm: int) -> IPv6Address | None:
    return next((one.sid for one in sids if one.algorithm == algorithm), None)
