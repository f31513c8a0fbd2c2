"""What ``netkit emit`` wrote, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from netkit.model.planning.plan import PairPlan
from netkit.report.documents.document import Document

SCHEMA = "netkit/emit/1"


def emitted_to_json(files: Iterable[Path], without_policy: Iterable[PairPlan]) -> Document:
    """The files in the order written, and the pairs that have no list to configure."""
    return {
        "schema": SCHEMA,
        "files": [str(path) for path in files],
        "without_policy": [[pair.demand.src, pair.demand.dst] for pair in without_policy],
    }
