"""The audit trail: an append-only file of which no line can be altered, taken out, moved or cut off
unseen.

Each line is ``SHA256 JSON``, where the hash is of the hash before it and of the bytes of the JSON:
what comes later vouches for what came before (a hash chain, as in RFC 9162's logs without the
tree). The end of a chain has nothing behind it, so ``FILE.head`` holds the count and the last hash.
Who can write both files can write another history: keep the head that ``verify`` prints elsewhere.

An append goes through these states, all under one lock::

    whole ──head names the line to come──> announced ──line written──> written ──head──> whole
    crash in announced or written ──next append──> the announced line is completed, then whole
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from netkit.errors import InputError
from netkit.store.audit_head import (
    HASH_LENGTH,
    START,
    Head,
    chained,
    head_path,
    read_head,
    write_head,
    write_to_disk,
)

_FILE_MODE = 0o640


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a trail, and from which ``line`` on, counted from 1."""

    line: int
    what: str


def append(path: Path, entry: Mapping[str, object]) -> Head:
    """Add one entry; on the disk when this returns. Processes that append at once wait in turn.

    Takes the same time however long the trail is: that its length is the head's is looked at, its
    lines are for :func:`verify`.

    Raises:
        InputError: the trail is longer or shorter than netkit left it; nothing is added then.
        OSError: the file cannot be written.
    """
    with _locked(path):
        head = _completed(path)
        size = _size(path)
        if size != head.size_bytes:
            raise _altered(path, next(iter(verify(path)), Fault(head.lines, "is not whole")))
        body = _body(entry)
        line = f"{chained(head.sha256, body.encode())} {body}\n"
        write_head(path, replace(head, announced=line))
        write_to_disk(path, line.encode())
        return _closed(path, head, line)


def entries(path: Path) -> Iterator[dict[str, Any]]:
    """All entries in order; raises InputError with the line where one is none.

    A last line without its end is no entry: a crash or a hand has cut it, which :func:`verify`
    tells apart.
    """
    for number, line in enumerate(_lines(path), start=1):
        if line.endswith(b"\n"):
            yield _entry(path, number, line[HASH_LENGTH + 1 :])


def verify(path: Path) -> tuple[Fault, ...]:
    """What is wrong with the chain, the first fault first; () where every line is vouched for."""
    head, lines = _snapshot(path)
    last = START
    # The last line may be a part of one that a crash interrupted; that is the head's to judge.
    judged = lines if head is None or head.announced is None else lines[: head.lines]
    for number, line in enumerate(judged, start=1):
        said, _, body = line.partition(b" ")
        if said.decode("ascii", "replace") != chained(last, body.removesuffix(b"\n")):
            return (Fault(number, "does not follow from the line before it"),)
        last = said.decode("ascii")
    if head is None:
        what = f"may be missing: {head_path(path).name} is no head of an audit trail"
        return (Fault(len(lines) + 1, what),)
    return tuple(_against_head(head, lines, last))


def is_there(path: Path) -> bool:
    """Has anything been recorded there, or is something left that says so?"""
    return path.exists() or head_path(path).exists()


def head(path: Path) -> Head | None:
    """The end of the chain, to be kept elsewhere; None where nothing that netkit wrote says it."""
    return read_head(path)


def _body(entry: Mapping[str, object]) -> str:
    """The entry as JSON in one line. A byte of a file's name that is no UTF-8 is a lone surrogate
    in Python, which UTF-8 has no bytes for: it stands as JSON's escape of it."""
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace").decode()


def _entry(path: Path, number: int, body: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _altered(path, Fault(number, "is not JSON")) from error
    if not isinstance(entry, dict):
        raise _altered(path, Fault(number, "is no entry"))
    return entry


def _snapshot(path: Path) -> tuple[Head | None, list[bytes]]:
    """Head and lines of one moment. Who reads takes no lock, and need not be allowed to write: an
    append between the two readings moves the head, and both are read again."""
    while True:
        head, lines = read_head(path), _lines(path)
        if read_head(path) == head:
            return head, lines


def _against_head(head: Head, lines: list[bytes], last: str) -> Iterator[Fault]:
    whole = head.lines if head.announced is None else min(len(lines), head.lines + 1)
    if head.announced is not None and len(lines) == head.lines + 1:
        # A crash before the head could follow: of the line that was announced, all or a part.
        if last != head.sha256:
            yield Fault(max(head.lines, 1), "is not the last that netkit wrote before")
        elif not head.announced.encode().startswith(lines[-1]):
            yield Fault(len(lines), "is not the line that was announced")
    elif len(lines) < head.lines:
        yield Fault(len(lines) + 1, f"is missing, as are all up to {head.lines}")
    elif len(lines) > whole:
        yield Fault(whole + 1, "was added by other hands")
    elif last != head.sha256:
        yield Fault(len(lines), "is not the last that netkit wrote")
    elif lines and not lines[-1].endswith(b"\n"):
        yield Fault(len(lines), "is cut")
    elif sum(map(len, lines[: head.lines])) != head.size_bytes:
        yield Fault(head.lines, "does not end where the head says")


def _completed(path: Path) -> Head:
    """The head, once what a crash interrupted is finished: the rest of the announced line."""
    head = _head(path)
    if head.announced is None:
        return head
    wanted = head.announced.encode()
    begun = path.read_bytes()[head.size_bytes :] if path.exists() else b""
    if not wanted.startswith(begun):
        raise _altered(path, Fault(head.lines + 1, "is not the line that was announced"))
    write_to_disk(path, wanted[len(begun) :])
    return _closed(path, head, head.announced)


def _closed(path: Path, head: Head, line: str) -> Head:
    size = head.size_bytes + len(line.encode())
    closed = Head(head.lines + 1, size, line[:HASH_LENGTH])
    write_head(path, closed)
    return closed


def _lines(path: Path) -> list[bytes]:
    """The lines with their ends; the last has none if it is cut."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    return [*(line + b"\n" for line in lines[:-1]), *([lines[-1]] if lines[-1] else [])]


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _head(path: Path) -> Head:
    """The head; raises InputError where it is none."""
    found = read_head(path)
    if found is None:
        raise _altered(head_path(path), Fault(1, "is no head of an audit trail"))
    return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f"{path.name}.lock")
    fd = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, _FILE_MODE)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _altered(path: Path, fault: Fault) -> InputError:
    return InputError.single(
        f"this line of the audit trail {fault.what}", file=str(path), line=fault.line,
        remedy="Nothing is added to it. Move the trail and its head away to begin another",
    )  # fmt: skip
