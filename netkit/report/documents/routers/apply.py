"""What ``netkit apply`` changed, or would change, as JSON."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.apply.change_json import change_to_json
from netkit.apply.changes import Change
from netkit.apply.place import Recovered
from netkit.probe.run.tiers import TierMeasured
from netkit.report.documents.document import Document
from netkit.report.documents.routers.measured import measured_to_json

SCHEMA = "netkit/apply/1"


def applied_to_json(
    router: str,
    changes: Iterable[Change],
    measured: Iterable[TierMeasured] | None = None,
    *,
    dry_run: bool,
) -> Document:
    """The changes in their order, each with what was there before and what is after; ``measured``
    is null where nothing was."""
    return {
        "schema": SCHEMA,
        "router": router,
        "dry_run": dry_run,
        "changes": [change_to_json(one) for one in changes],
        "measured": None if measured is None else measured_to_json(measured),
    }


def recovered_to_json(found: Recovered | None, *, dry_run: bool) -> Document:
    """What was taken back, or would be; ``router`` is null where there was nothing."""
    changes = () if found is None else found.changes
    return {
        "schema": SCHEMA,
        "router": None if found is None else found.router,
        "dry_run": dry_run,
        "recovered": [change_to_json(one) for one in changes],
    }
