"""Rounds of one campaign at one site never overlap: the later one is skipped, and counted."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from netkit.errors import ProbeError, counted

_FILE_MODE = 0o600
_MOST_BYTES = 20
_LONGEST = 200


def lock_of(folder: Path, campaign: str, site: str) -> Path:
    """The lock of a campaign at a site, in a state folder: their names, as a file's may be.

    >>> lock_of(Path("/var/lib/netkit"), "a/b", "zw").as_posix()
    '/var/lib/netkit/rounds/a%2Fb@zw.lock'
    """
    return folder / "rounds" / f"{file_name(campaign, site)}.lock"


def file_name(*names: str) -> str:
    """Names of campaigns and sites, as that of a file may be; of long ones a digest.

    >>> file_name("../a", "zw")
    '..%2Fa@zw'
    """
    name = "@".join(quote(one, safe=" ") for one in names)
    return name if len(name) <= _LONGEST else hashlib.sha256(name.encode()).hexdigest()


@contextmanager
def one_round(lock: Path, what: str) -> Iterator[int]:
    """Keep other rounds out for the length of a ``with`` block; yields how many were skipped
    since the last one that ran.

    The count is in a file beside ``lock``, whose folder is made. The lock ends with the process.

    Raises:
        ProbeError: the round before still runs; this one is counted as skipped. ``what`` is whose.
            Or the lock cannot be had at all.
    """
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _FILE_MODE)
    except OSError as error:
        message = f"{error.filename}: {error.strerror}: the lock of a round is there"
        raise ProbeError(f"{message}; NETKIT_STATE names another folder") from error
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            skipped = _add_one(lock.with_suffix(".skipped"))
            since = counted(skipped, "round")
            message = f"skipped: the round before of {what} still runs; {since} skipped since"
            raise ProbeError(message) from error
        yield _take(lock.with_suffix(".skipped"))
    finally:
        os.close(fd)


def _add_one(path: Path) -> int:
    """Several may come at once: the file is read and written under a lock of its own."""
    with _counting(path) as fd:
        count = _number(fd) + 1
        _write(fd, count)
        return count


def _take(path: Path) -> int:
    """The count, which is 0 from now on; on a full disk it stays, and is told again."""
    with _counting(path) as fd:
        count = _number(fd)
        if count:
            with suppress(OSError):
                _write(fd, 0)
        return count


@contextmanager
def _counting(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _FILE_MODE)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield fd
    finally:
        os.close(fd)


def _number(fd: int) -> int:
    """What it holds; 0 of a file that is new, or of a write that a crash cut short."""
    text = os.pread(fd, _MOST_BYTES, 0)
    return int(text) if text.strip().isdigit() else 0


def _write(fd: int, count: int) -> None:
    os.pwrite(fd, f"{count:<{_MOST_BYTES}}".encode(), 0)
