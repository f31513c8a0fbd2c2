"""How a reflector answers the TLVs of RFC 9503: whom a probe is meant for, and which way back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from itertools import pairwise

from netkit.probe.reflector.policy import ReflectorPolicy, RequestContext
from netkit.wire.return_path import (
    NO_REPLY,
    SAME_LINK,
    IpAddress,
    ReturnPath,
    answer_return_path,
    parse_node_address,
)
from netkit.wire.tlv import Tlv

MAX_RETURN_SEGMENTS = 16
MAX_PATH_BYTES = 512
"""Of a Return Path TLV; one of 16 segments and an address takes 280. Longer ones are not read."""

_IPV4_TO_MANY, _IPV6_TO_MANY = 224, 255
"""First bytes of multicast addresses; above those of IPv4 are reserved ones and the broadcast."""

_VISITS = 2
"""A way may lead through a node again, but not round in circles at the cost of the network."""


def answer_destination_node(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    """U cleared if that is one of this node's addresses, from which the reply then leaves (§3)."""
    node = parse_node_address(tlv.value)
    local = None if asked.local is None else _parsed(asked.local[0])
    if node != local and node not in policy.addresses:
        return asked.refuse(tlv, "not_this_node")
    if node != local:
        asked.egress = replace(asked.egress, source=node)
    return tlv.flagged(0)


def answer_way_back(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    """U cleared if the policy lets the reply take that way (§4)."""
    if len(tlv.value) > MAX_PATH_BYTES:
        return asked.refuse(tlv, "return_path_refused")
    path = ReturnPath.parse(tlv.value)
    if path.control_code == NO_REPLY:
        asked.dropped = "no_reply_asked"
    elif path.control_code == SAME_LINK:
        asked.egress = replace(asked.egress, same_link=True)
    elif _may_return(path, asked, policy):
        # The sender's own address is kept as it came: a link-local one has its interface with it.
        address = None if path.address == _source_of(asked) else path.address
        asked.egress = replace(asked.egress, segments=path.segments, address=address)
    else:
        return asked.refuse(tlv, "return_path_refused")
    return Tlv(tlv.type, answer_return_path(tlv.value), flags=0)


def _may_return(path: ReturnPath, asked: RequestContext, policy: ReflectorPolicy) -> bool:
    """Whether this node can send so, and may send to all whom the path names."""
    source = _source_of(asked)
    possible = (
        not path.labels
        and not path.unknown
        and (not path.segments or source.version == 6)
        and (path.address is None or path.address.version == source.version)
    )
    return (
        possible
        and _is_a_way(path.segments, source, policy)
        and (path.address in (None, source) or _may_get(path.address, policy))
    )


def _is_a_way(
    segments: tuple[IPv6Address, ...], source: IpAddress, policy: ReflectorPolicy
) -> bool:
    """Whether the list leads through allowed nodes, at its end perhaps to the sender itself.

    Without any prefix allowed no reply gets a header, which would be all that makes it longer.
    """
    if not segments:
        return True
    through = segments[:-1] if segments[-1] == source else segments
    return (
        bool(policy.returns)
        and len(segments) <= MAX_RETURN_SEGMENTS
        and _goes_on([int(segment) for segment in segments])
        and all(_may_get(segment, policy) for segment in through)
    )


def _goes_on(segments: list[int]) -> bool:
    return (
        all(one != other for one, other in pairwise(segments))
        and max(Counter(segments).values()) <= _VISITS
    )


def _may_get(party: IpAddress | None, policy: ReflectorPolicy) -> bool:
    """Whether replies may be sent to somebody else: one host in an allowed prefix."""
    if party is None:
        return False
    number = int(party)
    first = number >> party.max_prefixlen - 8
    if not number or first >= (_IPV4_TO_MANY if party.version == 4 else _IPV6_TO_MANY):
        return False
    return any(party in network for network in policy.returns)


def _source_of(asked: RequestContext) -> IpAddress:
    return _parsed(asked.source[0])


@lru_cache(maxsize=64)
def _parsed(address: str) -> IpAddress:
    return ip_address(address.partition("%")[0])
