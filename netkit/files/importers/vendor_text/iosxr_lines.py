"""Lines of ``show isis database verbose`` of IOS XR that are read, and those that are only counted.

Each stands in a public sample; docs/importers.md says in which.
"""

from __future__ import annotations

import re

LEVEL = re.compile(r"IS-IS (?P<name>\S+) \(Level-(?P<level>[12])\) Link State Database:?")
HEAD = re.compile(
    r"(?P<id>\S+?\.[0-9a-fA-F]{2}-[0-9a-fA-F]{2})\s*\*?\s+(?P<sequence>0x[0-9a-fA-F]{1,8})\s+"
    r"0x[0-9a-fA-F]{1,8}\s+(?P<life>[0-9]{1,10})\s*(?:/\s*(?:\*|[0-9]{1,10}))?\s+"
    r"(?P<attached>[01])/[01]/(?P<overload>[01])"
)
COUNTS = (
    re.compile(r"Total Level-[12] LSP count: ([0-9]{1,10})\b.*"),
    re.compile(r"Total LSP count: ([0-9]{1,10}) \(.*"),
)
ENTRY = re.compile(
    r"(?P<metric>[0-9]{1,20})\s+(?:MT \((?P<topology>.+?)\)\s+)?(?P<kind>IS-Extended|IS|ES|IP\S*)"
    r"\s+(?P<what>\S+)"
)
TOPOLOGY = re.compile(r"(?P<name>.+?)(?:\s{2,}(?P<attached>[01])/[01]/(?P<overload>[01]))?")
LOCATOR = re.compile(
    r"(?:MT \((?P<topology>.+?)\)\s+)?(?P<prefix>[0-9a-fA-F:.]+/[0-9]{1,3}) D:(?P<down>[01]) "
    r"Metric: (?P<metric>[0-9]{1,20}) Algorithm: (?P<algorithm>[0-9]{1,3})"
)
END = re.compile(r"(?P<sid>\S+) (?P<behavior>\S+).*")
END_X = re.compile(
    r"(?P<sid>\S+) B:(?P<backup>[01]) S:[01] P:[01] (?P<behavior>\S+).*?"
    r"Alg:\s*(?P<algorithm>[0-9]{1,3})"
)
PARTS = re.compile(
    r"([0-9]{1,3}), Node-ID Length: ([0-9]{1,3}), Func-Length: ([0-9]{1,3}), "
    r"Args-Length: ([0-9]{1,3})"
)
IDS = re.compile(r"([0-9]{1,10}), Remote Interface ID: ([0-9]{1,10})")
KILOBITS = re.compile(r"([0-9]{1,20}) kbits/sec(?:,.*)?")
MICROSECONDS = re.compile(r"([0-9]{1,10}) us")
LEAST_MOST = re.compile(r"([0-9]{1,10})/([0-9]{1,10}) us")
MASKS = re.compile(r"0x[0-9a-fA-F]{8}(?:\s+0x[0-9a-fA-F]{8})*")
SRLG = re.compile(r"\[[0-9]{1,3}\]: ([0-9]{1,10})")
FLAGS = re.compile(r"X:(?P<external>[01]) R:(?P<passed_on>[01]) .*")

TOPOLOGIES = {
    "Standard (IPv4 Unicast)": 0, "IPv4 Unicast": 0, "IPv6 Unicast": 2, "IPv4 Multicast": 3,
    "IPv6 Multicast": 4,
}  # fmt: skip
PROTOCOLS = {"0xcc": "IPv4", "0x8e": "IPv6"}

OF_ROUTER = frozenset({
    "Area Address", "Auth", "IP Address", "IPv6 Address", "Router ID", "Router Cap", "TLV code",
    "Application Specific SRLG", "Flex-Algo Definition",
})  # fmt: skip
"""Lines that begin something of the router itself: what stands below is of no neighbour."""

IGNORED = frozenset({
    "IPv6 Router ID", "Source Router ID", "SID Structure", "SR Algorithm", "SubTLV code", "L flag",
    "User Defined Applications", "Standard Applications", "Flags", "SRLGs", "Sub-TLV Length",
    "Label Imposition", "Prefix Attribute Flags", "Algorith", "SRv6", "SRH Max SL",
    "SRH Max End Pop", "SRH Max T.insert", "SRH Max T.encaps", "SRH Max End D", "TLV 14",
})  # fmt: skip
"""Lines that say nothing of links, or that belong to a line that is counted."""

COUNTED = {
    "Prefix-SID Index": "prefix SIDs of SR-MPLS",
    "ADJ-SID": "adjacency SIDs of SR-MPLS",
    "Segment Routing": "SR-MPLS label blocks",
    "SR Local Block": "SR-MPLS label blocks",
    "Node Maximum SID Depth": "SID depths",
    "Link Maximum SID Depth": "SID depths",
    "Reservable Global pool BW": "reservable bandwidths",
    "Global Pool BW Unreserved": "unreserved bandwidths",
    "Flex-Algo Definition": "definitions of Flexible Algorithms",
    "Application Specific SRLG": "SRLGs of single applications",
}
