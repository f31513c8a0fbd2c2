"""The head of an audit trail: how far the chain goes, kept beside it in ``FILE.head``."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

SCHEMA = "netkit/audit/1"
START = hashlib.sha256(SCHEMA.encode()).hexdigest()
"""What stands before the first line."""

HASH_LENGTH = len(START)
_FILE_MODE = 0o640


@dataclass(frozen=True, slots=True)
class Head:
    """The chain so far: how many ``lines`` of how many bytes, the hash of the last, and the line to
    come, if any."""

    lines: int = 0
    size_bytes: int = 0
    sha256: str = START
    announced: str | None = None


def chained(before: str, body: bytes) -> str:
    """The hash of a line with this body behind the line of that hash."""
    return hashlib.sha256(before.encode() + b" " + body).hexdigest()


def head_path(path: Path) -> Path:
    """The head of the trail ``path``."""
    return path.with_name(f"{path.name}.head")


def read_head(path: Path) -> Head | None:
    """The head of the trail ``path``, that of an empty one where it has none yet; None where what
    is there is not to the byte what netkit writes, or announces a line that does not follow."""
    try:
        text = head_path(path).read_bytes()
    except FileNotFoundError:
        return Head()
    try:
        found = Head(**json.loads(text))
        return found if _is_whole(found) and _text(found) == text else None
    except (ValueError, TypeError, RecursionError):
        return None


def _is_whole(found: Head) -> bool:
    counts = (found.lines, found.size_bytes)
    if any(type(one) is not int or one < 0 for one in counts) or type(found.sha256) is not str:
        return False
    return found.announced is None or (
        type(found.announced) is str and _follows(found.sha256, found.announced)
    )


def _follows(last: str, line: str) -> bool:
    said, _, body = line.partition(" ")
    return body.endswith("\n") and said == chained(last, body.removesuffix("\n").encode())


def write_head(path: Path, head: Head) -> None:
    """Put a head in the place of the one before; on the disk when this returns."""
    replace_on_disk(head_path(path), _text(head))


def _text(head: Head) -> bytes:
    return (json.dumps(asdict(head), ensure_ascii=False) + "\n").encode()


def write_to_disk(path: Path, data: bytes) -> None:
    """Add bytes at the end of a file, which is made where it is not there."""
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    fd = os.open(path, flags, _FILE_MODE)
    try:
        while data:
            data = data[os.write(fd, data) :]
        os.fsync(fd)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None  # which one was full
    finally:
        os.close(fd)


def replace_on_disk(path: Path, data: bytes) -> None:
    """Write a whole file in the place of the one before; on the disk when this returns. Whoever
    writes it is alone with it."""
    beside = path.with_name(f"{path.name}-next")
    beside.unlink(missing_ok=True)
    write_to_disk(beside, data)
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
