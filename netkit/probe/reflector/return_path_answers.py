"""How a reflector answers the TLVs of RFC 9503: whom a probe is meant for, and which way back."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

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


def answer_destination_node(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    """U cleared if that is one of this node's addresses, from which the reply then leaves (§3)."""
    node = parse_node_address(tlv.value)
    local = None if asked.local is None else ip_address(asked.local[0].partition("%")[0])
    if node != local and node not in policy.addresses:
        return asked.refuse(tlv, "not_this_node")
    if node != local:
        asked.egress = replace(asked.egress, source=node)
    return replace(tlv, flags=0)


def answer_way_back(tlv: Tlv, asked: RequestContext, policy: ReflectorPolicy) -> Tlv:
    """U cleared if the policy lets the reply take that way (§4)."""
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
        and len(path.segments) <= MAX_RETURN_SEGMENTS
        and (not path.segments or source.version == 6)
        and (path.address is None or path.address.version == source.version)
    )
    third_parties = [path.address] if path.address not in (None, source) else []
    third_parties += [segment for segment in path.segments if segment != source]
    return possible and all(
        any(party in network for network in policy.returns) for party in third_parties
    )


def _source_of(asked: RequestContext) -> IpAddress:
    return ip_address(asked.source[0].partition("%")[0])
