"""A topology as text of netkit's own format; reading it back gives the same topology."""

from __future__ import annotations

from dataclasses import asdict

import yaml

from netkit.files.native.advertised import dump_locators, dump_sids
from netkit.files.native.anycasts import dump_anycast
from netkit.files.native.link_ends import dump_ends
from netkit.files.native.nodes import FORMAT
from netkit.model.network.addressing import AddressPlan
from netkit.model.network.elements import (
    DelayBasis,
    Link,
    LinkKind,
    Node,
    SidLimits,
    Status,
)
from netkit.model.network.fabrics import Fabric, FabricMember
from netkit.model.network.flex_algo import FlexAlgo
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.units import BPS_PER_GBPS, ppb_to_percent

_Plain = dict[str, object]


def dump_topology(topology: Topology) -> str:
    """Write every node, link and exchange, planned ones too, with its delay and basis as known."""
    return yaml.safe_dump(
        topology_content(topology),
        sort_keys=False, allow_unicode=True, default_flow_style=None, width=100,
    )  # fmt: skip


def topology_content(topology: Topology) -> dict[str, object]:
    """The same as plain values, as JSON has them too."""
    content: _Plain = {"netkit": FORMAT, "name": topology.name}
    if topology.description:
        content["description"] = topology.description
    if topology.addresses != AddressPlan():
        content["addressing"] = {
            key: str(block) for key, block in asdict(topology.addresses).items()
        }
    if topology.sids_advertised:
        content["sids_advertised"] = True
    content["operators"] = list(dict.fromkeys(node.operator for node in topology.nodes))
    content["nodes"] = [_node(node) for node in topology.nodes]
    content["links"] = [_link(link) for link in topology.links]
    content["exchanges"] = [_exchange(fabric) for fabric in topology.fabrics]
    if topology.flex_algos:
        content["flex_algos"] = [_flex_algo(flex) for flex in topology.flex_algos]
    if topology.anycasts:
        content["anycasts"] = [dump_anycast(group) for group in topology.anycasts]
    return content


def _node(node: Node) -> _Plain:
    made: _Plain = {
        "name": node.name,
        "label": node.label,
        "role": node.role.value,
        "operator": node.operator,
        "place": node.place,
        "hub": node.hub,
        "coordinates": _coordinates(node.coordinates),
        "sid_index": node.sid_index,
        "sid_limits": None if node.sid_limits == SidLimits() else asdict(node.sid_limits),
        "status": _status(node.status),
        "overload": node.overload or None,
        "locators": dump_locators(node.locators) or None,
        "sids": dump_sids(node.sids) or None,
        "platform": None if node.platform is None else str(node.platform),
    }
    return _without_missing(made)


def _link(link: Link) -> _Plain:
    made: _Plain = {
        "id": link.id if link.id_ba is None else {"ab": link.id, "ba": link.id_ba},
        "a": link.a,
        "b": link.b,
        "one_way": link.one_way or None,
        "delay_us": _ways(link.delay_ab_us, link.delay_ba_us),
        "basis": _basis(link.basis),
        "measured_on": link.measured_on,
        "length_km": link.length_km,
        "metric": _ways(link.metric_ab, link.metric_ba),
        **_capacity(link.capacity_bps),
        "srlgs": sorted(link.srlgs) or None,
        "admin_groups": sorted(link.admin_groups) or None,
        "jitter_us": _stated(link.jitter_ab_us, link.jitter_ba_us, link),
        "loss_percent": _stated(_percent(link.loss_ab_ppb), _percent(link.loss_ba_ppb), link),
        "te_metric": _stated(link.te_metric_ab, link.te_metric_ba, link),
        "cost": link.cost,
        "mtu_bytes": link.mtu_bytes,
        "min_delay_us": _stated(link.min_delay_ab_us, link.min_delay_ba_us, link),
        "sids": _sids(link),
        "lan": link.lan,
        "ends": dump_ends(link),
        "kind": None if link.kind is LinkKind.TRUNK else link.kind.value,
        "status": _status(link.status),
    }
    return _without_missing(made)


def _sids(link: Link) -> _Plain | None:
    ways = {"ab": link.sids_ab, "ba": link.sids_ba}
    return {way: dump_sids(sids, adjacency=True) for way, sids in ways.items() if sids} or None


def _exchange(fabric: Fabric) -> _Plain:
    made: _Plain = {
        "id": fabric.id,
        "place": fabric.place,
        "coordinates": _coordinates(fabric.coordinates),
        "members": [_member(member) for member in fabric.members],
        "status": _status(fabric.status),
    }
    return _without_missing(made)


def _flex_algo(flex: FlexAlgo) -> _Plain:
    return _without_missing(
        {
            "algorithm": flex.algorithm,
            "metric_type": flex.metric.value,
            "include_any": sorted(flex.include_any) or None,
            "include_all": sorted(flex.include_all) or None,
            "exclude_any": sorted(flex.exclude_any) or None,
            "exclude_srlgs": sorted(flex.exclude_srlgs) or None,
            "nodes": None if flex.nodes is None else sorted(flex.nodes),
        }
    )


def _member(member: FabricMember) -> _Plain:
    return _without_missing(
        {
            "node": member.node,
            "delay_us": member.delay_us,
            "basis": _basis(member.basis),
            **_capacity(member.capacity_bps),
            "jitter_us": member.jitter_us,
            "loss_percent": _percent(member.loss_ppb),
            "cost": member.cost,
            "mtu_bytes": member.mtu_bytes,
        }
    )


def _without_missing(made: _Plain) -> _Plain:
    return {key: value for key, value in made.items() if value is not None}


def _coordinates(where: Coordinates | None) -> list[float] | None:
    return None if where is None else [where.lat_deg, where.lon_deg]


def _ways(ab: int, ba: int | None) -> int | dict[str, int]:
    return ab if ba is None or ab == ba else {"ab": ab, "ba": ba}


def _stated(ab: float | None, ba: float | None, link: Link) -> object:
    """One figure, or one for each direction that has one; None where there is none."""
    if ab == ba or link.one_way:
        return ab
    return _without_missing({"ab": ab, "ba": ba})


def _percent(loss_ppb: int | None) -> float | None:
    return None if loss_ppb is None else ppb_to_percent(loss_ppb)


def _basis(basis: DelayBasis) -> str | None:
    return None if basis is DelayBasis.GIVEN else basis.value


def _status(status: Status) -> str | None:
    return None if status is Status.ACTIVE else status.value


def _capacity(bps: int | None) -> dict[str, object]:
    if bps is None:
        return {}
    whole, rest = divmod(bps, BPS_PER_GBPS)
    return {"capacity_bps": bps} if rest else {"capacity_gbps": whole}
