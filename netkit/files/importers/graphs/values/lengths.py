"""What a bare ``dist`` is, where the coordinates beside it tell.

Programs that draw graphs write the great circle, or the distance on their drawing, as a link's
length. Neither is that of a fibre: of the first, coordinates say the same and get the route factor.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from netkit.files.importers.build import position
from netkit.files.importers.graphs.values.parts import Graph, GraphNode, Part
from netkit.files.importers.graphs.values.units import Quantity
from netkit.files.importers.graphs.values.words import key_of, meaning_of
from netkit.files.reading.findings import Findings
from netkit.files.reading.numbers import number_of
from netkit.model.network.geo import Coordinates, great_circle_km

LATITUDE = ("latitude", "lat", "latitudedeg", "latdeg", "geolat", "geolatitude", "纬度")
LONGITUDE = (
    "longitude", "lon", "lng", "long", "longitudedeg", "londeg", "lngdeg", "geolon", "geolng",
    "geolongitude", "经度",
)  # fmt: skip

_ALIKE, _ROUNDING_KM = 0.01, 1.2
"""Share, and km for coordinates that are rounded to hundredths of a degree at both ends."""

_Point = tuple[float, float]


class Measure(StrEnum):
    """What lengths are between the places that a file gives."""

    GREAT_CIRCLE = "great circle"
    PLANE = "plane"
    OTHER = "other"


def settled(findings: Findings, graph: Graph) -> Graph:
    """The graph without lengths and places that say nothing of cables or of the Earth.

    Lengths are judged where their names have no unit and every edge has one; by all edges together.
    """
    points = {node.key: point for node in graph.nodes if (point := _point(node.part))}
    names = {name for edge in graph.edges for name in edge.part.data if _is_bare_length(name)}
    if len(names) != 1 or not points:
        return graph
    name = next(iter(names))
    kind = _measure(graph, points, name)
    on_earth = all(position(lat, lon) for lon, lat in points.values())
    if kind is Measure.PLANE and graph.length_unit is not None:
        findings.note(None, "coordinates are places on a drawing: taken as none")
        return replace(graph, nodes=[_unplaced(node) for node in graph.nodes])
    if kind is not Measure.GREAT_CIRCLE:
        return graph
    if on_earth:
        what = f"{name} is the great circle: delays are derived from the coordinates"
        findings.note(None, what)
        return _without(graph, name)
    what = (
        f"coordinates are places on a drawing, and {name} was derived from them: both are left out"
    )
    findings.note(None, what)
    bare = _without(graph, name)
    return replace(bare, nodes=[_unplaced(node) for node in bare.nodes])


def _measure(graph: Graph, points: dict[str, _Point], name: str) -> Measure:
    found = list(_compared(graph, points, name))
    if not found:
        return Measure.OTHER
    for kind, place in ((Measure.GREAT_CIRCLE, 1), (Measure.PLANE, 2)):
        if all(_alike(row[0], row[place]) for row in found):
            return kind
    return Measure.OTHER


def _compared(
    graph: Graph, points: dict[str, _Point], name: str
) -> Iterator[tuple[float, float, float]]:
    """Of each edge: the stated length, the great circle, the distance on a plane."""
    for edge in graph.edges:
        stated = number_of(edge.part.data.get(name))
        a, b = points.get(edge.src), points.get(edge.dst)
        if stated is None or a is None or b is None:
            continue
        yield stated, _great_circle_km(a, b), math.dist(a, b)


def _great_circle_km(a: _Point, b: _Point) -> float:
    """Of any numbers: programs that derive lengths do not check that theirs are degrees."""
    try:
        return great_circle_km(Coordinates(a[1], a[0]), Coordinates(b[1], b[0]))
    except ValueError:
        return math.inf


def _alike(stated: float, derived: float) -> bool:
    return math.isfinite(derived) and abs(stated - derived) <= max(_ROUNDING_KM, _ALIKE * derived)


def _point(part: Part) -> _Point | None:
    lon, lat = number_of(part.first(*LONGITUDE)), number_of(part.first(*LATITUDE))
    return None if lon is None or lat is None else (lon, lat)


def _is_bare_length(name: str) -> bool:
    meaning = meaning_of(name)
    return meaning is not None and meaning.quantity is Quantity.LENGTH and meaning.factor is None


def _without(graph: Graph, name: str) -> Graph:
    edges = [
        replace(edge, part=replace(edge.part, data=_drop(edge.part, {key_of(name)})))
        for edge in graph.edges
    ]
    return replace(graph, edges=edges)


def _unplaced(node: GraphNode) -> GraphNode:
    return replace(node, part=replace(node.part, data=_drop(node.part, {*LATITUDE, *LONGITUDE})))


def _drop(part: Part, keys: set[str]) -> dict[str, str]:
    return {name: word for name, word in part.data.items() if key_of(name) not in keys}
