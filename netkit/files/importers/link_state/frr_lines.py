"""Lines of the text of FRR, each after a ``sbuf_push`` of ``isisd/isis_tlvs.c``."""

from __future__ import annotations

import re

HEAD = re.compile(
    r"(?P<id>\S+\.[0-9a-fA-F]{2}-[0-9a-fA-F]{2})\s*\*?\s+(?P<length>[0-9]{1,20})\s+"
    r"(?P<sequence>0x[0-9a-fA-F]{8})\s+(?P<checksum>0x[0-9a-fA-F]{4})\s+"
    r"(?P<life>\(?[0-9]{1,20}\)?)\s+(?P<bits>none|[01]/[01]/[01])\s*"
)
"""The first line of an LSP."""

LEVEL = re.compile(r"IS-IS Level-([12]) link-state database:\s*")
AREA = re.compile(r"Area (.*):\s*")
COUNT = re.compile(r"\s*([0-9]{1,20}) LSPs\s*")
REACH = re.compile(r"(Extended|MT) Reachability: (\S+) \(Metric: ([0-9]{1,20})\)(?: (\S+))?")
OLD_REACH = re.compile(r"IS Reachability: (\S+) \(Metric: ([0-9]{1,20})\)")
DELAYS = re.compile(
    r"(Normal|Anomalous) Min/Max Link Delay: ([0-9]{1,20} / [0-9]{1,20}) \(micro-sec\)"
)
AVERAGE = re.compile(r"(Normal|Anomalous) Average Link Delay: ([0-9]{1,20}) \(micro-sec\)")
LOSS = re.compile(r"(Normal|Anomalous) Link Packet Loss: (\S+) \(%\)")
END_X = re.compile(
    r"SRv6 (?P<lan>Lan )?End\.X SID: (?P<sid>\S+), Algorithm: (?P<algorithm>[^,]*), "
    r"Weight: [0-9]{1,20}, Endpoint Behavior: (?P<behavior>[^,]*), "
    r"Flags: B:(?P<backup>[01]), S:(?P<set>[01]), P:[01]"
    r"(?: Neighbor-ID: (?P<neighbor>\S+))?\s*"
)
END = re.compile(r"SRv6 End SID Endpoint Behavior: ([^,]*), SID value: (\S+)")
PARTS = re.compile(
    r"SRv6 SID Structure Locator Block length: ([0-9]{1,20}), Locator Node length: ([0-9]{1,20}), "
    r"Function length: ([0-9]{1,20}), Argument length: ([0-9]{1,20})"
)
LOCATOR = re.compile(r"SRv6 Locator: (\S+) \(Metric: [0-9]{1,20}\)(?: D-flag)? (\S+)")
IPV6 = re.compile(
    r"(MT )?IPv6 Reachability: (\S+) \(Metric: [0-9]{1,20}\)(?: Down)?(?: External)?(.*)"
)
MT = re.compile(r"MT Router Info: (\S+)( Overload)?( Attached)?")
SRLG = re.compile(r"(?:IPv6 )?Shared Risk Link Group: Neighbor (\S+)")
FLEX_ALGO = re.compile(r"Flex-Algo Definition: ([0-9]{1,3})")
ALGORITHM = re.compile(r"([0-9]{1,20}): (?:SPF|Strict SPF|Flex-Algo)")
TOPOLOGIES = {"ipv4-unicast": 0, "standard": 0, "ipv6-unicast": 2}

ENDS = {
    "Link Local  ID": "linklocalid",
    "Link Remote ID": "linkremoteid",
    "Local Interface IP Address(es)": "localifaceip",
    "Remote Interface IP Address(es)": "remoteifaceip",
    "Local Interface IPv6 Address(es)": "localifaceipv6",
    "Remote Interface IPv6 Address(es)": "remoteifaceipv6",
    "Administrative Group": "admgroup",
    "Admin Group": "admgroup",
    "Maximum Bandwidth": "maxbandwithbytessec",
    "Maximum Reservable Bandwidth": "maxresbandwithbytessec",
    "Unreserved Bandwidth": "unrsvbandwithbytessec",
    "Traffic Engineering Metric": "temetric",
    "Delay Variation": "delayvariationmicrosec",
    "Unidir. Residual Bandwidth": "unidirresidualbandbytessec",
    "Unidir. Available Bandwidth": "unidiravailablebandbytessec",
    "Unidir. Utilized Bandwidth": "unidirutilizedbandbytessec",
    "Inter-AS TE Remote AS number": "interasteremoteas",
    "Adjacency-SID": "adjsid",
    "Lan-Adjacency-SID": "lanadjsid",
    "Standard Applications": "standardapp",
}
"""Lines of a neighbour that hold one word, by what stands before the colon."""

OF_ROUTER = {
    "Hostname": "hostname",
    "Segment Routing": "segmentroutinggb",
    "SR Local Block Base": "segmentroutinglb",
    "Node Maximum SID Depth": "msd",
}
