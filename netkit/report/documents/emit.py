"""What ``netkit emit`` wrote, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from netkit.emit.network import RouterFiles
from netkit.model.planning.plan import PairPlan
from netkit.report.documents.document import Document

SCHEMA = "netkit/emit/1"


def emitted_to_json(
    files: Iterable[Path], without_policy: Iterable[PairPlan], routers: Iterable[RouterFiles]
) -> Document:
    """The files in the order written, the pairs that have no list to configure, and for each router
    its target and what of its state the files do not say."""
    return {
        "schema": SCHEMA,
        "files": [str(path) for path in files],
        "without_policy": [[pair.demand.src, pair.demand.dst] for pair in without_policy],
        "routers": [
            {
                "router": one.router,
                "target": one.target,
                "left_out": [{"what": left.what, "why": left.why} for left in one.left_out],
            }
            for one in routers
        ],
    }
