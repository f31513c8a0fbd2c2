"""Text written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from netkit.errors import InputError


def write_text(path: Path, text: str) -> None:
    """Write a whole file or none of it: a full disk leaves what was there before.

    Missing folders are made. Devices and pipes are written to, never replaced; so are the targets
    of symbolic links.
    """
    if not path.name or path.is_dir():
        raise InputError.single("cannot write a file", value=path, expected="a file's name")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        what, expected = f"cannot write {path}", "a folder above it, not a file"
        raise InputError.single(what, value=error.filename, expected=expected) from error
    try:
        if path.exists() and not path.is_file():
            path.write_text(text, encoding="utf-8")
        else:
            _replace(path.resolve(), text)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
