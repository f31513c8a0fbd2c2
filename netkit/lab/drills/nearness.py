"""How near straight lines on the map come to each other: what an earthquake or a flood takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from netkit.model.network.geo import EARTH_RADIUS_KM, Coordinates, great_circle_km

_STEP_KM = 5.0
_KM_A_DEGREE = math.radians(EARTH_RADIUS_KM)

Piece = tuple[Coordinates, Coordinates]
_Point = tuple[float, float]


def comes_within(
    line: Sequence[Coordinates], other: Sequence[Coordinates], radius_km: float
) -> bool:
    """Whether two lines, of which either may be one point, come so near to each other anywhere.

    Both are taken in pieces so short that the map is flat there. O(pieces of both).
    """
    step_km = max(_STEP_KM, radius_km / 8)
    pieces, others = (list(_pieces(one, step_km)) for one in (line, other))
    return any(_near(piece, near, radius_km, step_km) for piece in pieces for near in others)


def _near(piece: Piece, other: Piece, radius_km: float, step_km: float) -> bool:
    """Whether two pieces of up to ``step_km`` come so near; most are told by where they begin."""
    apart_km = great_circle_km(piece[0], other[0])
    if apart_km <= radius_km or apart_km > radius_km + 2 * step_km:
        return apart_km <= radius_km
    return _apart_km(piece, other) <= radius_km


def _pieces(line: Sequence[Coordinates], step_km: float) -> Iterator[Piece]:
    """Of a few km each; of one point that alone."""
    if len(line) == 1:
        yield line[0], line[0]
    for start, end in pairwise(line):
        steps = max(1, math.ceil(great_circle_km(start, end) / step_km))
        corners = [_between(start, end, step / steps) for step in range(steps + 1)]
        yield from pairwise(corners)


def _between(start: Coordinates, end: Coordinates, share: float) -> Coordinates:
    return Coordinates(
        start.lat_deg + share * (end.lat_deg - start.lat_deg),
        start.lon_deg + share * (end.lon_deg - start.lon_deg),
    )


def _apart_km(piece: Piece, other: Piece) -> float:
    """On a flat map around the first; 0 where they cross."""
    centre = piece[0]
    (a, b), (c, d) = ([_flat(centre, one) for one in both] for both in (piece, other))
    if _crosses(a, b, c, d):
        return 0.0
    return min(_from(a, c, d), _from(b, c, d), _from(c, a, b), _from(d, a, b))


def _flat(centre: Coordinates, one: Coordinates) -> _Point:
    """In km east and north."""
    shrunk = math.cos(math.radians((centre.lat_deg + one.lat_deg) / 2))
    east = (one.lon_deg - centre.lon_deg) * shrunk
    return east * _KM_A_DEGREE, (one.lat_deg - centre.lat_deg) * _KM_A_DEGREE


def _crosses(a: _Point, b: _Point, c: _Point, d: _Point) -> bool:
    """Whether each has its ends on both sides of the other."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: _Point, b: _Point, one: _Point) -> float:
    return (b[0] - a[0]) * (one[1] - a[1]) - (b[1] - a[1]) * (one[0] - a[0])


def _from(one: _Point, a: _Point, b: _Point) -> float:
    """How far a point is from a piece."""
    along, up = b[0] - a[0], b[1] - a[1]
    length = along * along + up * up
    share = 0.0
    if length:
        share = ((one[0] - a[0]) * along + (one[1] - a[1]) * up) / length
        share = min(1.0, max(0.0, share))
    return math.hypot(one[0] - a[0] - share * along, one[1] - a[1] - share * up)
