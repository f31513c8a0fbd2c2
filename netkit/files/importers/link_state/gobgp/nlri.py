"""NLRI of BGP-LS as the text that GoBGP prints of them (``String`` of ``pkg/packet/bgp/bgp.go``).

``gobgp global rib -a ls -j`` is a table of paths by this text; the NLRI itself is the same text
once more, with router ids as numbers of their letters up to 3.x. Since 4.8 links say their protocol
and topology.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import NamedTuple

from netkit.files.importers.link_state.records import ROUTER, Pair
from netkit.files.importers.link_state.values import address, digits

_NODE = re.compile(
    r"NLRI \{ NODE \{ AS:(?P<asn>\d+) BGP-LS ID:(?P<ls>\d+) (?P<id>\[[\d ]*\]|\S+) "
    r"(?P<protocol>\S+):(?P<instance>\d+) \} \}"
)
_LINK = re.compile(
    r"NLRI \{ LINK \{ LOCAL_NODE: (?P<local>\[[\d ]*\]|\S+) "
    r"REMOTE_NODE: (?P<remote>\[[\d ]*\]|\S+) LINK: "
    r"(?P<near>[^\s(]*?)(?:->(?P<far>[^\s(}]*))?(?:\(L:(?P<lid>\d+),R:(?P<rid>\d+)\))?"
    r"(?: MT: \[(?P<mt>[\d ]*)\])?(?: (?P<protocol>[\w-]+):(?P<instance>\d+))?\} \}"
)
_SID = re.compile(
    r"NLRI \{ SRv6SID \{ LOCAL_NODE: \{(?:ASN: (?P<asn>\d+), BGP LS ID: (?P<ls>\d+), )?"
    r"[^}]*IGP ROUTER ID: (?P<id>\[[\d ]*\]|[^}\s]+)\} "
    r"SRv6_SID: \{SIDs: (?P<sids>[^}]*)\}.*\} \}"
)
_LETTERS = re.compile(r"\[([\d ]*)\]")
_ISIS = re.compile(r"([0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})(?:-([0-9a-fA-F]{2}))?")
_OSPF = re.compile(r"([\d.]+)(?::([\d.]+))?")

UNKNOWN = ""
"""The protocol of a link whose text does not say it."""


class Domain(NamedTuple):
    """What tells one network of a table from another; routers of two may have one id."""

    asn: str
    ls_id: str
    instance: str

    @property
    def name(self) -> str:
        """What to choose it by."""
        return ":".join(self)


@dataclass(frozen=True, slots=True)
class RouterId:
    """A router, or a LAN that it speaks for."""

    system: str
    circuit: str


@dataclass(frozen=True, slots=True)
class NodeNlri:
    """A node in one protocol of a domain: of its AS, its BGP-LS ID, and the identifier of its
    instance of the protocol (RFC 9552 §5.2, §5.2.1.4)."""

    node: RouterId
    protocol: str
    domain: Domain


@dataclass(frozen=True, slots=True)
class LinkNlri:
    """An adjacency; ``topology`` is None where the text does not say it, and so is ``instance``."""

    local: RouterId
    remote: RouterId
    ipv4: Pair
    ipv6: Pair
    ids: Pair
    topology: int | None
    protocol: str
    instance: str | None


@dataclass(frozen=True, slots=True)
class SidNlri:
    """SIDs of a node (RFC 9514 §6) in an AS and a BGP-LS ID, where those are said."""

    node: RouterId
    sids: tuple[IPv6Address, ...]
    asn: str | None = None
    ls_id: str | None = None


Nlri = NodeNlri | LinkNlri | SidNlri


def nlri_of(text: str) -> Nlri | None:
    """What a text stands for; None for prefixes and for what is none of these."""
    node = _NODE.fullmatch(text)
    if node is not None:
        own = router_id(node["id"])
        domain = Domain(node["asn"], node["ls"], node["instance"])
        return None if own is None else NodeNlri(own, node["protocol"], domain)
    link = _LINK.fullmatch(text)
    if link is not None:
        return _link(link)
    sid = _SID.fullmatch(text)
    own = None if sid is None else router_id(sid["id"])
    if sid is None or own is None:
        return None
    found = (address(word.strip()) for word in sid["sids"].split(","))
    sids = tuple(IPv6Address(one) for one in found if one is not None and ":" in one)
    return SidNlri(own, sids, sid["asn"], sid["ls"])


def router_id(word: str) -> RouterId | None:
    """``0000.0000.0001``, ``0000.0000.0001-02`` of a LAN, ``10.0.0.1``, ``10.0.0.1:10.0.0.2``; or
    the numbers of these letters."""
    letters = _LETTERS.fullmatch(word)
    if letters is not None:
        numbers = [digits(number) or 0 for number in letters[1].split()]
        word = "".join(map(chr, numbers)) if all(32 <= one < 127 for one in numbers) else word
    isis, ospf = _ISIS.fullmatch(word), _OSPF.fullmatch(word)
    if isis is not None:
        return RouterId(isis[1].lower(), (isis[2] or ROUTER).lower())
    return None if ospf is None else RouterId(ospf[1], ospf[2] or ROUTER)


def _link(found: re.Match[str]) -> LinkNlri | None:
    local, remote = router_id(found["local"]), router_id(found["remote"])
    if local is None or remote is None:
        return None
    near, far = found["near"], found["far"] or ""
    ends = address(near), address(far)
    six = any(":" in end for end in (near, far))
    ids = found["lid"] or near, found["rid"] or far
    numbers = None not in map(digits, ids) and set(ids) != {"0"}
    topologies = (found["mt"] or "").split()
    none: Pair = (None, None)
    return LinkNlri(
        local, remote,
        ipv4=none if six else ends,
        ipv6=ends if six else none,
        ids=ids if numbers else none,
        topology=digits(topologies[0]) if topologies else None,
        protocol=found["protocol"] or UNKNOWN,
        instance=found["instance"],
    )  # fmt: skip
