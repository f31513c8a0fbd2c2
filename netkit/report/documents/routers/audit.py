"""The audit trail and the judgement of it, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from netkit.report.documents.document import Document
from netkit.store.audit_head import Head
from netkit.store.audit_log import Fault

SCHEMA = "netkit/audit-log/1"
VERIFIED_SCHEMA = "netkit/audit-verified/1"


def trail_to_json(entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Document:
    """Entries with their numbers, oldest first."""
    return {
        "schema": SCHEMA,
        "entries": [{"number": number, **entry} for number, entry in entries],
    }


def verified_to_json(path: Path, head: Head | None, faults: Iterable[Fault]) -> Document:
    """How many lines there should be, the hash of the last, both null where no head says it, and
    what is wrong with which."""
    return {
        "schema": VERIFIED_SCHEMA,
        "trail": str(path),
        "lines": None if head is None else head.lines,
        "head": None if head is None else head.sha256,
        "faults": [{"line": one.line, "what": one.what} for one in faults],
    }
