"""What makes a function of loops over arrays a compiled one, and where the result is kept.

Machine code is kept in the user's cache folder, a few megabytes, and made anew when numba, the
processor or the source changes. Nothing is written into the source tree. Where no folder can be
written to, code is kept for the process alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_R = TypeVar("_R")


REPAYING = 20_000
"""Nodes times demands from which on loading machine code repays the half second that it takes."""


def repays(work: int) -> bool:
    """Is there a compiler, and so much to do for it? Asked without loading it."""
    return work >= REPAYING and find_spec("numba") is not None


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function as machine code, made when it is first called with arguments of a kind."""
    import numba

    kept, config = _kept(), cast("Any", numba.config)
    if kept is not None:
        config.CACHE_DIR = str(kept)
    return cast("Callable[_P, _R]", numba.njit(cache=kept is not None, nogil=True)(function))


def _kept() -> Path | None:
    """Where machine code is kept; None where no file can be made there."""
    root = os.environ.get("NUMBA_CACHE_DIR")
    if root:
        folder = Path(root)
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(cache) / "netkit" / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except (OSError, RuntimeError):
        return None
