"""A topology as Repetita's ``.graph`` text; what the format has no place for is left out."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.files.importers.research.repetita import BPS_PER_KBPS
from netkit.model.network.elements import Link
from netkit.model.network.topology import Topology


def dump_repetita(topology: Topology) -> str:
    """Write what exists: nodes by name, one edge for each direction, delays in µs, kbit/s.

    The way back of a link whose directions have no names of their own is ``ID:back``. Operators,
    roles, risks and planned parts have no place in the format. A node without coordinates is at
    0 0, and a link without capacity has 0.
    """
    nodes = topology.active_nodes
    number = {node.name: index for index, node in enumerate(nodes)}
    lines = [f"NODES {len(nodes)}", "label x y"]
    for node in nodes:
        where = node.coordinates
        place = "0 0" if where is None else f"{_plain(where.lon_deg)} {_plain(where.lat_deg)}"
        lines.append(f"{node.name} {place}")
    edges = [edge for link in topology.all_links for edge in _edges(link, number)]
    lines += ["", f"EDGES {len(edges)}", "label src dest weight bw delay", *edges]
    return "\n".join(lines) + "\n"


def _edges(link: Link, number: dict[str, int]) -> Iterator[str]:
    a, b, kbps = number[link.a], number[link.b], _kbps(link.capacity_bps)
    yield f"{link.id} {a} {b} {link.metric_ab} {kbps} {link.delay_ab_us}"
    if not link.one_way:
        label = link.id_ba or f"{link.id}:back"
        yield f"{label} {b} {a} {link.metric_ba} {kbps} {link.delay_ba_us}"


def _kbps(capacity_bps: int | None) -> str:
    whole, rest = divmod(capacity_bps or 0, BPS_PER_KBPS)
    return f"{whole}.{rest:03d}" if rest else str(whole)


def _plain(degrees: float) -> str:
    """All digits of a number, without an exponent."""
    return f"{degrees:.15f}".rstrip("0").rstrip(".") if abs(degrees) < 1e-3 else repr(degrees)
