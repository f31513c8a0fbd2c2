"""Where on the map things go that would otherwise cover each other: markers and labels."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netkit.report.html.map_projection import Point

MARKER_GAP_PX = 9.0
LABEL_GAP_PX = 3.0
REPEAT_PX = 90.0
"""The same text is not written twice within this distance."""


@dataclass(frozen=True, slots=True)
class MarkerCluster:
    """Markers that stand at one place, spread around it; ``radius`` covers all of them."""

    centre: Point
    members: tuple[str, ...]
    radius: float

    def spots(self) -> list[Point]:
        """A point for each member: one in the middle, several on a ring, the first on top."""
        x, y = self.centre
        count = len(self.members)
        if count == 1:
            return [self.centre]
        ring = _ring_radius(count)
        turns = [2 * math.pi * i / count - math.pi / 2 for i in range(count)]
        return [(x + ring * math.cos(turn), y + ring * math.sin(turn)) for turn in turns]


def marker_clusters(points: Mapping[str, Point], near_px: float = 11.0) -> list[MarkerCluster]:
    """Gather markers that are nearer than ``near_px`` to the first of their site, in order."""
    gathered: list[tuple[Point, list[str]]] = []
    for name, point in points.items():
        for centre, members in gathered:
            if math.dist(centre, point) < near_px:
                members.append(name)
                break
        else:
            gathered.append((point, [name]))
    return [
        MarkerCluster(centre, tuple(members), _ring_radius(len(members)) + MARKER_GAP_PX / 2)
        for centre, members in gathered
    ]


def _ring_radius(count: int) -> float:
    return 0.0 if count == 1 else max(MARKER_GAP_PX / 2, count * MARKER_GAP_PX / (2 * math.pi))


@dataclass(frozen=True, slots=True)
class Label:
    """A text wanted at a site; of two that collide, the one of lower ``rank`` stays."""

    text: str
    cluster: MarkerCluster
    size_px: float
    rank: int


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A label and the point of its baseline, in the manner of SVG's ``text-anchor``."""

    label: Label
    x: float
    y: float
    anchor: str


_Box = tuple[float, float, float, float]

# Right, left, above, below, then the corners: where map makers look first; then the same again
# a little farther off.
_NEAR_SIDES = (
    (1.0, 0.0), (-1.0, 0.0), (0.0, -1.0), (0.0, 1.0),
    (0.75, -0.75), (0.75, 0.75), (-0.75, -0.75), (-0.75, 0.75),
)  # fmt: skip
_FARTHER = 1.7
_SIDES = _NEAR_SIDES + tuple((_FARTHER * x, _FARTHER * y) for x, y in _NEAR_SIDES)


def place_labels(
    labels: Iterable[Label], clusters: Sequence[MarkerCluster], width: float, height: float
) -> list[PlacedLabel]:
    """Place labels by rank, each on the first free side of its site; leave out what has none.

    O(labels x (labels + sites)). Markers of all sites are kept clear.
    """
    taken: list[_Box] = [_marker_box(cluster) for cluster in clusters]
    placed: list[PlacedLabel] = []
    for label in sorted(labels, key=lambda label: label.rank):
        if _said_nearby(label, placed):
            continue
        for side in _SIDES:
            box, spot = _try_side(label, side)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                placed.append(spot)
                break
    return placed


def _said_nearby(label: Label, placed: Iterable[PlacedLabel]) -> bool:
    return any(
        other.label.text == label.text
        and math.dist(other.label.cluster.centre, label.cluster.centre) < REPEAT_PX
        for other in placed
    )


def text_width_px(text: str, size_px: float) -> float:
    """A generous guess of how wide a text will be; East Asian wide characters count in full."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return size_px * (wide + 0.68 * (len(text) - wide))


def _marker_box(cluster: MarkerCluster) -> _Box:
    (x, y), r = cluster.centre, cluster.radius
    return (x - r, y - r, x + r, y + r)


def _try_side(label: Label, side: Point) -> tuple[_Box, PlacedLabel]:
    (x, y), reach = label.cluster.centre, label.cluster.radius + LABEL_GAP_PX
    width, height = text_width_px(label.text, label.size_px), label.size_px
    at_x, middle_y = x + side[0] * reach, y + side[1] * (reach + height / 2)
    if side[0] == 0:
        left, anchor = at_x - width / 2, "middle"
    elif side[0] > 0:
        left, anchor = at_x, "start"
    else:
        left, anchor = at_x - width, "end"
    clear = LABEL_GAP_PX / 2
    box = (left - clear, middle_y - height / 2, left + width + clear, middle_y + height / 2)
    return box, PlacedLabel(label, at_x, middle_y + 0.35 * height, anchor)


def _overlap(a: _Box, b: _Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
