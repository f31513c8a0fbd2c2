"""Golden files: NETKIT_REWRITE_GOLDENS=1 rewrites them instead of comparing."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
ROOT = Path(__file__).parents[2]


def check_golden(name: str, text: str) -> None:
    """Compare ``text`` with ``tests/golden/<name>``."""
    path = GOLDEN / name
    if os.environ.get("NETKIT_REWRITE_GOLDENS") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
