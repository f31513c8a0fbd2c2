"""What ``netkit probe install`` writes, as JSON: docs/campaigns.md."""

from __future__ import annotations

from collections.abc import Mapping

from netkit.report.documents.document import Document

SCHEMA = "netkit/probe-install/1"


def install_to_json(files: Mapping[str, str], *, written: bool, verified: bool | None) -> Document:
    """Each file by its path; ``verified`` is None where nothing could try them."""
    return {
        "schema": SCHEMA,
        "written": written,
        "verified": verified,
        "files": [{"path": path, "text": text} for path, text in files.items()],
    }
