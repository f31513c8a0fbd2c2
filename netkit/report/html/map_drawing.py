"""The map of a backbone: nodes, links, exchanges, hand-overs, and the planned paths."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

from netkit.model.network.elements import LinkKind, Role, Status
from netkit.model.network.fabrics import Fabric
from netkit.model.network.geo import Coordinates, fibre_us
from netkit.model.planning.plan import PairPlan
from netkit.model.units import us_to_ms
from netkit.report.html.map_canvas import (
    MARGIN_PX,
    Canvas,
    marker_key,
    plans_shown,
    prepare,
    uses_of,
)
from netkit.report.html.map_labels import Label, MarkerCluster, place_labels
from netkit.report.html.map_projection import Point
from netkit.report.html.map_shapes import Line, MapDrawing, Marker, Route, ScaleBar
from netkit.report.html.map_titles import fabric_title, link_title, node_title
from netkit.report.results import LoopResults
from netkit.report.words.units import delay_text

EXCHANGE = "exchange"

_SHAPES = (Role.CLUSTER, Role.CORE, Role.BORDER, Role.CITY, EXCHANGE)
_LABEL_RANK = {Role.CLUSTER: 1, EXCHANGE: 2, Role.CORE: 3, Role.BORDER: 4, Role.CITY: 5}
_ENDPOINT_RANK = 0
_PLACE_SITES = 2
_LABEL_SIZE_PX = {0: 12.5, 1: 12.0, 2: 11.5, 3: 11.0, 4: 10.5, 5: 10.5}
_GRATICULE_STEPS_DEG = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_GRATICULE_LINES = 7
_SCALE_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_SCALE_MOST_PX = 150.0


def draw_map(results: LoopResults) -> MapDrawing | None:
    """Draw the backbone with the planned paths of all pairs; None without any coordinates."""
    canvas = prepare(results)
    if canvas is None:
        return None
    markers = tuple(_markers(canvas))
    width, height = canvas.projection.width, canvas.projection.height
    things = len(canvas.topology.nodes) + len(canvas.topology.fabrics)
    return MapDrawing(
        width=width,
        height=height,
        graticule=tuple(_graticule(canvas)),
        lines=tuple(sorted(_lines(canvas), key=lambda line: line.uses)),
        routes=tuple(_routes(canvas)),
        hand_overs=tuple(_hand_overs(canvas)),
        markers=markers,
        labels=tuple(place_labels(_labels(canvas), canvas.clusters, width, height)),
        operators=tuple(canvas.colour.items()),
        shapes=tuple(shape for shape in _SHAPES if any(m.shape == shape for m in markers)),
        scale=_scale_bar(canvas),
        unplaced=things - len(canvas.places),
    )


def _markers(canvas: Canvas) -> Iterator[Marker]:
    ends = _endpoints(canvas)
    for node in canvas.topology.nodes:
        if node.coordinates is not None:
            x, y = canvas.spot[marker_key(node)]
            planned = node.status is Status.PLANNED
            title = node_title(node, planned=planned)
            colour = canvas.colour[node.operator]
            yield Marker(x, y, node.role.value, colour, planned, node.name in ends, title)
    for fabric in canvas.topology.fabrics:
        if fabric.coordinates is not None:
            x, y = canvas.spot[marker_key(fabric)]
            planned = fabric.status is Status.PLANNED
            yield Marker(x, y, EXCHANGE, None, planned, False, fabric_title(fabric))


def _endpoints(canvas: Canvas) -> set[str]:
    return {end for plan in plans_shown(canvas) for end in (plan.demand.src, plan.demand.dst)}


def _lines(canvas: Canvas) -> Iterator[Line]:
    uses = uses_of(canvas)
    topology = canvas.topology
    for link in topology.all_links:
        a, b = topology.node[link.a], topology.node[link.b]
        ends = (canvas.spot.get(marker_key(a)), canvas.spot.get(marker_key(b)))
        if link.fabric is None and ends[0] is not None and ends[1] is not None:
            colour = canvas.colour[a.operator] if a.operator == b.operator else None
            title = link_title(link, uses[link.id])
            yield Line(*ends[0], *ends[1], link.kind.value, colour, uses[link.id], title)
    for fabric in topology.fabrics:
        if fabric.coordinates is not None and fabric.status is Status.ACTIVE:
            yield from _legs(canvas, fabric, uses)


def _legs(canvas: Canvas, fabric: Fabric, uses: Counter[str]) -> Iterator[Line]:
    topology, centre = canvas.topology, canvas.spot[marker_key(fabric)]
    for member in fabric.members:
        node = topology.node[member.node]
        spot = canvas.spot.get(marker_key(node))
        if spot is not None:
            over = [
                link.id
                for link in topology.all_links
                if link.fabric == fabric.id and member.node in (link.a, link.b)
            ]
            count = sum(uses[id_] for id_ in over)
            title = f"{member.node} – {fabric.id}, {delay_text(member.delay_us)}"
            yield Line(
                *spot, *centre, LinkKind.EXCHANGE.value, canvas.colour[node.operator], count, title
            )


def _routes(canvas: Canvas) -> Iterator[Route]:
    for number, pair in enumerate(canvas.pairs):
        yield Route(number, _path_data(canvas, pair.plan), _path_data(canvas, pair.back))


def _path_data(canvas: Canvas, plan: PairPlan | None) -> str:
    """The primary path as straight strokes; nodes without coordinates are passed by."""
    if plan is None or plan.primary is None:
        return ""
    topology, path = canvas.topology, plan.primary.path
    stops: list[str] = [marker_key(topology.node[path.nodes[0]])]
    for link, node in zip(path.links, path.nodes[1:], strict=True):
        fabric = topology.link[link].fabric
        stops += [] if fabric is None else [f"fabric {fabric}"]
        stops.append(marker_key(topology.node[node]))
    return _polyline([canvas.spot[stop] for stop in stops if stop in canvas.spot])


def _polyline(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if len(points) > 1 else ""


def _hand_overs(canvas: Canvas) -> Iterator[MarkerCluster]:
    """The sites where a direct-connect link ends."""
    topology = canvas.topology
    ends = {
        marker_key(topology.node[end])
        for link in topology.all_links
        if link.kind is LinkKind.DIRECT_CONNECT
        for end in (link.a, link.b)
    }
    return (cluster for cluster in canvas.clusters if ends & set(cluster.members))


def _labels(canvas: Canvas) -> Iterator[Label]:
    """One label a site: the place of its foremost marker, or its name if the place says little."""
    ends = _endpoints(canvas)
    unclear = _wide_spread_places(canvas)
    wanted: dict[str, tuple[int, str]] = {}
    for node in canvas.topology.nodes:
        rank = _ENDPOINT_RANK if node.name in ends else _LABEL_RANK[node.role]
        text = node.name if node.place is None or node.place in unclear else node.place
        wanted[marker_key(node)] = (rank, text)
    for fabric in canvas.topology.fabrics:
        wanted[marker_key(fabric)] = (_LABEL_RANK[EXCHANGE], fabric.place or fabric.id)
    for cluster in canvas.clusters:
        rank, text = min((wanted[member] for member in cluster.members), key=lambda one: one[0])
        yield Label(text, cluster, _LABEL_SIZE_PX[rank], rank)


def _wide_spread_places(canvas: Canvas) -> set[str]:
    """Places of more sites than :data:`_PLACE_SITES`, as in the map of one city."""
    place = {marker_key(node): node.place for node in canvas.topology.nodes if node.place}
    counts = Counter(
        name
        for cluster in canvas.clusters
        for name in {place[m] for m in cluster.members if m in place}
    )
    return {name for name, count in counts.items() if count > _PLACE_SITES}


def _graticule(canvas: Canvas) -> Iterator[str]:
    """Parallels and meridians at a round step, beyond the frame, which cuts them off."""
    lats = [place.lat_deg for place in canvas.places.values()]
    lons = [place.lon_deg for place in canvas.places.values()]
    margin = math.degrees(MARGIN_PX / canvas.projection.px_per_km / 6371) * 2
    tall, wide = max(lats) - min(lats), max(lons) - min(lons)
    beyond = margin + tall / 2
    south, north = max(min(lats) - beyond, -90), min(max(lats) + beyond, 90)
    beyond = min(2 * margin + wide / 2, (360 - wide) / 2)
    west, east = min(lons) - beyond, max(lons) + beyond
    step = next(
        (
            s
            for s in _GRATICULE_STEPS_DEG
            if max(tall + 2 * margin, wide + 4 * margin) / s <= _GRATICULE_LINES
        ),
        _GRATICULE_STEPS_DEG[-1],
    )
    for lat in _multiples(step, south, north):
        yield _curve(canvas, [Coordinates(lat, west + (east - west) * i / 48) for i in range(49)])
    for lon in _multiples(step, west, east):
        yield _curve(
            canvas, [Coordinates(south + (north - south) * i / 48, lon) for i in range(49)]
        )


def _multiples(step: float, low: float, high: float) -> list[float]:
    return [step * i for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _curve(canvas: Canvas, places: list[Coordinates]) -> str:
    return _polyline([canvas.projection.point(place) for place in places])


def _scale_bar(canvas: Canvas) -> ScaleBar:
    px_per_km = canvas.projection.px_per_km
    fitting = [km for km in _SCALE_KM if km * px_per_km <= _SCALE_MOST_PX]
    km = fitting[-1] if fitting else _SCALE_KM[0]
    return ScaleBar(km * px_per_km, km, us_to_ms(fibre_us(km)))
