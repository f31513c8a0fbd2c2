"""Routes that spread, where the machine lets them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lab_topologies import chain, igp_routes

from netkit.errors import LabError
from netkit.lab.blueprint import draw
from netkit.lab.igp.backend import IgpSite
from netkit.lab.igp.flooding import FloodingTimers
from netkit.lab.igp.staged import StagedIgp
from netkit.planner.network.igp import routing_tables


def full_once():
    """An IGP of three routers on a machine that has no room the first time; what was tried, and the
    routers."""
    tried = []

    def full(*asked):
        tried.append(asked)
        if len(tried) == 1:
            raise OSError(11, "Resource temporarily unavailable")

    topology = chain(1, 1)
    blueprint = draw(topology, ())
    igp = StagedIgp(routing_tables, FloodingTimers(0, 0, 0, 0))
    igp.preset(igp_routes(topology))
    node = SimpleNamespace(batch=full)
    igp.start(IgpSite(blueprint, dict.fromkeys(blueprint.routers, node), {}, lambda *_: None))
    return igp, tried, blueprint.routers


def test_a_machine_without_room_for_one_process_more_is_told_of():
    """Else it would be taken for done, with half of the routes of before."""
    igp, tried, _ = full_once()
    igp.links_down({"l0"})
    with pytest.raises(LabError, match=r"no new routes: .*unavailable"):
        igp.settle()
    igp.links_down(())
    igp.settle()
    assert len(tried) == 1, "what was not set need not be taken back"
    igp.links_down({"l0"})
    igp.settle()
    assert len(tried) == 4, "all three routers"


def test_a_change_that_only_told_of_the_one_before_is_made_when_it_is_asked_for_again():
    """Its routes were never spread: the same cut, asked for again, was taken for done."""
    igp, _, routers = full_once()
    igp.links_down({"l0"})
    with pytest.raises(LabError, match="no new routes"):
        igp.links_down({"l0", "l1"})
    igp.links_down({"l0", "l1"})
    igp.settle()
    assert {change.router for change in igp.changes} == set(routers)
