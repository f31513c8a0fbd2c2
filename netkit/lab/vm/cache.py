"""Where the disks of guests are kept between runs, each under what it was made of."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from netkit.user_cache import user_cache

_KEY_DIGITS = 16


def cache_folder() -> Path:
    """Where guests are kept."""
    return user_cache() / "vm"


def key_of(*parts: str) -> str:
    """A short name for all that something is made of."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_KEY_DIGITS]


def kept(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by ``make`` where it is not there yet; it is there whole or not at all.

    Whoever wants it at the same time waits. What ``make`` raises is passed on, and leaves nothing.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(folder.with_name(f"{folder.name}.lock")):
        if not folder.is_dir():
            for left in folder.parent.glob(f"{folder.name}.part-*"):
                shutil.rmtree(left, ignore_errors=True)  # of one that was killed
            part = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
            try:
                make(part)
                part.rename(folder)
            finally:
                shutil.rmtree(part, ignore_errors=True)
    return folder


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
