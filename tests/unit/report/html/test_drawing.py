"""The geometry of the map: every place inside its frame, north up, distances kept."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netkit.model.network.geo import Coordinates, great_circle_km
from netkit.report.html.map_projection import Projection

places = st.builds(
    Coordinates,
    st.floats(-85, 85, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)


@given(st.lists(places, min_size=1, max_size=20))
def test_every_place_lands_inside_the_frame(shown):
    frame = Projection.fitting(shown, width=900, most_height=700, margin=40)
    assert frame.height <= 700 + 1e-6
    for place in shown:
        x, y = frame.point(place)
        assert 40 - 1e-6 <= x <= 860 + 1e-6
        assert 40 - 1e-6 <= y <= frame.height - 40 + 1e-6


@given(st.floats(-70, 70), st.floats(-180, 180), st.floats(-2, 2), st.floats(-2, 2))
def test_near_places_keep_their_distance(lat, lon, north, east):
    a, b = Coordinates(lat, lon), Coordinates(lat + north, lon + east)
    frame = Projection.fitting([a, b], width=900, most_height=700, margin=40)
    drawn_km = math.dist(frame.point(a), frame.point(b)) / frame.px_per_km
    assert drawn_km == pytest.approx(great_circle_km(a, b), rel=2e-3, abs=1e-3)


def test_north_is_up_and_the_date_line_is_no_seam():
    fiji, samoa = Coordinates(-17.8, 178.0), Coordinates(-13.8, -171.8)
    frame = Projection.fitting([fiji, samoa], width=900, most_height=700, margin=40)
    (x_fiji, y_fiji), (x_samoa, y_samoa) = frame.point(fiji), frame.point(samoa)
    assert x_fiji < x_samoa
    assert y_samoa < y_fiji
