"""The shapes that a map is made of, in pixels; the template only writes them out as SVG."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.report.html.map_labels import MarkerCluster, PlacedLabel


@dataclass(frozen=True, slots=True)
class Marker:
    """A node or an exchange; ``shape`` is a role or ``exchange``, ``colour`` an operator's."""

    x: float
    y: float
    shape: str
    colour: int | None
    planned: bool
    endpoint: bool
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A link, or a member's leg to an exchange; ``uses`` counts the planned paths over it."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    colour: int | None
    uses: int
    title: str


@dataclass(frozen=True, slots=True)
class Route:
    """The planned paths of pair number ``pair``, as SVG path data: there, and back."""

    pair: int
    there: str
    back: str


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A distance that is easy to read, and the light time in fibre of that distance."""

    length_px: float
    km: float
    fibre_ms: float


@dataclass(frozen=True, slots=True)
class MapDrawing:
    """All shapes; ``hand_overs`` are the sites of direct-connect points.

    ``operators`` are names with their colours; ``shapes`` and ``kinds`` are what occurs, for the
    legend; ``unplaced`` counts nodes and exchanges without coordinates.
    """

    width: float
    height: float
    graticule: tuple[str, ...]
    lines: tuple[Line, ...]
    routes: tuple[Route, ...]
    hand_overs: tuple[MarkerCluster, ...]
    markers: tuple[Marker, ...]
    labels: tuple[PlacedLabel, ...]
    operators: tuple[tuple[str, int], ...]
    shapes: tuple[str, ...]
    scale: ScaleBar
    unplaced: int
