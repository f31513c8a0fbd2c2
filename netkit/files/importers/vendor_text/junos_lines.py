"""Lines of ``show isis database extensive`` of Junos that are read, and those that are counted.

Each stands in a public sample; docs/importers.md says in which.
"""

from __future__ import annotations

import re

LEVEL = re.compile(r"IS-IS level (?P<level>[12]) link-state database:")
INSTANCE = re.compile(r"ISIS instance: (?P<name>[^,]+), Routing Instance: (?P<routing>.+)")
HEAD = re.compile(
    r"(?P<id>\S+\.[0-9a-fA-F]{2}-[0-9a-fA-F]{2}) Sequence: (?P<sequence>0x[0-9a-fA-F]{1,8}), "
    r"Checksum: 0x[0-9a-fA-F]{1,8}, Lifetime: (?P<life>[0-9]{1,10}) secs"
)
ROW = re.compile(
    r"(?P<id>\S+\.[0-9a-fA-F]{2}-[0-9a-fA-F]{2})\s+(?P<sequence>0x[0-9a-fA-F]{1,8})\s+"
    r"0x[0-9a-fA-F]{1,8}\s+(?P<life>[0-9]{1,10}) .*"
)
"""An LSP in the brief table, which has no neighbours."""

BITS = re.compile(r".*\bAttributes: 0x[0-9a-fA-F]{1,2} <(?P<words>[\w ]*)>")
EXTENDED = re.compile(
    r"(?P<id>\S+), Metric: default (?P<metric>[0-9]{1,20})(?: SubTLV len: [0-9]{1,5})?"
)
NARROW = re.compile(r"(?P<id>\S+), Internal, Metric: default (?P<metric>[0-9]{1,20})")
OF_TOPOLOGY = re.compile(
    r"(?P<topology>IPV[46] \w+) IS neighbor: (?P<id>\S+)\s+Metric:\s+(?P<metric>[0-9]{1,20})"
)
"""Neighbours of a topology stand in the part above the TLVs."""

PREFIX_OF_TOPOLOGY = re.compile(r"(?:IP )?(?P<topology>IPV6 \w+) prefix: .*")
IDS = re.compile(r"([0-9]{1,10}), Remote interface index: ([0-9]{1,10})")
LOCATOR = re.compile(
    r"(?P<prefix>\S+), Metric: (?P<metric>[0-9]{1,20}), MTID: (?P<topology>[0-9]{1,4}), "
    r"Flags: (?P<flags>0x[0-9a-fA-F]{1,2}), Algorithm: (?P<algorithm>[0-9]{1,3})"
)
SID = re.compile(r"(?P<sid>\S+), Flavor: .*")
PARTS = re.compile(
    r"([0-9]{1,3}), Locator node length: ([0-9]{1,3}), SID function length: ([0-9]{1,3}), "
    r"SID argument length: ([0-9]{1,3})"
)
FLAGS = re.compile(r"0x[0-9a-fA-F]{1,2}\(X:(?P<external>[01]),R:(?P<passed_on>[01]),.*")
DOWN = 0x80
"""The D bit of a locator (RFC 9352 §7.1)."""

TOPOLOGIES = {"IPV4 Unicast": 0, "IPV6 Unicast": 2, "IPV4 Multicast": 3, "IPV6 Multicast": 4}
PROTOCOLS = {"IP": "IPv4", "IPV6": "IPv6"}

IGNORED = frozenset({
    "Area address", "LSP Buffer Size", "IP router id", "IP address", "IPv6 TE Router ID",
    "IPv6 TE Router Id", "IPv6 address", "IP prefix", "IP extended prefix", "IP external prefix",
    "Extended IS Reachability TLV, Type", "Router Capability", "Authentication data",
    "SPRING Algorithm - Algo", "SRv6 Capability - Flags", "P2P IPv4 Adj-SID", "P2P IPv6 Adj-SID",
    "LAN IPv4 Adj-SID", "LAN IPv6 Adj-SID", "Base MPLS Imposition MSD",
    "Entropy Readable Label Depth MSD", "Max-SI", "Base MPLS Imposition MSD:Type",
    "SRv6 Maximum Segments Left MSD", "SRv6 Maximum Pop MSD", "SRv6 Maximum Insert MSD",
    "SRv6 Maximum Encap MSD", "SRv6 Maximum End D MSD",
})  # fmt: skip
"""Lines that say nothing of links, or that belong to a line that is counted."""

COUNTED = {
    "Node SID, Flags": "prefix SIDs of SR-MPLS",
    "P2P IPV4 Adj-SID - Flags": "adjacency SIDs of SR-MPLS",
    "P2P IPV6 Adj-SID - Flags": "adjacency SIDs of SR-MPLS",
    "LAN IPV4 Adj-SID - Flags": "LAN adjacency SIDs of SR-MPLS",
    "LAN IPV6 Adj-SID - Flags": "LAN adjacency SIDs of SR-MPLS",
    "SPRING Capability - Flags": "SR-MPLS label blocks",
    "Node MSD Advertisement Sub-TLV": "SID depths",
    "Link MSD Advertisement Sub-TLV": "SID depths",
    "Bier-Sub-Domain": "BIER sub-domains",
    "Maximum bandwidth": "bandwidths, whose numbers no public sample shows",
    "Maximum reservable bandwidth": "reservable bandwidths",
    "Current reservable bandwidth": "unreserved bandwidths",
    "Administrative groups": "admin groups, whose spelling no public sample shows",
    "Traffic engineering metric": "TE metrics, whose spelling no public sample shows",
}
