"""Prints a database as ``show isis database detail`` of FRR does: after ``isisd/isis_lsp.c`` and
``isis_tlvs.c`` of each version, function by function."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lsdb import End, Lan, Network, Router


@dataclass(frozen=True)
class Version:
    """How a version prints; ``hyphens`` and ``camel`` may both be."""

    name: str
    hyphens: bool = False
    camel: bool = True
    percentaje: bool = False
    end_x: str = "srv6EndXSID"
    asla: bool = True
    srlg: bool = False


JSON = (
    Version("10.1", hyphens=True, percentaje=True, end_x="srv6EndSID"),
    Version("10.2"), Version("10.3"), Version("10.4"), Version("master", srlg=True),
)  # fmt: skip
TEXT = ("8.4", "9.0", "9.1", "10.0", "10.1", "10.2", "10.3", "10.4", "master")


def lsp_id(router: Router, circuit: int, by_name: bool) -> str:
    """``lspid_print``: the name cut to 14 characters, or the system id."""
    return f"{router.name[:14] if by_name else router.id}.{circuit:02x}-00"


def as_json(network: Network, version: Version, *, by_name=True, level=2, area="1") -> str:
    """``show_isis_database_json``; LSPs in the order of system ids."""
    lsps = []
    for router in sorted(network.routers, key=lambda one: one.id):
        lsps.append(_lsp(router, 0, _router(router, version), version, by_name, router.overload))
        own = [lan for lan in network.lans if lan.speaker is router]
        lsps += [
            _lsp(router, lan.circuit, _pseudo(lan, version), version, by_name, False) for lan in own
        ]
    levels = [{"id": level, "lsps": lsps, "count": len(lsps)}]
    return json.dumps({"areas": [{"area": {"name": area}, "levels": levels}]}, indent=2)


def _both(made: dict, version: Version, old: str, new: str, value) -> None:
    if version.hyphens:
        made[old] = value
    if version.camel:
        made[new] = value


def _lsp(router, circuit, rest, version, by_name, overload) -> dict:
    made = {"lsp": {"id": lsp_id(router, circuit, by_name), "own": " "}}
    _both(made, version, "pdu-len", "pduLen", 100)
    _both(made, version, "seq-number", "seqNumber", "0x00000002")
    made["chksum"] = f"0x{router.number:04x}"
    made["holdtime"] = 1100
    _both(made, version, "att-p-ol", "attPOl", "0/0/1" if overload else "0/0/0")
    return made | rest


def _router(router: Router, version: Version) -> dict:
    made: dict = {}
    protocols = {"0": "IPv4", "1": "IPv6"}
    _both(made, version, "protocols-supported", "supportedProtocols", protocols)
    _both(made, version, "area-addr", "areaAddr", "49.0001")
    made["hostname"] = router.name
    for old, new in (("ext-reach", "extReach"),):
        _both(made, version, old, new, [_reach(end, version) for end in router.ends])
    if version.srlg:
        rows = [
            {
                "neighbor": f"{end.other.id}.00", "interfaceAddress": end.near4,
                "neighborAddress": end.far4, "values": list(end.srlgs),
            }
            for end in router.ends if end.srlgs
        ]  # fmt: skip
        if rows:
            made["srlg"] = rows
    if router.locator is not None:
        _both(made, version, "srv6-locator", "srv6Locator", _locator(router, version))
    return made


def _pseudo(lan: Lan, version: Version) -> dict:
    rows = []
    for router in lan.members:
        row: dict = {}
        _both(row, version, "mt-id", "mtId", "Extended")
        rows.append(row | {"id": f"{router.id}.00", "metric": 0})
    made: dict = {}
    _both(made, version, "ext-reach", "extReach", rows)
    return made


def _reach(end: End, version: Version) -> dict:
    """``format_item_extended_reach`` and ``format_item_ext_subtlvs``."""
    made: dict = {}
    _both(made, version, "mt-id", "mtId", "Extended")
    far = f"{end.other.id}.00" if end.lan is None else f"{end.lan.speaker.id}.{end.lan.circuit:02x}"
    made |= {"id": far, "metric": end.metric}

    def put(old, new, value):
        if value is not None:
            _both(made, version, old, new, value)

    put("adm-group", "admGroup", None if end.groups is None else f"0x{end.groups:x}")
    if end.more_groups is not None:
        made["extendedAdminGroup"] = {"0": f"0x{end.groups:x}", "1": f"0x{end.more_groups:x}"}
    if end.near_id:
        put("link-local-id", "linkLocalId", end.near_id)
        put("link-remote-id", "linkRemoteId", end.far_id)
    put("local-iface-ip", "localIfaceIp", end.near4)
    put("remote-iface-ip", "remoteIfaceIp", end.far4)
    put("local-iface-ipv6", "localIfaceIpv6", end.near6)
    put("remote-iface-ipv6", "remoteIfaceIpv6", end.far6)
    if end.bandwidth is not None:
        put("max-bandwith-bytes-sec", "maxBandwithBytesSec", f"{end.bandwidth:g}")
        unreserved = {str(n): f"{end.bandwidth:g}" for n in range(8)}
        put("unrsv-bandwith-bytes-sec", "unrsvBandwithBytesSec", unreserved)
    put("te-metric", "teMetric", end.te_metric)
    mark = "Anomalous" if end.anomalous else "Normal"
    if end.average_us is not None:
        shown = end.average_us | (0x80000000 if end.anomalous else 0)  # not masked in JSON
        if version.hyphens:
            made["avg-delay"] = {"delay": mark, "micro-sec": shown}
        made["avgDelay"] = {"delay": mark, "microSec": shown}
    if end.least_us is not None:
        both = f"{end.least_us} / {end.most_us}"
        if version.hyphens:
            made["max-min-delay"] = {"delay": mark, "micro-sec": both}
        made["maxMinDelay"] = {"delay": mark, "microSec": both}
    put("delay-variation-micro-sec", "delayVariationMicroSec", end.variation_us)
    if end.loss_units is not None:
        word = "percentaje" if version.percentaje else "percentage"
        loss = {"loss": "Normal", word: f"{end.loss_units * 0.000003:g}"}
        put("link-packet-loss", "linkPacketLoss", loss)
    if end.sid is not None:
        made[version.end_x] = [
            {
                "sid": str(end.sid), "algorithm": "SPF", "weight": 0, "behavior": "End.X",
                "flagB": False, "flagS": False, "flagP": False,
            }
        ]  # fmt: skip
        if version.hyphens:
            made["srv6-endx-sid"] = made[version.end_x]
    return made


def _locator(router: Router, version: Version) -> dict:
    made = {"mtId": 0, "prefix": str(router.locator), "metric": 0, "flagD": False, "algorithm": 0}
    made["MTName"] = "standard"
    if router.end is not None:
        end = {"endpointBehavior": "End", "sidValue": str(router.end)}
        made["subtlvs"] = {"srv6EndSid": end}
        if version.hyphens:
            made["subtlvs"]["srv6-end-sid"] = {
                "endpoint-behavior": "End", "sid-value": str(router.end),
            }  # fmt: skip
    return made


def as_text(network: Network, version: str, *, by_name=True, level=2) -> str:
    """The same in words, which all versions print whole."""
    lines = ["Area 1:", f"IS-IS Level-{level} link-state database:"]
    lines.append("LSP ID                  PduLen  SeqNumber   Chksum  Holdtime  ATT/P/OL")
    count = 0
    for router in sorted(network.routers, key=lambda one: one.id):
        lines += _head(router, 0, by_name, router.overload)
        lines += [f"  {line}" for line in _router_text(router, version)]
        lines.append("")
        count += 1
        for lan in network.lans:
            if lan.speaker is router:
                lines += _head(router, lan.circuit, by_name, False)
                lines += [
                    f"  Extended Reachability: {one.id}.00 (Metric: 0)" for one in lan.members
                ]
                lines.append("")
                count += 1
    return "\n".join([*lines, f"    {count} LSPs", "", ""])


def _head(router, circuit, by_name, overload) -> list[str]:
    bits = "0/0/1" if overload else "0/0/0"
    id_ = lsp_id(router, circuit, by_name)
    return [f"{id_:<21s}   {100:5d}   0x00000002  0x{router.number:04x}   {1100:5d}    {bits}"]


def _router_text(router: Router, version: str) -> list[str]:
    lines = [
        "Protocols Supported: IPv4, IPv6", "Area Address: 49.0001", f"Hostname: {router.name}",
    ]  # fmt: skip
    for end in router.ends:
        lines += _reach_text(end, version)
    if version == "master":
        for end in router.ends:
            if end.srlgs:
                lines += [
                    f"Shared Risk Link Group: Neighbor {end.other.id}.00",
                    f"  Interface IP Address: {end.near4}", f"  Neighbor IP Address: {end.far4}",
                    "  SRLG Values: " + " ".join(map(str, end.srlgs)),
                ]  # fmt: skip
    if router.locator is not None:
        lines.append(f"SRv6 Locator: {router.locator} (Metric: 0) standard")
        if router.end is not None:
            lines.append("  Sub-TLVs:")
            lines.append(f"    SRv6 End SID Endpoint Behavior: End, SID value: {router.end}")
    return lines


def _reach_text(end: End, version: str) -> list[str]:
    far = f"{end.other.id}.00" if end.lan is None else f"{end.lan.speaker.id}.{end.lan.circuit:02x}"
    lines = [f"Extended Reachability: {far} (Metric: {end.metric})"]
    own: list[str] = []
    if end.groups is not None and version == "8.4":
        own.append(f"Administrative Group: 0x{end.groups:x}")
    elif end.groups is not None:
        own += [f"Admin Group: 0x{end.groups:08x}", "  Bit positions: 0, 1"]
    if end.more_groups is not None:
        own.append(f"Ext Admin Group: 0x{end.more_groups:08x} {end.groups:08x} ")
    if end.near_id:
        own += [f"Link Local  ID: {end.near_id}", f"Link Remote ID: {end.far_id}"]
    for what, address in (
        ("Local Interface IP", end.near4), ("Remote Interface IP", end.far4),
        ("Local Interface IPv6", end.near6), ("Remote Interface IPv6", end.far6),
    ):  # fmt: skip
        if address is not None:
            own.append(f"{what} Address(es): {address}")
    if end.bandwidth is not None:
        own += [
            f"Maximum Bandwidth: {end.bandwidth:g} (Bytes/sec)", "Unreserved Bandwidth:",
            *(f"  [{n}]: {end.bandwidth:g} (Bytes/sec),\t[{n + 1}]: {end.bandwidth:g} (Bytes/sec)"
              for n in range(0, 8, 2)),
        ]  # fmt: skip
    if end.te_metric is not None:
        own.append(f"Traffic Engineering Metric: {end.te_metric}")
    mark = "Anomalous" if end.anomalous else "Normal"
    if end.average_us is not None:
        own.append(f"{mark} Average Link Delay: {end.average_us} (micro-sec)")
    if end.least_us is not None:
        own.append(f"{mark} Min/Max Link Delay: {end.least_us} / {end.most_us} (micro-sec)")
    if end.variation_us is not None:
        own.append(f"Delay Variation: {end.variation_us} (micro-sec)")
    if end.loss_units is not None:
        own.append(f"Normal Link Packet Loss: {end.loss_units * 0.000003:g} (%)")
    if end.sid is not None:
        own.append(
            f"SRv6 End.X SID: {end.sid}, Algorithm: SPF, Weight: 0, Endpoint Behavior: End.X, "
            "Flags: B:0, S:0, P:0"
        )
    return lines + [f"  {line}" for line in own]
