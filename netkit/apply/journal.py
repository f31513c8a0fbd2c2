"""The journal of one change of a router: what will be done is on disk before anything is done.

A file of JSON lines, on the disk (fsync) before the step that they announce::

    begin  (all changes, with their inverses; a digest of them; the boot of the machine)
    done N (after change N has been made; for people: recovery looks at the router itself, and so
            this line alone is not waited for)
    commit | undone

A crash leaves a file without its last line, and maybe half a line, which counts as none. Without
``begin`` nothing has been touched; with ``commit`` the new state stands; else the changes are taken
back, whichever of them were made: each says what was there before it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from netkit.apply.change_json import change_from_json, change_to_json
from netkit.apply.changes import Change
from netkit.errors import InputError

SCHEMA = "netkit/journal/1"
_FILE_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A change that was begun and neither committed nor taken back: for ``router``, with its
    ``changes``, of which the first ``done`` are known to be made; ``boot`` tells one run of the
    machine from the next."""

    router: str
    boot: str
    changes: tuple[Change, ...]
    done: int


class Journal:
    """Writes the journal of one change; ``with`` closes the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._fd >= 0:
            os.close(self._fd)

    def begin(self, router: str, boot: str, changes: Sequence[Change]) -> None:
        """Announce all changes; none may be made before this returns."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(self._path, flags, _FILE_MODE)
        body = [change_to_json(one) for one in changes]
        try:
            self._line({
                "schema": SCHEMA, "begin": router, "boot": boot, "changes": body,
                "sha256": _digest(body),
            })  # fmt: skip
        except OSError:
            os.ftruncate(self._fd, 0)
            raise
        _sync_folder(self._path.parent)

    def resume(self) -> None:
        """Go on with a journal that a crash has left: what was half written of it is cut off."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
        self._fd = os.open(self._path, flags)
        os.ftruncate(self._fd, self._path.read_bytes().rfind(b"\n") + 1)

    def done(self, number: int) -> None:
        """Change ``number``, from 0, has been made."""
        self._line({"done": number}, wait=False)

    def commit(self) -> None:
        """The new state stands."""
        self._line({"commit": True})

    def undone(self) -> None:
        """The old state is back. On a full disk the file goes, which says the same."""
        try:
            self._line({"undone": True})
        except OSError:
            self._path.unlink(missing_ok=True)

    def _line(self, document: Mapping[str, object], *, wait: bool = True) -> None:
        line = (json.dumps(document, separators=(",", ":")) + "\n").encode()
        try:
            while line:
                line = line[os.write(self._fd, line) :]
            if wait:
                os.fsync(self._fd)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(self._path)) from None


def unfinished(path: Path) -> Unfinished | None:
    """What a crash has left; None where nothing has, or there is no journal.

    Raises:
        InputError: the file is not a journal, or what it begins with was altered.
    """
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    lines = [_parsed(line, path, at) for at, line in enumerate(text.split("\n")[:-1], start=1)]
    if not lines or any("commit" in one or "undone" in one for one in lines):
        return None
    begin, done = lines[0], sum("done" in one for one in lines[1:])
    if begin.get("schema") != SCHEMA or begin.get("sha256") != _digest(begin.get("changes")):
        raise _not_a_journal(path, 1, "its changes are not those of its digest")
    changes = tuple(change_from_json(one) for one in begin["changes"])
    return Unfinished(str(begin["begin"]), str(begin["boot"]), changes, done)


def _parsed(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise _not_a_journal(path, number, "not a line of JSON")
    return found


def _not_a_journal(path: Path, line: int, what: str) -> InputError:
    return InputError.single(
        f"not a journal of netkit: {what}", file=str(path), line=line,
        remedy="Nothing was changed by reading it. Compare the router with its plan (netkit apply "
        "--dry-run), then move the file away",
    )  # fmt: skip


def _digest(body: object) -> str:
    return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
