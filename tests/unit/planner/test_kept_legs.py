"""Legs of lists that were replayed are kept for the next lists, and not for ever."""

from __future__ import annotations

from itertools import permutations

import pytest
from goldens import ROOT

from netkit.files.importers.formats import import_topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner import pair
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner


@pytest.mark.parametrize("ask", ["answer", "unsteered", "certified_list"])
def test_a_planner_that_is_asked_much_keeps_no_more_legs(ask, monkeypatch):
    """A plan that follows, and one whose document is read, ask for lists and for the IGP's own way
    alone: legs of all their pairs were kept."""
    topology = import_topology(ROOT / "topologies" / "lab-region.yaml").topology
    planner = PairPlanner(Igp.of(Network.of(topology), ()), PlanOptions(backups=False))
    monkeypatch.setattr(pair, "_MOST_LEGS", 3)
    legs = planner.asked(Demand(*(node.name for node in topology.nodes[:2]), 10**6)).legs
    kept = set()
    for src, dst in permutations((node.name for node in topology.nodes), 2):
        demand = Demand(src, dst, 10**6)
        if ask == "certified_list":
            planner.asked(demand).certified_list()
        else:
            getattr(planner, ask)(demand)
        kept.add(len(legs))
    assert {1, 2, 3} <= kept
    assert max(kept) < 10
