"""What all parts of one map share: where everything stands, and which colour an operator has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netkit.model.network.elements import Node
from netkit.model.network.fabrics import Fabric
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan
from netkit.report.html.map_labels import MarkerCluster, marker_clusters
from netkit.report.html.map_projection import Point, Projection
from netkit.report.results import LoopResults, PairResult

WIDTH_PX = 960.0
MOST_HEIGHT_PX = 780.0
MARGIN_PX = 46.0
COLOURS = 8
"""Operators have their own colours up to this many; then they begin again."""


@dataclass(frozen=True)
class Canvas:
    """``spot`` holds the point of each marker, by :func:`marker_key`."""

    topology: Topology
    pairs: tuple[PairResult, ...]
    places: Mapping[str, Coordinates]
    projection: Projection
    clusters: tuple[MarkerCluster, ...]
    spot: Mapping[str, Point]
    colour: Mapping[str, int]


def prepare(results: LoopResults) -> Canvas | None:
    """Find a point for everything that has coordinates; None if nothing has any."""
    topology = results.topology
    things: list[Node | Fabric] = [*topology.nodes, *topology.fabrics]
    places = {
        marker_key(thing): thing.coordinates for thing in things if thing.coordinates is not None
    }
    if not places:
        return None
    projection = Projection.fitting(
        list(places.values()), width=WIDTH_PX, most_height=MOST_HEIGHT_PX, margin=MARGIN_PX
    )
    clusters = tuple(
        marker_clusters({key: projection.point(place) for key, place in places.items()})
    )
    spot = {
        key: point
        for cluster in clusters
        for key, point in zip(cluster.members, cluster.spots(), strict=True)
    }
    names = sorted({node.operator for node in topology.nodes})
    colour = {name: number % COLOURS for number, name in enumerate(names)}
    return Canvas(topology, results.pairs, places, projection, clusters, spot, colour)


def marker_key(thing: Node | Fabric) -> str:
    """What tells the markers apart: a node and an exchange may have the same name."""
    return f"node {thing.name}" if isinstance(thing, Node) else f"fabric {thing.id}"


def plans_shown(canvas: Canvas) -> Iterator[PairPlan]:
    """The plans of all pairs, both directions."""
    for pair in canvas.pairs:
        yield pair.plan
        if pair.back is not None:
            yield pair.back


def uses_of(canvas: Canvas) -> Counter[str]:
    """How many planned primary paths lead over each link, by id."""
    return Counter(
        link
        for plan in plans_shown(canvas)
        if plan.primary is not None
        for link in plan.primary.path.links
    )
