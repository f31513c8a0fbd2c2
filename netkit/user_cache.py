"""Where a user's cache lies."""

from __future__ import annotations

import os
from pathlib import Path


def user_cache() -> Path:
    """The folder ``netkit`` in ``$XDG_CACHE_HOME``, or in ``~/.cache``; it need not exist. Raises
    RuntimeError where there is no home."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "netkit"
