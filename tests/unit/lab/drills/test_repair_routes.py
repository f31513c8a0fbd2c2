"""What neighbours of a failure are told: routes of every plane, none in the way of another."""

from __future__ import annotations

from collections import Counter

import pytest
from goldens import ROOT

from netkit.files.native.topology import load_topology
from netkit.lab.blueprint import draw
from netkit.lab.drills.expected import failed
from netkit.lab.drills.repair_routes import local_repairs
from netkit.lab.drills.strike import Struck
from netkit.model.planning.demand_set import DemandSet
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection.phases import Phases
from netkit.workflows.emit import router_configs
from netkit.workflows.plan import make_plan

PLANES = load_topology(ROOT / "topologies" / "lab-planes.yaml")


@pytest.mark.parametrize("link", [link.id for link in PLANES.all_links])
def test_each_end_x_that_failed_has_a_table_of_its_own(link):
    """Those of one adjacency in three algorithms are repaired each in its own plane."""
    igp = Igp.of(Network.of(PLANES))
    phases = Phases(igp, failed(igp, Struck(frozenset({link}))))
    configs = router_configs(PLANES, make_plan(DemandSet(PLANES, ())), ())
    patches = local_repairs(draw(PLANES, ()), phases, configs)
    assert patches
    for patch in patches:
        added = Counter(line.split(" table ")[1] for line in patch.repair
                        if line.startswith("route add default "))  # fmt: skip
        assert set(added.values()) <= {1}
