"""A lab that stays: booted from a file, and the answers of its owner."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from netkit.errors import LabError
from netkit.lab.igp.comparison import IgpComparison, compare
from netkit.lab.igp.flooding import left_of
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.lab.igp.frr.convergence import components
from netkit.lab.igp.frr.round_trip import imported, unlike
from netkit.lab.igp.tables import Tables, kernel_table, owners, zebra_routes
from netkit.lab.lab import Lab
from netkit.lab.running.door import Handler, serve
from netkit.model.progress import Steps, silent
from netkit.workflows.boot import LabOptions, boot_lab
from netkit.workflows.lab_backbone import Backbone

MOST_DIFFERENCES = 1000
"""So many are listed; ``differ`` says how many there are."""

SETTLES_S = 30.0
"""So long real IS-IS may take to be done with a cut, or a repair, before its tables are read."""


def stay_up(
    planned: Backbone, options: LabOptions, label: str = "", progress: Steps = silent
) -> None:
    """Boot the lab and answer for it until a signal ends this process."""
    with boot_lab(
        planned.topology, planned.plan, customers=planned.customers, options=options, label=label,
        progress=progress,
    ) as lab:  # fmt: skip
        serve(handlers(lab, planned))


def handlers(lab: Lab, planned: Backbone) -> dict[str, Handler]:
    """What the owner of a lab can be asked."""
    since = time.time()
    return {
        "status": lambda _: status(lab, planned, since),
        "verify-igp": lambda _: verify_igp(lab),
        "cut": lambda request: _cut(lab, request),
        "restore": lambda _: _restore(lab),
    }


def status(lab: Lab, planned: Backbone, since: float) -> dict[str, object]:
    """What a booted lab consists of, what fills its tables, and what it does not emulate."""
    blueprint = lab.blueprint
    return {
        "topology": lab.topology.name,
        "up_since_s": since,
        "boot_s": lab.boot_s,
        "routers": len(blueprint.routers),
        "hosts": len(blueprint.hosts),
        "links": len(lab.topology.all_links),
        "backend": str(lab.backend),
        "igp": {"name": str(lab.igp.name), **lab.igp.facts()},
        "policies": len(planned.plan.pairs) - len(planned.without_policy),
        "not_emulated": lab.not_emulated,
        "cut": sorted(lab.down),
        "calibration": None if lab.calibration is None else asdict(lab.calibration),
    }


def _cut(lab: Lab, request: Mapping[str, Any]) -> dict[str, object]:
    lab.cut([str(id_) for id_ in request["links"]])
    return {"cut": sorted(lab.down)}


def _restore(lab: Lab) -> dict[str, object]:
    lab.restore()
    return {"cut": []}


def verify_igp(lab: Lab) -> dict[str, object]:
    """The planner's IGP against every router's table, all pairs; with IS-IS also against what zebra
    holds and, while nothing is cut, what is advertised. As JSON.

    Raises:
        LabError: a router does not say.
    """
    igp = lab.igp
    if isinstance(igp, FrrIgp):
        with suppress(LabError):  # what has not come about by then is what tables are to show
            igp.settle(SETTLES_S)
    else:
        igp.settle()
    owner = owners(lab.topology)
    topology = left_of(lab.topology, lab.down)
    routers = lab.blueprint.routers
    kernel = {name: kernel_table(lab.namespace(name), name, owner) for name in routers}
    found = {"kernel": compare(topology, kernel)}
    unread: list[str] | None = None
    if isinstance(igp, FrrIgp):
        found["zebra"] = compare(topology, zebra_tables(igp, lab))
        unread = None if lab.down else advertised_otherwise(igp, lab)
    equal = all(one.equal for one in found.values()) and not unread
    return {
        "equal": equal,
        "tables": {name: _comparison(one) for name, one in found.items()},
        "advertised_otherwise": unread,
    }


def zebra_tables(igp: FrrIgp, lab: Lab) -> Tables:
    """What zebra of every router holds of IS-IS."""
    owner, command = owners(lab.topology), "show ipv6 route isis json"
    return {
        name: dict(zebra_routes(igp.ask(name, "zebra", command), owner))
        for name in lab.blueprint.routers
    }


def advertised_otherwise(igp: FrrIgp, lab: Lab) -> list[str]:
    """Every field that the importer reads back of a router's database otherwise than it was booted;
    every router is asked, so that no database is taken for another's."""
    json = igp.release.database_json
    command = "show isis database detail" + (" json" if json else "")
    found: dict[str, str] = {}
    reached = {name: group for group in components(lab.blueprint) for name in group}
    for name in lab.blueprint.routers:
        database = igp.say(name, "isisd", command)
        read = imported(database, ".json" if json else ".txt")
        for one in unlike(lab.blueprint, reached[name], read, igp.options):
            found.setdefault(one, name)
    return [f"at {name}: {one}" for one, name in found.items()]


def _comparison(one: IgpComparison) -> dict[str, object]:
    return {
        "pairs": one.pairs,
        "with_distance": one.with_distance,
        "differ": len(one.differences),
        "differences": [asdict(d) for d in one.differences[:MOST_DIFFERENCES]],
    }
