"""The only place where this room touches the disk."""

from __future__ import annotations

import os
from pathlib import Path

from netkit.errors import InputError, nearest

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Larger inputs are refused unread: the largest backbone that ships is under 1 % of this."""


def read_text(path: str | os.PathLike[str], *, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the UTF-8 text of a file, without its byte order mark.

    Raises:
        InputError: missing, unreadable, a directory, larger than ``max_bytes``, or not UTF-8.
    """
    file = os.fspath(path)
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        remedy = _meant(Path(path)) if isinstance(error, FileNotFoundError) else None
        what = f"cannot read the file: {reason}"
        raise InputError.single(what, file=file, remedy=remedy) from error
    if len(data) > max_bytes:
        raise InputError.single(
            "the file is too large", file=file, expected=f"at most {max_bytes} bytes"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}"
        raise InputError.single(
            "the text is not valid UTF-8", file=file, line=line, value=byte, expected="UTF-8 text"
        ) from error


def _meant(path: Path) -> str | None:
    """ "Did you mean …?" for the file of the same folder with the nearest name, if one is near."""
    if not path.parent.is_dir():
        return None
    close = nearest(path.name, (one.name for one in path.parent.iterdir()), 1)
    return f"Did you mean {path.with_name(close[0])}?" if close else None
