"""The geometry of the drawings: projection, markers, labels, axes, distributions."""

import math
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.network.geo import Coordinates, great_circle_km
from netkit.report.html.map_drawing import draw_map
from netkit.report.html.map_labels import (
    Label,
    MarkerCluster,
    marker_clusters,
    place_labels,
    text_width_px,
)
from netkit.report.html.map_projection import Projection
from netkit.report.html.strips import Axis, draw_strips

places = st.builds(
    Coordinates,
    st.floats(-85, 85, allow_nan=False),
    st.floats(-180, 180, allow_nan=False),
)
points = st.tuples(st.floats(0, 900), st.floats(0, 700))


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


@given(st.dictionaries(st.text(max_size=4), points, max_size=30))
def test_every_marker_has_one_spot_of_its_own(wanted):
    clusters = marker_clusters(wanted)
    assert sorted(name for cluster in clusters for name in cluster.members) == sorted(wanted)
    for cluster in clusters:
        spots = cluster.spots()
        apart = [math.dist(a, b) for i, a in enumerate(spots) for b in spots[:i]]
        assert all(gap > 5 for gap in apart)


@settings(max_examples=60)
@given(st.lists(st.tuples(points, st.text("abcdefgh北京", min_size=1, max_size=12)), max_size=25))
def test_labels_never_cover_each_other_and_stay_inside(wanted):
    sites = [MarkerCluster(point, (str(i),), 4.5) for i, (point, _) in enumerate(wanted)]
    labels = [Label(text, sites[i], 11, i) for i, (_, text) in enumerate(wanted)]
    boxes = []
    for placed in place_labels(labels, sites, 900, 700):
        width = text_width_px(placed.label.text, 11)
        left = placed.x - {"start": 0, "middle": width / 2, "end": width}[placed.anchor]
        boxes.append((left, placed.y - 0.85 * 11, left + width, placed.y + 0.15 * 11))
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert min(left, top) >= -1e-6
        assert right <= 900 + 1e-6
        assert bottom <= 700 + 1e-6
        for other in boxes[:i]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart


def test_of_two_labels_that_collide_the_more_important_stays():
    cluster = MarkerCluster((450, 350), ("a",), 4.5)
    crowd = [MarkerCluster((450 + 12 * i, 350 + 12 * j), (f"{i},{j}",), 6) for i in range(-9, 10)
             for j in range(-9, 10) if (i, j) != (0, 0)]  # fmt: skip
    assert place_labels([Label("Beijing", cluster, 11, 0)], [cluster, *crowd], 900, 700) == []
    both = [Label("Minor", cluster, 11, 5), Label("Major", cluster, 11, 0)]
    assert place_labels(both, [cluster], 900, 700)[0].label.text == "Major"


@given(
    st.floats(-50, 50), st.floats(0.01, 1000), st.integers(3, 10), st.floats(-1, 2, allow_nan=False)
)
def test_ticks_are_few_round_and_on_the_axis(low, span, most, share):
    axis = Axis(low, low + span)
    ticks = axis.ticks(most)
    assert 1 <= len(ticks) <= most + 1
    assert all(-0.01 <= tick.at <= 100.01 for tick in ticks)
    assert len({tick.text for tick in ticks}) == len(ticks)
    assert axis.at(low + share * span) == pytest.approx(100 * share, abs=0.01)


def test_the_map_shows_what_there_is(results):
    drawing = draw_map(results)
    assert drawing.unplaced == 1
    assert len(drawing.markers) == 9
    assert sum(marker.planned for marker in drawing.markers) == 1
    assert len(drawing.hand_overs) == 1
    uses = {line.title.split(":")[0].split(",")[0]: line.uses for line in drawing.lines}
    assert uses["zw-xa"] == 2
    assert uses["zw-ty"] == 2
    assert uses["xa-bj-2"] == 0
    assert uses["taiyuan – ix-north"] == 1
    assert {label.label.text for label in drawing.labels} >= {"Beijing", "Zhongwei", "Taiyuan"}


def test_routes_go_through_the_exchange(results):
    drawing = draw_map(results)
    route = next(route for route in drawing.routes if route.pair == 1)
    assert route.there.count("L") == 3  # zhongwei, taiyuan, the exchange, tianjin
    assert route.back.count("L") == 5


def test_distributions_rise_from_nothing_to_all(results):
    strips = draw_strips(results)
    (group,) = strips.groups
    curve = group.strips[0].ways[0].curve
    heights = [float(y) for y in re.findall(r"V([\d.]+)", curve)]
    across = [float(x) for x in re.findall(r"H(-?[\d.]+)", curve)]
    assert heights == sorted(heights, reverse=True)
    assert across == sorted(across)
    assert heights[-1] == 0
    assert group.strips[1].ways[1].curve == ""


def test_late_probes_are_counted_not_moved(results):
    measured = dict(results.measured)
    pair = measured["zhongwei", "beijing"]
    slow = replace(pair.forward, delays_ms=(*pair.forward.delays_ms, 60.0, -3.0))
    measured["zhongwei", "beijing"] = replace(pair, forward=slow)
    way = draw_strips(replace(results, measured=measured)).groups[0].strips[0].ways[0]
    assert (way.early, way.late) == (1, 1)


def test_a_place_that_names_too_much_gives_way_to_the_nodes_names(results):
    topology = results.topology
    city = replace(topology, nodes=tuple(replace(n, place="City") for n in topology.nodes))
    texts = {label.label.text for label in draw_map(replace(results, topology=city)).labels}
    assert "City" not in texts
    assert {"zhongwei", "taiyuan", "tianjin-west"} <= texts
