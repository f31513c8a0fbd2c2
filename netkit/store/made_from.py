"""What the files of a folder were made from, as its manifest has it: plan, topology."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from netkit.store.manifest import MANIFEST, file_digest


def made_from(files: Iterable[Path]) -> Mapping[str, object]:
    """What ``files`` of one folder were made from; nothing where no manifest says it, or where one
    of them is not what netkit wrote."""
    own = list(files)
    try:
        manifest = own[0].parent / MANIFEST
        if not manifest.is_file():  # of a pipe nothing may ever come
            return {}
        document = json.loads(manifest.read_text(encoding="utf-8"))
        told, listed = document["made_from"], document["files"]
        whole = all(listed.get(one.name) == file_digest(one) for one in own)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {}
    return told if whole and isinstance(told, dict) else {}
