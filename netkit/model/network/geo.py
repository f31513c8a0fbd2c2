"""Positions on the globe, and the delay that no fibre between two of them can beat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from netkit.model.units import FIBRE_US_PER_KM, NS_PER_US

EARTH_RADIUS_KM = 6371.0088
_SPHERE_CERTAINTY = 1 - 0.0056


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A position in degrees, WGS 84, north and east positive."""

    lat_deg: float
    lon_deg: float


def great_circle_km(a: Coordinates, b: Coordinates) -> float:
    """Shortest distance over the surface in km (haversine formula, spherical Earth).

    Beijing to Shanghai:

    >>> round(great_circle_km(Coordinates(39.9, 116.4), Coordinates(31.23, 121.47)))
    1067
    """
    lat_a, lat_b = math.radians(a.lat_deg), math.radians(b.lat_deg)
    half_lat = (lat_b - lat_a) / 2
    half_lon = math.radians(b.lon_deg - a.lon_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def fibre_us(length_km: float) -> float:
    """One-way light time in fibre of ``length_km``, in µs.

    >>> round(fibre_us(1000))
    4897
    """
    return length_km * FIBRE_US_PER_KM


def floor_us(a: Coordinates, b: Coordinates) -> float:
    """Great-circle fibre light time from ``a`` to ``b`` in µs: nothing is faster, at any price.

    >>> round(floor_us(Coordinates(39.9, 116.4), Coordinates(31.23, 121.47)))
    5225
    """
    return fibre_us(great_circle_km(a, b))


def pair_floor_us(a: Coordinates | None, b: Coordinates | None) -> float | None:
    """The same of two places of which one may not be known; None without both."""
    return None if a is None or b is None else floor_us(a, b)


def certain_floor_ns(a: Coordinates, b: Coordinates, *, position_error_km: float = 0.0) -> int:
    """A lower bound on one-way fibre delay that holds to the ns, for certified figures.

    It is the great-circle light time less what the sphere may overstate the distance on the real
    ellipsoid (0.56 %), with each end up to ``position_error_km`` from where it is said to be.

    Ends that may be where the other is prove nothing.

    >>> here, there = Coordinates(39.9, 116.4), Coordinates(31.23, 121.47)
    >>> certain_floor_ns(here, there)
    5196222
    >>> certain_floor_ns(here, there, position_error_km=600)
    0
    """
    sure_km = great_circle_km(a, b) * _SPHERE_CERTAINTY - 2 * position_error_km
    return math.floor(fibre_us(max(0.0, sure_km)) * NS_PER_US)
