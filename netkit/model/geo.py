"""Positions on the globe, and the delay that no fibre between two of them can beat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netkit.model.units import fibre_us

EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A position in degrees, WGS 84, north and east positive."""

    lat_deg: float
    lon_deg: float


def great_circle_km(a: Coordinates, b: Coordinates) -> float:
    """Shortest distance over the surface in km (haversine formula, spherical Earth)."""
    lat_a, lat_b = math.radians(a.lat_deg), math.radians(b.lat_deg)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.lon_deg - a.lon_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def floor_us(a: Coordinates, b: Coordinates) -> float:
    """Great-circle fibre light time from ``a`` to ``b`` in µs: nothing is faster, at any price."""
    return fibre_us(great_circle_km(a, b))
