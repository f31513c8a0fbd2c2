"""The documents of docs/router-state-json.md, as they are written."""

from __future__ import annotations

from goldens import ROOT, check_golden

from netkit.api import load_topology
from netkit.emit.network import desired_network, network_files, targets_of
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands

CASES = {
    "lab-metro": ([Demand("xidan", "haidian", 1_000), Demand("haidian", "xidan", 1)], {}),
    "lab-planes": ([Demand("west", "east", 1_000)], {"algorithms": (128, 129), "usid": True}),
}


def test_documents() -> None:
    for name, (demands, options) in CASES.items():
        topology = load_topology(ROOT / "topologies" / f"{name}.yaml")
        plan = plan_demands(topology, demands, PlanOptions(**options))
        routers = network_files(desired_network(topology, plan), targets_of(topology, "json"))
        text = "\n".join(
            f"==> {one.router}{suffix} <==\n{file}"
            for one in routers
            for suffix, file in one.files.items()
        )
        check_golden(f"emit/json/{name}.txt", text)
