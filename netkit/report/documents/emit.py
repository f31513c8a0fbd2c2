"""What ``netkit emit`` wrote, as JSON."""

from __future__ import annotations

from netkit.emit.emitted import Emitted
from netkit.report.documents.document import Document

SCHEMA = "netkit/emit/1"


def emitted_to_json(emitted: Emitted) -> Document:
    """The files in the order written, the pairs that have no list to configure, where each target
    went or why it did not, and for each router its target and what its files do not say."""
    return {
        "schema": SCHEMA,
        "files": [str(path) for path in emitted.files],
        "without_policy": [[one.demand.src, one.demand.dst] for one in emitted.without_policy],
        "targets": [
            {
                "target": one.target,
                "folder": str(one.folder),
                "files": len(one.files),
                "kind": one.kind,
            }
            for one in emitted.made
        ],
        "refused": [
            {"target": one.target, "problems": [str(problem) for problem in one.problems]}
            for one in emitted.refused
        ],
        "routers": [
            {
                "router": one.router,
                "target": one.target,
                "left_out": [{"what": left.what, "why": left.why} for left in one.left_out],
            }
            for one in emitted.routers
        ],
    }
