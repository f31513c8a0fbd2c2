"""Where things stand on the map, and what the topology says of the links that pairs cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netkit.files.place_names import also_called
from netkit.model.network.elements import Link, Node
from netkit.model.network.geo import Coordinates, floor_us
from netkit.model.network.topology import Topology
from netkit.report.html.map_projection import Point, Projection
from netkit.report.html.pages.columns import LinkEnds
from netkit.report.html.pages.interned import Interned
from netkit.report.html.pages.sources import Plain
from netkit.report.place_words import place_text
from netkit.report.words.text import visible

WIDTH_PX = 960.0
MOST_HEIGHT_PX = 780.0
MARGIN_PX = 30.0

Ring = Sequence[Sequence[float]]


def map_data(topology: Topology, names: Interned[str], basemap: Plain = None) -> dict[str, object]:
    """Nodes and cables that exist, placed; no map where nothing has coordinates.

    ``basemap`` is GeoJSON (RFC 7946), drawn underneath.
    """
    placed = [(node, node.coordinates) for node in topology.active_nodes
              if node.coordinates is not None]  # fmt: skip
    operators: Interned[str] = Interned()
    for node in sorted(topology.active_nodes, key=lambda one: one.operator):
        operators.number(node.operator)
    data: dict[str, object] = {
        "operators": operators.items,
        "operator": {names.number(node.name): operators.number(node.operator)
                     for node in topology.active_nodes},
    }  # fmt: skip
    if not placed:
        return data
    frame = Projection.fitting(
        [place for _, place in placed], width=WIDTH_PX, most_height=MOST_HEIGHT_PX, margin=MARGIN_PX
    )
    spot = {node.name: _point(frame, place) for node, place in placed}
    cables = [link for link in topology.all_links if link.a in spot and link.b in spot]
    return {
        **data,
        "size": [WIDTH_PX, round(frame.height, 1)],
        "nodes": [[names.number(node.name), *spot[node.name], node.role.value]
                  for node, _ in placed],
        "cables": [[link.id, names.number(link.a), names.number(link.b), link.kind.value]
                   for link in cables],
        "ground": [_path(points) for ring in rings(basemap)
                   if _is_seen(points := _points(frame, ring), frame)],
    }  # fmt: skip


def place_names(topology: Topology, names: Sequence[str]) -> list[list[str] | None]:
    """Of each node what its place is called in the language that is spoken, and all its names to
    be found by; None where no place is stated."""
    return [_place(topology.node.get(name)) for name in names]


def _place(node: Node | None) -> list[str] | None:
    if node is None or not node.place:
        return None
    words = " ".join((node.place, *also_called(node.place)))
    return [visible(place_text(node.place)), visible(words).lower()]


def link_facts(
    topology: Topology, links: Sequence[LinkEnds], names: Sequence[str]
) -> list[list[object]]:
    """Of each crossed link: its id both ways, its delay in that direction, and light's, in µs.

    None where the topology has no such link: a plan may be of an older file.
    """
    by_id: dict[str, Link] = {}
    for link in topology.all_links:
        by_id[link.id] = by_id[link.id_ba or link.id] = link
    return [_fact(by_id.get(id_), topology.node, names[a]) for id_, a, _ in links]


def _fact(link: Link | None, nodes: Mapping[str, Node], a: str) -> list[object]:
    if link is None:
        return [None, None, None]
    delay_us = link.delay_ab_us if a == link.a else link.delay_ba_us
    ends = nodes[link.a].coordinates, nodes[link.b].coordinates
    light = None if None in ends else round(floor_us(ends[0], ends[1]))  # type: ignore[arg-type]
    return [link.id, delay_us, light]


def _point(frame: Projection, place: Coordinates) -> list[float]:
    x, y = frame.point(place)
    return [round(x, 1), round(y, 1)]


def _points(frame: Projection, ring: Ring) -> list[Point]:
    return [frame.point(Coordinates(lat, lon)) for lon, lat, *_ in ring]


def _is_seen(points: Sequence[Point], frame: Projection) -> bool:
    """Whether a line has a part in what is drawn. One around the far side of the globe has not: its
    image would be the rim, and its inside all of the map."""
    if not points or any(frame.is_far(point) for point in points):
        return False
    xs, ys = [x for x, _ in points], [y for _, y in points]
    across = max(xs) >= 0 and min(xs) <= frame.width
    return across and max(ys) >= 0 and min(ys) <= frame.height


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def rings(shape: Plain) -> list[Ring]:
    """The lines of a GeoJSON object, whatever it is made of; points have none.

    Raises KeyError, TypeError or ValueError where it is none.
    """
    if shape is None:
        return []
    kind = shape.get("type")
    if kind == "FeatureCollection":
        return [ring for feature in shape["features"] for ring in rings(feature)]
    if kind == "Feature":
        return rings(shape["geometry"])
    if kind == "GeometryCollection":
        return [ring for part in shape["geometries"] for ring in rings(part)]
    if kind == "LineString":
        return [shape["coordinates"]]
    if kind in ("Polygon", "MultiLineString"):
        return list(shape["coordinates"])
    if kind == "MultiPolygon":
        return [ring for polygon in shape["coordinates"] for ring in polygon]
    if kind in ("Point", "MultiPoint"):
        return []
    raise ValueError(kind)
