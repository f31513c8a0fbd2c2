"""Prints a database as ``gobgp global rib -a ls -j`` does: after ``pkg/packet/bgp/bgp.go`` and
``pkg/apiutil/util.go`` of each version."""

from __future__ import annotations

import json
from dataclasses import dataclass

from lsdb import End, Network


@dataclass(frozen=True)
class Version:
    name: str
    letters: bool
    delays: bool = False
    srv6: bool = False
    protocol: bool = False


VERSIONS = (
    Version("3.11", letters=True), Version("4.0", letters=False, srv6=True),
    Version("4.3", letters=False, delays=True, srv6=True),
    Version("4.8", letters=False, delays=True, srv6=True, protocol=True),
)  # fmt: skip


def as_table(network: Network, version: Version) -> str:
    table: dict = {}
    for router in network.routers:
        text = "NLRI {{ NODE {{ AS:65000 BGP-LS ID:0 {} ISIS-L2:0 }} }}"
        flags = dict.fromkeys(("overload", "attached", "external", "abr", "router", "v6"), False)
        node = {"flags": flags | {"overload": router.overload}, "name": router.name}
        _route(table, version, 1, text, (router.id,), {"node": node})
        if version.srv6 and router.end is not None:
            sid = (
                "NLRI {{ SRv6SID {{ LOCAL_NODE: {{ASN: 65000, BGP LS ID: 0, OSPF AREA: 0, IGP "
                "ROUTER ID: {}}} SRv6_SID: {{SIDs: " + str(router.end) + "}} MULTI_TOPO_IDs: "
                "{{MultiTopoIDs: 0}}}} }}"
            )
            bits = router.locator.prefixlen
            parts = {"local_block": 32, "local_node": bits - 32, "local_func": 16, "local_arg": 0}
            attribute = {
                "srv6_sid": {
                    "srv6_sid_structure": parts,
                    "srv6_endpoint_behavior": {"endpoint_behavior": 1, "flags": 0, "algorithm": 0},
                }
            }
            _route(table, version, 6, sid, (router.id,), attribute)
        for end in router.ends:
            far = end.other.id
            if end.lan is not None:
                far = f"{end.lan.speaker.id}-{end.lan.circuit:02x}"
            _link(table, version, router.id, far, _ends(end), _attribute(end, version))
    for lan in network.lans:
        pseudo = f"{lan.speaker.id}-{lan.circuit:02x}"
        for router in lan.members:
            _link(table, version, pseudo, router.id, "UNKNOWN", {})
    return json.dumps(table)


def _link(table, version, near, far, ends, attribute) -> None:
    tail = " ISIS-L2:0" if version.protocol else ""
    text = "NLRI {{ LINK {{ LOCAL_NODE: {} REMOTE_NODE: {} LINK: " + ends + tail + "}} }}"
    _route(table, version, 2, text, (near, far), {"link": attribute})


def _route(table, version, kind, text, ids, attribute) -> None:
    """The key has router ids in words; up to 3.x the NLRI has them as numbers of letters."""
    inner = [f"[{' '.join(str(ord(c)) for c in id_)}]" if version.letters else id_ for id_ in ids]
    empty = {"node": {}, "link": {}, "prefix": {}, "bgp_peer_segment": {}}
    attrs = [{"type": 1, "value": 0}, {"type": 29, "flags": 128, **(empty | attribute)}]
    nlri = {"type": kind, "length": 85, "nlri": text.format(*inner)}
    path = {"nlri": nlri, "age": 1, "best": True, "attrs": attrs, "stale": False}
    table.setdefault(text.format(*ids), []).append(path)


def _ends(end: End) -> str:
    """``LsLinkDescriptor.String``."""
    if end.near4 and end.far4:
        return f"{end.near4}->{end.far4}"
    if end.near6:
        return f"{end.near6}->{end.far6}"
    if end.near_id:
        return f"{end.near_id}->{end.far_id}"
    return f"{end.near4}->UNKNOWN"


def _attribute(end: End, version: Version) -> dict:
    made: dict = {"igp_metric": end.metric}
    if end.groups is not None:
        made["admin_group"] = end.groups
    if end.te_metric is not None:
        made["default_te_metric"] = end.te_metric
    if end.bandwidth is not None:
        made["bandwidth"] = end.bandwidth
        made["unreserved_bandwidth"] = [end.bandwidth] * 8
    if end.srlgs:
        made["srlgs"] = list(end.srlgs)
    if version.delays:
        flags = {"anomalous": end.anomalous}
        if end.average_us is not None:
            made["unidirectional_link_delay"] = {"flags": flags, "delay": end.average_us}
        if end.least_us is not None:
            made["min_max_unidirectional_link_delay"] = {
                "flags": flags, "min_delay": end.least_us, "max_delay": end.most_us,
            }  # fmt: skip
        if end.variation_us is not None:
            made["unidirectional_delay_variation"] = end.variation_us
    if version.srv6 and end.sid is not None:
        bits = end.router.locator.prefixlen
        parts = {"local_block": 32, "local_node": bits - 32, "local_func": 16, "local_arg": 0}
        made["srv6_end_x_sid"] = {
            "endpoint_behavior": 5, "flags": 0, "algorithm": 0, "weight": 0, "reserved": 0,
            "sids": [str(end.sid)], "sid_structure": parts,
        }  # fmt: skip
    return made
