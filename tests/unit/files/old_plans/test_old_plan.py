"""A plan.json read back: the network it was made on, whatever that was allowed to be."""

from dataclasses import replace
from pathlib import Path

from netkit.files.old_plans.old_plan import read_old_plan
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.geo import Coordinates
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan_options import PlanOptions
from netkit.report.documents.document import to_text
from netkit.report.documents.plan import kept_plan_to_json
from netkit.workflows.plan import make_plan

NODES = tuple(
    Node(name, Role.CITY, number, coordinates=Coordinates(30 + number, 110))
    for number, name in enumerate("abc", start=1)
)
BEATS_LIGHT = Topology(
    "imported", NODES, (Link("a~b", "a", "b", 5, 5, 1, 1), Link("b~c", "b", "c", 600, 600, 1, 1))
)


def test_delays_that_importers_live_with_are_read_back(tmp_path: Path):
    asked, options = DemandSet(BEATS_LIGHT, (Demand("a", "c", 900),)), PlanOptions()
    plan, file = make_plan(asked, options), tmp_path / "old.json"
    file.write_text(to_text(kept_plan_to_json(plan, BEATS_LIGHT, options)), encoding="utf-8")
    slower = replace(BEATS_LIGHT.links[0], delay_ab_us=9)
    for now in (
        replace(BEATS_LIGHT, links=(slower, BEATS_LIGHT.links[1])),
        replace(BEATS_LIGHT, name="another"),
    ):
        assert read_old_plan(file, now).topology == BEATS_LIGHT
