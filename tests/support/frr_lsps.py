"""LSPs as FRR 10.3 prints them in JSON, written by hand, and databases that were recorded."""

from __future__ import annotations

import json

import goldens

from netkit.files.importers.formats import import_topology
from netkit.files.importers.frr_isis import parse_frr
from netkit.files.importers.imported import Options
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.planner.plan import plan_demands

GOLDEN = goldens.GOLDEN / "import"

ONE, TWO, THREE, FOUR, FIVE = (f"0000.0000.000{n}" for n in (1, 2, 3, 4, 5))


def reach(system, metric, near=None, far=None, delay=None, **more):
    """A neighbour as FRR 10.3 prints it."""
    made = {"mtId": "Extended", "id": f"{system}.00", "metric": metric}
    if near:
        made |= {"localIfaceIp": near, "remoteIfaceIp": far}
    if delay:
        made["maxMinDelay"] = {"delay": "Normal", "microSec": f"{delay} / {delay + 9}"}
    return made | more


def lsp(system, hostname, *neighbours, bits="0/0/0", **more):
    made = {"lsp": {"id": f"{system}.00-00", "own": " "}, "seqNumber": "0x00000003"}
    made |= {"holdtime": 900, "attPOl": bits, "extReach": list(neighbours)}
    return made | ({"hostname": hostname} if hostname else {}) | more


def database(*lsps, level=2, more=()):
    levels = [{"id": level, "lsps": list(lsps), "count": len(lsps)}, *more]
    return json.dumps({"areas": [{"area": {"name": "1"}, "levels": levels}]})


def read(text, **options):
    return parse_frr(text, "x", Options(**options))


def links(imported):
    return [
        (link.id, link.metric_ab, link.metric_ba, link.delay_ab_us, link.delay_ba_us)
        for link in imported.topology.links
    ]


def notes(imported):
    return [str(note).removeprefix("x: ") for note in imported.notes]


def golden(name, **options):
    """A recorded database, imported."""
    return import_topology(GOLDEN / name, options=Options(**options))


def planned(imported, src, dst, bound_ms=20, **options):
    """The answer for one pair of an imported network."""
    demand = Demand(src, dst, bound_ms * 1000)
    plan = plan_demands(imported.topology, [demand], PlanOptions(**options))
    return plan.pairs[0]
