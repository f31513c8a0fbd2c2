"""Prints a database in the shapes of IOS XR, Junos and VRP, as public samples show them.

The samples are named in docs/importers.md; the names, addresses and figures here are our own.
"""

from __future__ import annotations

from lsdb import End, Network, Router


def _ordered(network: Network) -> list[tuple[Router, int, list]]:
    """Every LSP: its router, its circuit, the members of a LAN."""
    found = []
    for router in sorted(network.routers, key=lambda one: one.id):
        found.append((router, 0, []))
        own = [lan for lan in network.lans if lan.speaker is router]
        found += [(router, lan.circuit, lan.members) for lan in own]
    return found


def _far(end: End, by_name: bool) -> str:
    if end.lan is None:
        return f"{_word(end.other, by_name)}.00"
    return f"{_word(end.lan.speaker, by_name)}.{end.lan.circuit:02x}"


def _word(router: Router, by_name: bool) -> str:
    return router.name if by_name else router.id


def as_iosxr(network: Network, *, by_name=True, level=2, instance="CORE", mt=False) -> str:
    """``show isis database verbose``."""
    lines = [
        "RP/0/RP0/CPU0:lab#show isis database verbose", "Tue Aug 17 12:30:51.498 UTC", "",
        f"IS-IS {instance} (Level-{level}) Link State Database",
        "LSPID                 LSP Seq Num  LSP Checksum  LSP Holdtime/Rcvd  ATT/P/OL",
    ]  # fmt: skip
    every = _ordered(network)
    for place, (router, circuit, members) in enumerate(every):
        id_ = f"{_word(router, by_name)}.{circuit:02x}-00"
        own, life = ("*", "64943/*") if place == 0 else (" ", "64810/65535")
        bits = f"0/0/{int(router.overload and not circuit and not mt)}"
        lines.append(f"{id_:<20s} {own} 0x00000832   0x74bc        {life:<18s} {bits}")
        if circuit:
            words = [_word(one, by_name) for one in members]
            lines += [f"  Metric: 0          IS-Extended {word}.00" for word in words]
        else:
            lines += _iosxr_router(router, by_name, mt)
    count = f" Total Level-{level} LSP count: {len(every)}     Local Level-{level} LSP count: 1"
    return "\n".join([*lines, "", count, ""])


def _iosxr_router(router: Router, by_name: bool, mt: bool) -> list[str]:
    topology = "MT (IPv6 Unicast) " if mt else ""
    lines = [
        "  Auth:           Algorithm HMAC-MD5, Length: 17",
        "  Area Address:   49.1234",
        "  NLPID:          0xcc",
        "  NLPID:          0x8e",
        f"  Hostname:       {router.name}",
        "  IPv6 Address:   2001:db8::1",
        f"  Metric: 1          {topology}IPv6 2001:db8:ffff::/48",
        "    Prefix Attribute Flags: X:0 R:0 N:0 E:0 A:0",
        "  Router Cap:     0.0.0.0 D:0 S:0",
        "    SR Algorithm: ",
        "      Algorithm: 0",
        "    Node Maximum SID Depth: ",
        "      SRH Max SL:       3",
    ]
    if mt:
        lines.append("  MT:             Standard (IPv4 Unicast)                      0/0/0")
        bit = int(router.overload)
        lines.append(f"  MT:             IPv6 Unicast                                 0/0/{bit}")
    for end in router.ends:
        if mt:
            lines.append(f"  Metric: 7          IS-Extended {_far(end, by_name)}")
        lines.append(f"  Metric: {end.metric:<10d} {topology}IS-Extended {_far(end, by_name)}")
        lines += [f"    {line}" for line in _iosxr_end(end)]
    for end in router.ends:
        lines += _iosxr_srlg(end, by_name)
    if router.locator is not None:
        lines.append(f"  SRv6 Locator:   {topology}{router.locator} D:0 Metric: 0 Algorithm: 0")
        lines.append("    Prefix Attribute Flags: X:0 R:0 N:0 E:0 A:0")
        if router.end is not None:
            lines += [f"    END SID: {router.end} uN (PSP/USD)", *_iosxr_parts("      ", 0)]
    return lines


def _iosxr_parts(indent: str, function: int) -> list[str]:
    parts = f"Block Length: 32, Node-ID Length: 16, Func-Length: {function}, Args-Length: 0"
    return [f"{indent}SID Structure:", f"{indent}  {parts}"]


def _iosxr_end(end: End) -> list[str]:
    lines = []
    if end.near_id:
        lines.append(f"Local Interface ID: {end.near_id}, Remote Interface ID: {end.far_id}")
    for label, word in (
        ("Interface IP Address", end.near4), ("Neighbor IP Address", end.far4),
        ("Interface IPv6 Address", end.near6), ("Neighbor IPv6 Address", end.far6),
    ):  # fmt: skip
        lines += [f"{label}: {word}"] if word else []
    if end.groups is not None:
        lines.append(f"Affinity: 0x{end.groups:08x}")
    if end.bandwidth is not None:
        lines.append(f"Physical BW: {round(end.bandwidth * 8 / 1000)} kbits/sec")
        lines += [
            "Reservable Global pool BW: 0 kbits/sec", "Global Pool BW Unreserved: ",
            "  [0]: 0        kbits/sec          [1]: 0        kbits/sec",
        ]  # fmt: skip
    if end.te_metric is not None:
        lines.append(f"Admin. Weight: {end.te_metric}")
    if end.more_groups is not None:
        words = [end.groups or 0, end.more_groups, 0, 0]
        lines.append("Ext Admin Group: Length: 32")
        lines += [f"  0x{a:08x}   0x{b:08x}" for a, b in (words[:2], words[2:])]
    if end.average_us is not None:
        lines.append(f"Link Average Delay: {end.average_us} us")
    if end.least_us is not None:
        lines.append(f"Link Min/Max Delay: {end.least_us}/{end.most_us} us")
    if end.variation_us is not None:
        lines.append(f"Link Delay Variation: {end.variation_us} us")
    lines += [
        "Application Specific Link Attributes: ", "  L flag: 0, SA-Length: 1, UDA-Length: 1",
        "  Standard Applications: 0x10 FLEX-ALGO",
    ]  # fmt: skip
    if end.least_us is not None:
        lines.append(f"  Link Min/Max Delay: {end.least_us}/{end.most_us} us")
    if end.sid is not None:
        lines += [f"END.X SID: {end.sid} B:0 S:0 P:0 uA (PSP/USD) Alg:0", *_iosxr_parts("  ", 16)]
    return lines


def _iosxr_srlg(end: End, by_name: bool) -> list[str]:
    if not end.srlgs:
        return []
    return [
        f"  MPLS SRLG:      {_far(end, by_name)}",
        f"    Local Interface ID: {end.near_id}",
        f"    Remote Interface ID: {end.far_id}",
        "    Flags: 0x0",
        "    SRLGs:",
        *(f"      [{place}]: {risk}" for place, risk in enumerate(end.srlgs)),
    ]


def as_junos(network: Network, *, by_name=True, level=2) -> str:
    """``show isis database extensive``."""
    lines = ["lab> show isis database extensive ", "IS-IS level 1 link-state database:", ""]
    lines += [f"IS-IS level {level} link-state database:", ""]
    for router, circuit, members in _ordered(network):
        lines += _junos_lsp(router, circuit, members, by_name, level)
    return "\n".join(lines)


def _junos_lsp(router, circuit, members, by_name, level) -> list[str]:
    id_ = f"{_word(router, by_name)}.{circuit:02x}-00"
    far = [(_far(end, by_name), end.metric) for end in router.ends] if not circuit else [
        (f"{_word(one, by_name)}.00", 0) for one in members
    ]  # fmt: skip
    overload = router.overload and not circuit
    bits = "0x7 <L1 L2 Overload>" if overload else "0x3 <L1 L2>"
    lines = [f"{id_} Sequence: 0x73, Checksum: 0xe291, Lifetime: 867 secs"]
    for word, metric in far:
        lines.append(f"   IS neighbor: {word:<29s} Metric: {metric:>8d}")
        lines.append(f"     Two-way fragment: {word}-00, Two-way first fragment: {word}-00")
    lines += [
        "", f"  Header: LSP ID: {id_}, Length: 298 bytes",
        "    Allocated length: 1492 bytes, Router ID: 192.0.2.1",
        f"    Remaining lifetime: 867 secs, Level: {level}, Interface: 0",
        "    Protocols: IP, IPv6", "",
        f"  Packet: LSP ID: {id_}, Length: 298 bytes, Lifetime : 1198 secs",
        f"    Checksum: 0xe291, Sequence: 0x73, Attributes: {bits}",
        "    NLPID: 0x83, Fixed length: 27 bytes, Version: 1, Sysid length: 0 bytes", "",
        "  TLVs:",
    ]  # fmt: skip
    lines += [f"    {line}" for line in (
        [f"IS extended neighbor: {word}, Metric: default {metric}" for word, metric in far]
        if circuit else _junos_tlvs(router, by_name)
    )]  # fmt: skip
    return [*lines, "  No queued transmissions", ""]


def _junos_tlvs(router: Router, by_name: bool) -> list[str]:
    lines = [
        "Area address: 49.0005 (3)", "LSP Buffer Size: 1492", "Speaks: IP", "Speaks: IPV6",
        "IP router id: 192.0.2.1", "IP address: 192.0.2.1", f"Hostname: {router.name}",
        "Extended IS Reachability TLV, Type: 22, Length: 148",
    ]  # fmt: skip
    for end in router.ends:
        lines.append(
            f"IS extended neighbor: {_far(end, by_name)}, Metric: default {end.metric} "
            "SubTLV len: 26"
        )
        if end.near4:
            lines.append(f"  IP address: {end.near4}")
        if end.far4:
            lines.append(f"  Neighbor's IP address: {end.far4}")
        if end.near_id:
            lines.append(
                f"  Local interface index: {end.near_id}, Remote interface index: {end.far_id}"
            )
        lines += [
            "  Link MSD Advertisement Sub-TLV:Type: 15, Length: 2",
            "    Base MPLS Imposition MSD:Type: 1, Value: 0",
        ]
    lines += ["IP extended prefix: 192.0.2.1/32 metric 0 up", "IP address: 192.0.2.9"]
    lines.append("IPv6 prefix: 2001:db8::1/128 Metric 0 Up")
    if router.locator is not None:
        lines.append(
            f"SRv6 Locator: {router.locator}, Metric: 0, MTID: 0, Flags: 0x0, Algorithm: 0"
        )
        if router.end is not None:
            lines += [
                f"  SRv6 micro-node-SID: {router.end}, Flavor: PSP, USD",
                "    Locator block length: 32, Locator node length: 16, SID function length: 0, "
                "SID argument length: 80",
            ]
    return [*lines, "Authentication data: 23 bytes"]


def as_vrp(network: Network, *, by_name=True, level=2, mt=False) -> str:
    """``display isis lsdb verbose``: LSP ids are system ids, neighbours names."""
    lines = [
        "<lab> display isis lsdb verbose",
        "                        Database information for ISIS(1)",
        "                        -----------------------------------", "",
        f"                          Level-{level} Link State Database", "",
        "LSPID                  Seq Num    Checksum   HoldTime       Length   ATT/P/OL",
        "-----------------------------------------------------------------------------",
    ]  # fmt: skip
    every = _ordered(network)
    for place, (router, circuit, members) in enumerate(every):
        own = "*" if place == 0 else " "
        bits = f"0/0/{int(router.overload and not circuit)}"
        lines.append(
            f"{router.id}.{circuit:02x}-00{own}  0x0000000c 0xe880     1193           365      "
            f"{bits}   "
        )
        lines.append(f" SOURCE       {_word(router, by_name)}.{circuit:02x} ")
        if circuit:
            lines += [f" NBR  ID      {_word(one, by_name)}.00  COST: 0" for one in members]
        else:
            lines += _vrp_router(router, by_name, mt)
        lines.append("")
    return "\n".join([
        *lines, f"Total LSP(s): {len(every)}",
        "    *(In TLV)-Leaking Route, *(By LSPID)-Self LSP, +-Self LSP(Extended),",
        "           ATT-Attached, P-Partition, OL-Overload", "",
    ])  # fmt: skip


def _vrp_router(router: Router, by_name: bool, mt: bool) -> list[str]:
    lines = [
        f" HOST NAME    {router.name}", " NLPID        IPV4", " NLPID        IPV6",
        " AREA ADDR    49.0001 ", " INTF ADDR    192.0.2.1", " INTF ADDR V6 2001:DB8:1::1",
        " Topology     Standard, IPV6" if mt else " Topology     Standard",
    ]  # fmt: skip
    for end in router.ends:
        far = _far(end, by_name)
        if mt:
            lines.append(f"+MT NBR ID    {far}  COST: {end.metric:<10d}    MT: 2 (IPV6)")
        else:
            lines.append(f"+NBR  ID      {far}  COST: {end.metric}")
    lines.append("+IP-Extended  192.0.2.1       255.255.255.255  COST: 0         ")
    topology = 2 if mt else 0
    lines.append(
        " IPV6         2001:DB8:1::1/128                COST: 0         " + ("MT: 2" if mt else "")
    )
    lines += ["   Extended Reach Attr   Flag: X:0 R:0 N:1", " Router Cap   192.0.2.1   D: 0  S: 0"]
    if router.locator is not None:
        lines.append(
            f" SRv6 Locator {router.locator}                MT: {topology} Metric: 0 D: 0 "
            "Algorithm: 0"
        )
        if router.end is not None:
            lines += [
                f"   SRv6 End Sid   {router.end}              C: 0",
                "      Function: End         Flavor: PSP      ",
                "      Block-Len: --  NodeID-Len: --  Func-Len: --  Args-Len: --      ",
            ]
        lines.append("   Extended Reach Attr   Flag: X:0 R:0 N:0")
    return lines
