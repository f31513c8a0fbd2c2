"""What a cut hits: names, areas of the map, lots."""

from __future__ import annotations

import pytest
from goldens import ROOT

from netkit.errors import InputError
from netkit.files.native.topology import load_topology
from netkit.lab.drills.run import cut_ids
from netkit.lab.drills.strike import Struck, struck_by
from netkit.model.drills.scenario import Event, Strike
from netkit.model.network.geo import Coordinates

REGION = load_topology(ROOT / "topologies" / "lab-region.yaml")
TWO = load_topology(ROOT / "topologies" / "lab-two-operators.yaml")


def struck(topology, strike, seed=0):
    return struck_by(topology, [Event(1, strike)], "f", seed)[0]


def test_a_node_takes_all_its_links_with_it():
    found = struck(REGION, Strike(nodes=("wuhu-dc",)))
    assert found == Struck(frozenset({"nanjing~wuhu-dc", "wuhu-dc~hefei", "lateral"}),
                           frozenset({"wuhu-dc"}))  # fmt: skip


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
