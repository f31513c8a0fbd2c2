"""What customers behind a Linux router hear from it: answers of the router itself, and that a
packet is too big, in time.

Far prefixes stand in the customers' table alone. So packets that the router makes itself are looked
up there as well (an ICMPv6 error or an answer to a ping finds its way back), and the router's own
address towards its customers is local in that table, where End.DT6 looks it up.

Linux encapsulates before it compares a packet with an MTU, so the Packet Too Big of a core that
takes less would go to the router itself, and the customer would wait. Packets for a policy whose
largest packet is known therefore pass a pair of interfaces first, by a route with that MTU: what is
larger is answered there (RFC 8200 §5), and TCP is told in its SYN (RFC 9293 §3.7.1).

Linux processes a SID of its own only in a packet that comes in. One that the router makes itself
for a list that begins with such a SID, as with an End.X towards its own neighbour, would vanish. So
what it makes itself passes the pair as well, and comes in. What customers send has come in already
and does without: the pair costs a packet some microseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network

from netkit.emit.desired.words import CUSTOMER_VRF
from netkit.emit.linux.words import (
    AHEAD_TABLE,
    CUSTOMER_TABLE,
    OWN_AHEAD_TABLE,
    PASS_IN,
    PASS_IN_MAC,
    PASS_OUT,
    PASS_OUT_ADDRESS,
    PASS_OUT_MAC,
)
from netkit.model.router_state import CustomerPort, PolicyState, RouterState

_HEADERS_BYTES = 60
"""Of IPv6 (40) and TCP (20), which a maximum segment size leaves out."""


def own_answers(port: CustomerPort) -> Iterator[str]:
    """The router's address in the customers' table, and that table for what it sends itself."""
    if port.gateway is not None:
        yield f"route add local {port.gateway} dev {port.interface} table {CUSTOMER_TABLE}"


def local_rule(state: RouterState) -> Iterator[str]:
    """Packets of the router itself know the customers' table; one rule for all ports."""
    if state.customers:
        yield f"rule add from ::/0 pref 101 iif lo table {CUSTOMER_TABLE}"


def pass_lines(state: RouterState) -> Iterator[str]:
    """The pair of interfaces and what leads through it; nothing where no MTU is known and no list
    begins with a SID of this router."""
    largest, begin_here = _largest(state), _begin_here(state)
    if not (largest or begin_here) or not state.customers:
        return
    yield "# Packets pass this pair before encapsulation: too big ones are told so, own SIDs met."
    yield (
        f"link add {PASS_IN} mtu 65535 address {PASS_IN_MAC} type veth "
        f"peer name {PASS_OUT} mtu 65535 address {PASS_OUT_MAC}"
    )
    yield f"link set {PASS_IN} up"
    yield f"link set {PASS_OUT} up"
    yield f"neigh add {PASS_OUT_ADDRESS} lladdr {PASS_OUT_MAC} dev {PASS_IN} nud permanent"
    if begin_here:
        yield f"rule add from ::/0 pref 98 iif lo table {OWN_AHEAD_TABLE}"
    if largest:
        for interface in (*(port.interface for port in state.customers), "lo"):
            yield f"rule add from ::/0 pref 99 iif {interface} table {AHEAD_TABLE}"
    yield f"rule add from ::/0 pref 100 iif {PASS_OUT} table {CUSTOMER_TABLE}"
    way = f"via {PASS_OUT_ADDRESS} dev {PASS_IN}"
    for prefix, size in largest.items():
        yield f"route add {prefix} {way} table {AHEAD_TABLE} mtu lock {size}"
    for prefix in begin_here:
        yield f"route add {prefix} {way} table {OWN_AHEAD_TABLE}"


def clamp_rules(state: RouterState) -> Iterator[str]:
    """Rules of nftables that lower the segment size that customers offer to a policy's prefix."""
    for prefix, size in _largest(state).items():
        for port in state.customers:
            yield (
                f'iifname "{port.interface}" ip6 daddr {prefix} tcp flags syn '
                f"tcp option maxseg size set {size - _HEADERS_BYTES}"
            )


def _largest(state: RouterState) -> dict[IPv6Network, int]:
    """The largest packet that passes whichever of a policy's paths is in force, where that is
    known, by the prefixes of its customers."""
    sizes = ((policy, _least(policy)) for policy in state.policies)
    return {
        prefix: size for policy, size in sizes if size is not None for prefix in _prefixes(policy)
    }


def _begin_here(state: RouterState) -> list[IPv6Network]:
    """Other prefixes, of policies that have a list which begins at this router."""
    largest = _largest(state)
    found = (prefix for policy in state.policies if _begins_here(policy, state)
             for prefix in _prefixes(policy))  # fmt: skip
    return [prefix for prefix in dict.fromkeys(found) if prefix not in largest]


def _prefixes(policy: PolicyState) -> Iterator[IPv6Network]:
    for one in policy.steering:
        if one.vrf == CUSTOMER_VRF and isinstance(one.prefix, IPv6Network):
            yield one.prefix


def _begins_here(policy: PolicyState, state: RouterState) -> bool:
    """Whether the first SID of some list is one that this router instantiates."""
    first = {
        one.segments[0].sid for path in policy.candidate_paths for one in path.lists if one.segments
    }
    return any(sid in own.prefix for sid in first for own in state.sids)


def _least(policy: PolicyState) -> int | None:
    sizes = [path.largest_packet_bytes for path in policy.candidate_paths]
    known = [size for size in sizes if size is not None]
    return min(known) if known and len(known) == len(sizes) else None
