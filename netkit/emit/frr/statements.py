"""The statements of FRR that netkit reads: each from its words to its value.

All raise ValueError for words that stand where a value should be; None is a statement of the same
kind that is not netkit's.
"""

from __future__ import annotations

from ipaddress import IPv6Network, ip_address, ip_network

from netkit.emit.common.reading import address, number
from netkit.emit.common.reading import prefix as own_prefix
from netkit.emit.frr.project import DEFAULT_VRF
from netkit.emit.frr.render import BEHAVIORS, SID_DEVICE
from netkit.emit.frr.routes import SegmentRoute
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import EndpointBehavior, Flavor, LocalSid

FORMATS = {
    "usid-f3216": (SidStructure(32, 16, 16), True),
    "uncompressed-f4024": (SidStructure(40, 24, 16), False),
}
"""``format`` of a locator: what its parts are, and whether it is of uSIDs (``lib/srv6.h``)."""

_BEHAVIOR = {word: behavior for behavior, word in BEHAVIORS.items()}
_NODE_BITS, _FUNCTION_BITS = 24, 16
"""``ZEBRA_SRV6_LOCATOR_NODE_LENGTH``, ``ZEBRA_SRV6_FUNCTION_LENGTH``."""

_WITH_VALUE = ("tag", "segments", "encap-behavior", "nexthop-vrf", "vrf")


def prefix(words: list[str]) -> tuple[IPv6Network, SidStructure]:
    """``prefix X:X::X:X/M [block-len N] [node-len N] [func-bits N]``, and what is not said."""
    own = own_prefix(" ".join(words[1:2]))
    said = dict(zip(words[2::2], (number(one) for one in words[3::2]), strict=True))
    if unknown := said.keys() - {"block-len", "node-len", "func-bits", "arg-len"}:
        raise ValueError(f"{min(unknown)} is no word of a prefix")
    block, node = said.get("block-len"), said.get("node-len")
    if node is None:
        node = _NODE_BITS if block is None else own.prefixlen - block
    if block is None:
        block = own.prefixlen - node
    function = said.get("func-bits") or _FUNCTION_BITS
    return own, SidStructure(block, node, function, said.get("arg-len", 0))


def static_sid(words: list[str]) -> LocalSid | None:
    """``sid X:X::X:X/M locator NAME behavior B ...``; None for a behaviour that is not netkit's."""
    if len(words) < 6 or words[2] != "locator" or words[4] != "behavior":
        raise ValueError("a SID is: sid PREFIX locator NAME behavior BEHAVIOR")
    own, behavior = own_prefix(words[1]), _BEHAVIOR.get(words[5])
    if behavior is None:
        return None
    said = dict(zip(words[6::2], words[7::2], strict=True))
    if behavior in (EndpointBehavior.END, EndpointBehavior.END_X):
        hop = said.get("nexthop")
        return LocalSid(
            own, behavior, frozenset({Flavor.NEXT_CSID}), said.get("interface"),
            None if hop is None else address(hop),
        )  # fmt: skip
    return LocalSid(own, behavior, vrf=_vrf(said.get("vrf")))


def static_route(words: list[str], vrf: str | None) -> SegmentRoute | None:
    """``ip route`` or ``ipv6 route`` with segments and a tag over the SID device: netkit's; None
    for any other."""
    if not {"segments", "tag", SID_DEVICE} <= set(words):
        return None
    said, distance = {}, 1
    rest = iter(words[words.index(SID_DEVICE) + 1 :])
    for word in rest:
        if word in _WITH_VALUE:
            said[word] = next(rest, "")
        elif word.isdecimal():
            distance = int(word)
        elif word != "onlink":
            return None
    segments = tuple(address(one) for one in said["segments"].split("/"))
    for hop in words[3 : words.index(SID_DEVICE)]:
        ip_address(hop)
    table = _vrf(said["vrf"]) if "vrf" in said else vrf
    return SegmentRoute(ip_network(words[2]), table, distance, number(said["tag"]), segments)


def _vrf(name: str | None) -> str | None:
    return None if name == DEFAULT_VRF else name
