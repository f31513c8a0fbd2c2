"""What makes a function of loops over arrays a compiled one, and where the result is kept.

Machine code is kept in the user's cache folder, a few megabytes for each version of the sources
here, and made anew when numba or the processor changes. Nothing is written into the source tree.
Where no folder can be written to, code is kept for the process alone.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from netkit.user_cache import user_cache

_P = ParamSpec("_P")
_R = TypeVar("_R")


REPAYING = 20_000
"""Nodes times demands from which on loading machine code repays the half second that it takes."""

REPAYING_COLD = 2_000_000
"""The same where machine code must be made first, which takes ten seconds and more."""


def repays(work: int) -> bool:
    """Is there a compiler, and so much to do for it? Asked without loading it."""
    if work < REPAYING or not available():
        return False
    return work >= REPAYING_COLD or warm()


def available() -> bool:
    """Is there a compiler?"""
    return find_spec("numba") is not None


def loaded() -> bool:
    """Is the compiler loaded in this process, so that machine code costs next to nothing more?"""
    return "numba" in sys.modules


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The function as machine code, made when it is first called with arguments of a kind."""
    return _jitted(function, cache=_folder() is not None)


def inner(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same, for other machine code alone to call: what lets Python call it takes time to make.
    Called from Python it would crash. A first value that is a literal, or an argument, would be a
    kind of its own: kernels write ``int(np.int64(0))`` where that would make code twice."""
    return _jitted(function, no_cpython_wrapper=True)


def _jitted(function: Callable[_P, _R], **options: bool) -> Callable[_P, _R]:
    import numba

    kept, config = _folder(), cast("Any", numba.config)
    if kept is not None:
        config.CACHE_DIR = str(kept)
    jit = cast("Any", numba.njit)
    made = jit(nogil=True, no_cfunc_wrapper=True, error_model="numpy", **options)(function)
    return cast("Callable[_P, _R]", made)


def warm() -> bool:
    """Has all machine code been made before, and is it kept where this process can use it?"""
    kept = _folder()
    return kept is not None and (kept / _DONE).exists()


def made() -> None:
    """Note that all machine code is made, where it is kept."""
    kept = _folder()
    if kept is not None:
        with suppress(OSError):
            (kept / _DONE).touch()


_DONE = "made"


@cache
def _folder() -> Path | None:
    """Where machine code of these sources is kept; None where no file can be made there."""
    root = _root()
    if root is None:
        return None
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            return root
    except OSError:
        return None


def _root() -> Path | None:
    """None where there is no home. Other sources have another folder: numba does not see that a
    function changed which one in another file calls."""
    given = os.environ.get("NUMBA_CACHE_DIR")
    if given:
        return Path(given) / _version()
    try:
        return user_cache() / "compiled" / _version()
    except RuntimeError:
        return None


@cache
def _version() -> str:
    """Of the sources here and beside, as a name. Numba knows a function's code by the path and the
    time of its file, so another copy of the same sources has a folder of its own."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted((*here.glob("*.py"), here.parent / "arrays.py")):
        digest.update(f"{file} {file.stat().st_mtime_ns}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
