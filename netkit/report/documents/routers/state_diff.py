"""What ``netkit diff`` found, as JSON."""

from __future__ import annotations

from netkit.emit.json.codec import to_plain
from netkit.emit.network_diff import NetworkDiff, Side
from netkit.report.documents.document import Document

SCHEMA = "netkit/diff/1"


def diff_to_json(old: Side, new: Side, found: NetworkDiff) -> Document:
    """Both sides, and every change router by router; values as in docs/router-state-json.md."""
    return {
        "schema": SCHEMA,
        "same": found.none,
        "old": _side(old),
        "new": _side(new),
        "removed": list(found.only_old),
        "added": list(found.only_new),
        "routers": [
            {
                "router": name,
                "changes": [
                    {
                        "part": list(one.part),
                        "field": one.field,
                        "old": to_plain(one.old),
                        "new": to_plain(one.new),
                    }
                    for one in changes
                ],
            }
            for name, changes in found.changes.items()
        ],
        "unchanged": list(found.same),
    }


def _side(side: Side) -> Document:
    return {
        "what": side.what,
        "policies_only": side.policies_only,
        "targets": dict(side.targets),
        "foreign": [
            {"router": name, "line": one.line, "text": one.text}
            for name, own in side.foreign.items()
            for one in own
        ],
    }
