"""Lines of ``display isis lsdb verbose`` of Huawei's VRP that are read, and those that are counted.

Each stands in a public sample; docs/importers.md says in which.
"""

from __future__ import annotations

import re

PROCESS = re.compile(r"Database [Ii]nformation for ISIS\((?P<process>[0-9]{1,10})\)")
LEVEL = re.compile(r"Level-(?P<level>[12]) Link State Database")
HEAD = re.compile(
    r"(?P<id>\S+?\.[0-9a-fA-F]{2}-[0-9a-fA-F]{2})\*?\s+(?P<sequence>0x[0-9a-fA-F]{1,8})\s+"
    r"0x[0-9a-fA-F]{1,8}\s+(?P<life>[0-9]{1,10})\s+[0-9]{1,10}\s+"
    r"(?P<attached>[01])/[01]/(?P<overload>[01])"
)
COUNT = re.compile(r"Total LSP\(s\): ([0-9]{1,10})\b.*")
NEIGHBOUR = re.compile(r"(?P<wide>\+)?NBR\s+ID\s+(?P<id>\S+)\s+COST: (?P<metric>[0-9]{1,20})")
OF_TOPOLOGY = re.compile(
    r"\+MT NBR ID\s+(?P<id>\S+)\s+COST: (?P<metric>[0-9]{1,20})\s+MT: (?P<topology>[0-9]{1,4})\b.*"
)
LOCATOR = re.compile(
    r"SRv6 Locator (?P<prefix>\S+)\s+MT: (?P<topology>[0-9]{1,4}) Metric: (?P<metric>[0-9]{1,20}) "
    r"D: (?P<down>[01]) Algorithm: (?P<algorithm>[0-9]{1,3})"
)
END = re.compile(r"SRv6 End Sid\s+(?P<sid>\S+)\s+C: (?P<compressed>[01])")
LAN_END_X = re.compile(
    r"Lan-SRv6-X-Sid\s+(?P<sid>\S+)\s+(?P<neighbour>\S+)\s+B: (?P<backup>[01])\s+S: [01]\s+"
    r"P: [01]\s+C: (?P<compressed>[01])\s+Algorithm: (?P<algorithm>[0-9]{1,3})\s+Weight: .*"
)
FUNCTION = re.compile(r"Function: (?P<name>\S+)\s+Flavor: .*")
PARTS = re.compile(
    r"Block-Len: ([0-9]{1,3})\s+NodeID-Len: ([0-9]{1,3})\s+Func-Len: ([0-9]{1,3})\s+"
    r"Args-Len: ([0-9]{1,3})"
)
FLAGS = re.compile(r"Extended Reach Attr\s+Flag: X:(?P<external>[01]) R:(?P<passed_on>[01]) .*")
IPV6 = re.compile(
    r"\*?\s*IPV6\s+\S+/[0-9]{1,3}\s+COST: [0-9]{1,20}(?:\s+MT: (?P<topology>[0-9]{1,4}))?.*"
)
NAME = re.compile(r"HOST NAME\s+(?P<name>\S+)")
SOURCE = re.compile(r"SOURCE\s+(?P<name>\S+)\.[0-9a-fA-F]{2}")
PROTOCOL = re.compile(r"NLPID\s+(?P<name>\S+)")
TOPOLOGY = re.compile(r"Topology\s+(?P<names>.+)")
ONE_TOPOLOGY = re.compile(r"(?P<name>[^(]+)(?:\((?P<bits>[^)]*)\))?")

TOPOLOGIES = {"Standard": 0, "IPV6": 2}
PROTOCOLS = {"IPV4": "IPv4", "IPV6": "IPv6"}

IGNORED = (
    "AREA ADDR", "INTF ADDR", "IP-Internal", "+IP-Extended", "IP-External", "Router ID",
    "Router Cap",
    "Auth", "Redistribute List", "Block-Len", "*(In TLV)", "ATT-Attached", "LSPID", "---",
    "Extended Reach Attr", "Segment Routing IPv6 Router ID",
)  # fmt: skip
"""How lines begin that say nothing of links, or that belong to a line that is counted."""

COUNTED = {
    "Prefix-Sid": "prefix SIDs of SR-MPLS",
    "Lan-Adj-Sid": "LAN adjacency SIDs of SR-MPLS",
    "Segment Routing Cap": "SR-MPLS label blocks",
    "Segment Routing MSD": "SID depths",
    "Segment Routing IPv6 Cap": "SRv6 capabilities",
}
