"""A lock that one process at a time has, and that ends with it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from netkit.errors import ApplyError

_FILE_MODE = 0o600


@contextmanager
def alone(lock: Path, busy: str) -> Iterator[None]:
    """Keep others out for the length of a ``with`` block; the folder of ``lock`` is there.

    Raises:
        ApplyError: another process has it; ``busy`` says what it does.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(lock, flags, _FILE_MODE)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ApplyError(f"{busy} is at work; wait for its end") from error
        yield
    finally:
        os.close(fd)
