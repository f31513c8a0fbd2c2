"""From positions on the globe to points on a drawing.

Lambert's azimuthal equal-area projection about the middle of what is shown: it fits a city, a
country and a continent alike, and has no seam at the date line (Snyder, USGS PP 1395, ch. 24).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netkit.model.network.geo import EARTH_RADIUS_KM, Coordinates

Point = tuple[float, float]

_LEAST_SPAN_KM = 1.0
_FAR = math.sqrt(3)
"""Of the radius of the globe: 2 sin(120°/2)."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Maps coordinates to pixels, x to the right and y down, in a frame of ``width`` x ``height``.

    ``px_per_km`` holds at the middle, and nearly everywhere else.
    """

    centre: Coordinates
    px_per_km: float
    shift: Point
    width: float
    height: float

    @classmethod
    def fitting(
        cls, places: Sequence[Coordinates], *, width: float, most_height: float, margin: float
    ) -> Projection:
        """The projection that shows all places, at least one, as large as the frame allows."""
        centre = middle(places)
        flat = [_project(place, centre) for place in places]
        left, right = min(x for x, _ in flat), max(x for x, _ in flat)
        bottom, top = min(y for _, y in flat), max(y for _, y in flat)
        span_x, span_y = max(right - left, _LEAST_SPAN_KM), max(top - bottom, _LEAST_SPAN_KM)
        scale = min((width - 2 * margin) / span_x, (most_height - 2 * margin) / span_y)
        height = max(span_y * scale + 2 * margin, most_height / 2)
        shift = (
            width / 2 - scale * (left + right) / 2,
            height / 2 + scale * (bottom + top) / 2,
        )
        return cls(centre, scale, shift, width, height)

    def point(self, place: Coordinates) -> Point:
        """Where a place is drawn, in px."""
        x_km, y_km = _project(place, self.centre)
        return (self.shift[0] + self.px_per_km * x_km, self.shift[1] - self.px_per_km * y_km)

    def is_far(self, point: Point) -> bool:
        """Whether what is drawn there is more than 120 degrees from the middle."""
        away_px = math.hypot(point[0] - self.shift[0], point[1] - self.shift[1])
        return away_px > self.px_per_km * EARTH_RADIUS_KM * _FAR


def middle(places: Iterable[Coordinates]) -> Coordinates:
    """The direction of the mean of the places' unit vectors."""
    x = y = z = 0.0
    for place in places:
        lat, lon = math.radians(place.lat_deg), math.radians(place.lon_deg)
        x += math.cos(lat) * math.cos(lon)
        y += math.cos(lat) * math.sin(lon)
        z += math.sin(lat)
    return Coordinates(
        math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))
    )


def _project(place: Coordinates, centre: Coordinates) -> Point:
    """East and north of ``centre`` in km; the antipode, which has no image, lands on the rim."""
    lat, lat_0 = math.radians(place.lat_deg), math.radians(centre.lat_deg)
    turn = math.radians(place.lon_deg - centre.lon_deg)
    cosine = math.sin(lat_0) * math.sin(lat) + math.cos(lat_0) * math.cos(lat) * math.cos(turn)
    factor = EARTH_RADIUS_KM * math.sqrt(2 / max(1 + cosine, 1e-9))
    east = math.cos(lat) * math.sin(turn)
    north = math.cos(lat_0) * math.sin(lat) - math.sin(lat_0) * math.cos(lat) * math.cos(turn)
    return (factor * east, factor * north)
