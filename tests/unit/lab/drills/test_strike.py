"""What a cut hits: names, areas of the map, lots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.lab.drills.run import cut_ids
from netkit.lab.drills.strike import Struck, struck_by
from netkit.model.drills.scenario import Ailment, Event, Strike
from netkit.model.network.geo import Coordinates

REGION = load_topology(ROOT / "topologies" / "lab-region.yaml")
TWO = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")


def struck(topology, strike, seed=0):
    return struck_by(topology, [Event(1, strike)], "f", seed)[0]


def test_a_node_takes_all_its_links_with_it():
    found = struck(REGION, Strike(nodes=("wuhu-dc",)))
    assert found == Struck(frozenset({"nanjing~wuhu-dc", "wuhu-dc~hefei", "lateral"}),
                           frozenset({"wuhu-dc"}))  # fmt: skip


def test_either_name_of_a_link_names_it():
    links = (replace(one, id_ba="back") if one.id == "old-cable" else one for one in REGION.links)
    both = replace(REGION, links=tuple(links))
    assert struck(both, Strike(links=("back",))) == struck(both, Strike(links=("old-cable",)))
    assert struck(both, Strike(links=("back", "old-cable"))).links == {"old-cable"}


def test_nothing_begins_at_the_far_end_of_a_one_way_link():
    only = {"delay_ba_us": None, "metric_ba": None}
    links = (replace(one, **only) if one.id == "old-cable" else one for one in REGION.links)
    topology = replace(REGION, links=tuple(links))
    near, far = REGION.link["old-cable"].a, REGION.link["old-cable"].b

    def degraded(headend):
        ailment = Ailment(headend, delay_us=1000)
        return struck_by(topology, [Event(1, Strike(links=("old-cable",)), 3, ailment)], "f", 0)

    assert ("old-cable", near) in degraded(near)[0].ailing
    with pytest.raises(InputError, match="does not begin there"):
        degraded(far)


def test_an_earthquake_hits_lines_that_pass_it_and_no_others():
    halfway = Coordinates(31.68, 119.69)  # between suzhou and nanjing
    near = struck(REGION, Strike(along=(halfway,), radius_km=15)).links
    assert near == {"suzhou~nanjing", "shanghai~nanjing"}
    wide = struck(REGION, Strike(along=(halfway,), radius_km=80)).links
    assert wide == {"suzhou~nanjing", "shanghai~nanjing", "old-cable"}


def test_a_flood_hits_what_crosses_the_river():
    river = (Coordinates(32.5, 118.1), Coordinates(31.2, 118.0))
    assert struck(REGION, Strike(along=river, radius_km=5)).links == {
        "nanjing~hefei", "wuhu-dc~hefei"
    }  # fmt: skip


@pytest.mark.parametrize("shift_deg", [0.0, 0.013, 0.029, 0.041])
@pytest.mark.parametrize("width_km", [0.1, 2, 6])
def test_a_narrow_river_takes_what_crosses_it_wherever_that_is(width_km, shift_deg):
    """Both lines are straight: where they cross nothing lies between them."""
    river = (Coordinates(32.5, 118.1 + shift_deg), Coordinates(31.2, 118.0 + shift_deg))
    assert struck(REGION, Strike(along=river, radius_km=width_km / 2)).links == {
        "nanjing~hefei", "wuhu-dc~hefei"
    }  # fmt: skip


@pytest.mark.parametrize("share", [0.1, 0.37, 0.5, 0.83])
def test_a_small_quake_takes_the_cable_that_it_is_under_and_not_one_a_mile_off(share):
    a, b = (REGION.node[name].coordinates for name in ("hangzhou", "nanjing"))
    at = Coordinates(
        a.lat_deg + share * (b.lat_deg - a.lat_deg), a.lon_deg + share * (b.lon_deg - a.lon_deg)
    )
    assert "old-cable" in struck(REGION, Strike(along=(at,), radius_km=0.2)).links
    off = Coordinates(at.lat_deg + 0.02, at.lon_deg + 0.02)  # 2.2 km north, 1.9 east
    found = struck(REGION, Strike(links=("lateral",), along=(off,), radius_km=1)).links
    assert found == {"lateral"}


def test_what_is_to_ail_is_drawn_of_what_can():
    events = [Event(1, Strike(random=len(TWO.links)), 4, Ailment(delay_us=1000))]
    (found,) = struck_by(TWO, events, "f", 0)
    assert {link for link, _ in found.ailing} == {link.id for link in TWO.links}


def test_an_exchange_is_cut_as_one_thing():
    found = struck(TWO, Strike(exchanges=("hangzhou-exchange",)))
    assert cut_ids(TWO, found) == ("hangzhou-exchange",)


def test_lots_are_drawn_by_the_seed():
    drawn = [struck(REGION, Strike(random=3), seed).links for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 3


def test_all_unknown_names_are_said_at_once():
    events = [
        Event(1, Strike(links=("old-cabel",)), 4),
        Event(2, None),
        Event(3, Strike(nodes=("x",)), 6),
    ]
    with pytest.raises(InputError) as caught:
        struck_by(REGION, events, "f.yaml", 0)
    assert [(p.line, p.value) for p in caught.value.problems] == [(4, "old-cabel"), (6, "x")]
    assert "old-cable" in str(caught.value)


def test_a_restore_makes_whole():
    found = struck_by(REGION, [Event(1, Strike(links=("lateral",))), Event(2, None)], "f", 0)
    assert found[1] == Struck()
