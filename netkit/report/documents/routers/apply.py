"""What ``netkit apply`` changed, or would change, as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.apply.change_json import change_to_json
from netkit.apply.changes import Change
from netkit.apply.router import Recovered
from netkit.report.documents.document import Document

SCHEMA = "netkit/apply/1"


def applied_to_json(router: str, changes: Iterable[Change], *, dry_run: bool) -> Document:
    """The changes in their order, each with what was there before and what is after."""
    return {
        "schema": SCHEMA,
        "router": router,
        "dry_run": dry_run,
        "changes": [change_to_json(one) for one in changes],
    }


def recovered_to_json(found: Recovered | None) -> Document:
    """What was taken back; ``router`` is null where there was nothing."""
    changes = () if found is None else found.changes
    return {
        "schema": SCHEMA,
        "router": None if found is None else found.router,
        "recovered": [change_to_json(one) for one in changes],
    }
