"""What depends on the kernel's release, and on the FRR of the same Debian."""

from __future__ import annotations

from pathlib import Path

import pytest
from exact_delays import measured, planned

from netkit.errors import LabError
from netkit.lab.check.machine import USID_ADJACENCIES, examine
from netkit.lab.igp.frr.release import INSTALLED
from netkit.lab.lab import Lab
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.network.igp import routing_tables
from netkit.workflows.boot import LabOptions, igp_backend
from netkit.workflows.labs.up import verify_igp

TOPOLOGIES = Path(__file__).parents[2] / "topologies"
PROBES = 10


def test_lists_of_usids_lead_where_the_plan_says_or_the_boot_says_why_not():
    """Linux 6.1 takes the flavour of an adjacency and drops it: no lab may boot on that."""
    topology, plan = planned(TOPOLOGIES / "lab-metro.yaml", PlanOptions(usid=True))
    adjacencies = next(need for need in examine() if need.name == USID_ADJACENCIES)
    if not adjacencies.present:
        with pytest.raises(LabError, match="flavors next-csid"):
            measured(topology, plan, "netem", PROBES)
        return
    certificate = {(p.demand.src, p.demand.dst): p.primary.certificate for p in plan.pairs}
    for pair in measured(topology, plan, "netem", PROBES):
        ends = pair.src, pair.dst
        assert pair.path_proven(certificate[ends], certificate[ends[::-1]])


def test_tables_of_this_release_of_frr_are_the_planners():
    topology, _ = planned(TOPOLOGIES / "lab-metro.yaml")
    igp = igp_backend(LabOptions(igp="frr", frr=INSTALLED))
    tables = routing_tables(topology)
    with Lab.boot(topology, tables, igp=igp, backend="netem") as lab:
        found = verify_igp(lab)
    routers = len(topology.active_nodes)
    for table in found["tables"].values():
        assert (table["differences"], table["pairs"]) == ([], routers * (routers - 1))
    assert found["equal"], found["advertised_otherwise"]
