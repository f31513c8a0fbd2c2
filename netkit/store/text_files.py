"""Files written whole or not at all, to the very file that was named.

A file goes through these states, and no reader ever sees the second one under its name::

    as it was -> being written    under another name, in the same folder
                 -> as it was     what was raised leaves nothing behind
                 -> replaced      by one rename, once all of it has been written
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TextIO, cast

from netkit.errors import InputError
from netkit.store.made_folders import in_folder, remove_empty
from netkit.store.own_files import IsOwn, require_own

_OPEN_ALREADY = re.compile(
    r"/dev/(stdin|stdout|stderr|fd/\d+)|/proc/(self|thread-self|\d+)(/task/\d+)?/fd/\d+"
)
"""Links that are the kernel's own, and lead to what is open already. What else is below /dev and
/proc, as in /dev/shm, may be anybody's file or link."""


_STANDARD_OUTPUT = re.compile(r"/dev/(stdout|fd/1)|/proc/(self|thread-self)/fd/1")


def is_standard_output(path: Path) -> bool:
    """Whether this names where results of a command go."""
    return _STANDARD_OUTPUT.fullmatch(str(path.absolute())) is not None


def stream_of(path: Path, mode: str) -> TextIO:
    """What is there and is written to in its place, opened. Commands keep results apart from what
    compiled code says on descriptor 1, so that the standard output is where Python has it."""
    if not is_standard_output(path):
        return cast("TextIO", path.open(mode, encoding="utf-8", newline=""))
    sys.stdout.flush()
    return os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="")


def write_text(path: Path, text: str) -> None:
    """As :func:`write_bytes`, in UTF-8."""
    write_bytes(path, text.encode("utf-8"))


def write_texts(texts: Mapping[Path, str]) -> None:
    """The same of several that are of use together: of new files all are there, or none."""
    new = [path for path in texts if not path.exists()]
    try:
        for path, text in texts.items():
            write_text(path, text)
    except BaseException:
        for path in new:
            with suppress(OSError):
                path.unlink()
        raise


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file or none of it: a full disk leaves what was there before.

    Missing folders are made. Devices and pipes are written to, never replaced. A symbolic link is
    refused: what it leads to is not what was named. A new file gets the mode that the umask
    leaves, one that was there keeps its own, and its owner where root writes it.
    """
    _in_place(path, partial(_write, path, data))


def _write(path: Path, data: bytes) -> None:
    try:
        if is_stream(path):
            with stream_of(path, "w") as stream:
                stream.buffer.write(data)
        else:
            _replace(path, data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def require_writable(path: Path | None, is_own: IsOwn) -> None:
    """Raise now what :func:`write_text` would raise after the work; nothing is left behind.

    A file that is there is only replaced if it ``is_own``.
    """
    if path is not None:
        remove_empty(_in_place(path, partial(_try, path, is_own)))


def _try(path: Path, is_own: IsOwn) -> None:
    if is_stream(path):
        return
    require_own(path, is_own)
    beside = _beside(path)
    try:
        beside.touch(exist_ok=False)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def require_apart(*places: Path | None) -> None:
    """Raise InputError where two results would have one file, by whatever names: the second would
    take the place of the first. Devices and pipes take several."""
    seen: dict[str, Path] = {}
    for place in places:
        if place is None or is_stream(place):
            continue
        first = seen.setdefault(os.path.realpath(place), place)
        if first is not place:
            raise InputError.single(
                "two results cannot have one file", value=place, expected="a file for each"
            )


def _in_place(path: Path, act: Callable[[], object]) -> tuple[Path, ...]:
    """Have the folder of ``path`` there for ``act``; returns the folders that were made for it."""
    if path == Path("-"):
        raise InputError.single(
            "cannot write a file", value=path, expected="a file's name",
            remedy="For standard output name /dev/stdout.",
        )  # fmt: skip
    if not path.name or path.is_dir():
        raise InputError.single("cannot write a file", value=path, expected="a file's name")
    refuse_link(path)
    try:
        return in_folder(path.parent, act)
    except (FileExistsError, NotADirectoryError) as error:
        what, expected = f"cannot write {path}", "a folder above it, not a file"
        raise InputError.single(what, value=error.filename, expected=expected) from error


def refuse_link(path: Path) -> None:
    """Raise InputError for a symbolic link, but for those of the kernel."""
    if path.is_symlink() and not is_stream(path):
        raise InputError.single(
            "cannot write through a symbolic link",
            value=path,
            expected="a file, or a name that is free",
            remedy=f"It leads to {path.readlink()}: name that, or remove the link.",
        )


def _beside(path: Path) -> Path:
    return path.with_name(f".netkit-{secrets.token_hex(8)}")


def is_stream(path: Path) -> bool:
    """Whether it is there and has to be written to in its place: a device, a pipe, /dev/stdout."""
    if _OPEN_ALREADY.fullmatch(str(path.absolute())):
        return path.exists()
    return not path.is_symlink() and path.exists() and not path.is_file()


def _replace(path: Path, data: bytes) -> None:
    beside = _beside(path)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        with os.fdopen(handle, "wb") as file:
            if path.exists():
                before = path.stat()
                with suppress(PermissionError):  # who may not give it away is mostly its owner
                    os.fchown(file.fileno(), before.st_uid, before.st_gid)
                os.fchmod(file.fileno(), stat.S_IMODE(before.st_mode))
            file.write(data)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
