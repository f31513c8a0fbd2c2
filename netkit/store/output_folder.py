"""A folder of results: all files of a run appear together, and nothing of anyone else's is touched.

Files are written beside the folder's own, in ``.netkit-next``, and moved over when all are there. A
manifest lists what netkit wrote, with digests: only that is ever replaced or removed, and only if
nobody has changed it since. States of a folder::

    idle ── enter ──> staging ── seal ──> sealed ── commit ──> ready ── all files moved ──> idle
                      └── error, Ctrl-C, kill ──> idle: the last result is whole
                                                   ready ── kill ──> the next run moves the rest

Ctrl-C waits until all files are moved. One run at a time holds a lock on the folder, which ends
with its process.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from netkit.errors import InputError
from netkit.interrupts import uninterrupted
from netkit.store.made_folders import make_folders, remove_empty
from netkit.store.manifest import (
    MANIFEST,
    NEXT,
    SCHEMA,
    file_digest,
    is_inside,
    is_own,
    listed_files,
    listed_in,
    require_own,
    require_same,
)

INCOMPLETE = "incomplete"
"""Where results go that are not whole, beside the last that is."""

_SEALED, _READY = "sealed", "ready"


class OutputFolder:
    """The files of one run, on their way into ``folder``; its manifest tells what they were
    ``made_from``, where that is set."""

    def __init__(self, folder: Path, kind: str, of: str) -> None:
        self.folder = folder
        self._kind = kind
        self._of = of
        self._next = folder / NEXT
        self._before = listed_files(folder)  # nobody else writes it: this run holds the lock
        self._names: dict[str, None] = {}
        self._inside = ""
        self.made_from: Mapping[str, object] = {}

    def claim(self, names: Iterable[str]) -> None:
        """Say early which files will be written; InputError for all that are not netkit's own.

        A file is netkit's own if the manifest lists it and it still is what netkit wrote. Links
        are never followed, and so never own.
        """
        require_own(self.folder, names, self._before)

    def staged(self, name: str) -> Path:
        """Where to write the file that will be ``folder/name``."""
        self.claim([name])
        path = self._next / name
        if name not in self._names and os.path.lexists(path):
            raise InputError.single(
                "two files would be one on this disk, which does not tell such names apart",
                value=self.folder / name, remedy="Write to a folder on another disk.",
            )  # fmt: skip
        path.parent.mkdir(parents=True, exist_ok=True)
        self._names[name] = None
        return path

    def write(self, name: str, text: str) -> None:
        """Write ``folder/name``, UTF-8; it is there once the run ends well."""
        path = self.staged(name)
        with _naming(self.folder):
            path.write_text(text, encoding="utf-8")

    def holds(self, name: str) -> bool:
        """Is that file among those of the last run?"""
        return name in self._before

    def keep_last(self) -> Path:
        """What this run has is no whole result: the last whole one stays, if there is one, and
        this goes beside it. Returns where the files will be."""
        if self._before:
            self._inside = INCOMPLETE
        return self.folder / self._inside

    def seal(self) -> None:
        """Write down what is to be moved. A full disk shows here: of several folders that belong
        together all are sealed before the first is committed."""
        before = self._before.items() if self._inside else ()
        digests = {name: of for name, of in before if not name.startswith(f"{INCOMPLETE}/")}
        for name in self._names:
            inside = str(PurePosixPath(self._inside, name))
            self.claim([inside])
            (self._next / inside).parent.mkdir(parents=True, exist_ok=True)
            (self._next / name).replace(self._next / inside)
            digests[inside] = file_digest(self._next / inside)
        document = {"schema": SCHEMA, "kind": self._kind, "of": self._of, "files": digests}
        if self.made_from:
            document["made_from"] = self.made_from
        sealed = self._next / _SEALED
        with _naming(self.folder), sealed.open("w", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def commit(self) -> None:
        """Move all that was written into the folder, and take away what the last run alone had.

        Nobody finds the files of one run beside those of another: Ctrl-C comes before it or after.
        """
        sealed = self._next / _SEALED
        if not sealed.exists():
            self.seal()
        uninterrupted(self._swap, sealed)

    def _swap(self, sealed: Path) -> None:
        sealed.replace(self._next / _READY)
        _move_over(self.folder)


@contextmanager
def output_folder(
    folder: Path, names: Iterable[str] = (), *, kind: str = "results", of: str = ""
) -> Iterator[OutputFolder]:
    """Everything written inside appears in ``folder`` at the end, or nothing of it.

    Made if it is missing, and taken away again where nothing comes into it. ``names`` are claimed
    at once. Raises InputError where another run is writing to it, where it holds results of another
    ``kind`` or ``of`` something else, or where a file in the way is not netkit's own; OSError where
    it cannot be written to.
    """
    handle, new = _locked(folder)
    try:
        _require_lists(folder)
        _recover(folder)
        require_same(folder, kind, of)
        made = OutputFolder(folder, kind, of)
        made.claim(names)
        (folder / NEXT).mkdir()
        try:
            with _naming(folder):
                yield made
                made.commit()
        finally:
            if not (folder / NEXT / _READY).exists():
                shutil.rmtree(folder / NEXT, ignore_errors=True)
    except BaseException:
        remove_empty(new)  # before another run can have the lock
        raise
    finally:
        os.close(handle)


def _locked(folder: Path) -> tuple[int, tuple[Path, ...]]:
    """The folder, locked for this run until it is closed, and those that were made for it."""
    while True:
        try:
            new = make_folders(folder)
        except (FileExistsError, NotADirectoryError) as error:
            expected = "a folder, or a name for a new one"
            raise InputError.single("cannot write here", value=folder, expected=expected) from error
        with suppress(FileNotFoundError):  # a run that failed has just taken its folder away
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                _lock(handle, folder)
                if os.path.samestat(os.fstat(handle), folder.stat()):
                    return handle, new
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)


@contextmanager
def _naming(folder: Path) -> Iterator[None]:
    """Errors of a full disk do not say which it is."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(folder)
        raise


def _lock(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError.single(
            "another run of netkit is writing to this folder", value=folder,
            remedy="Wait for it to end, or write to another folder.",
        ) from None  # fmt: skip


def _require_lists(folder: Path) -> None:
    """Where this module keeps lists of its own there are files or nothing: to open a pipe would
    wait for ever, and what is no file is somebody else's."""
    if (folder / NEXT).is_symlink():
        return
    for path in (folder / MANIFEST, folder / NEXT / _READY):
        if os.path.lexists(path) and (path.is_symlink() or not path.is_file()):
            remedy = "Move it, or write to another folder."
            raise InputError.single(
                "will not be overwritten: not written by netkit", value=path, remedy=remedy
            )


def _recover(folder: Path) -> None:
    """Finish what a run that was killed had ready; forget what one had not. No run makes a link."""
    if (folder / NEXT).is_symlink():
        return
    if (folder / NEXT / _READY).exists():
        uninterrupted(_move_over, folder)
    elif (folder / NEXT).is_dir():
        shutil.rmtree(folder / NEXT)


def _move_over(folder: Path) -> None:
    staging, before = folder / NEXT, listed_files(folder)
    now = listed_in((staging / _READY).read_text(encoding="utf-8"))
    waiting = [name for name in now if (staging / name).exists()]
    # A run that was killed may have been followed by anything.
    require_own(folder, waiting, before)
    for name in waiting:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (staging / name).replace(folder / name)
    for name, digest in before.items():
        if name not in now and is_inside(folder, name) and is_own(folder / name, digest):
            (folder / name).unlink()
    (staging / _READY).replace(folder / MANIFEST)
    shutil.rmtree(staging)
