"""The only place where this room touches the disk."""

from __future__ import annotations

import os
from pathlib import Path

from netkit.errors import InputError, nearest
from netkit.files.reading.encodings import declared_encoding, declared_name

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Larger inputs are refused unread: the largest backbone that ships is under 1 % of this."""

_REMEDY = "A first line `# coding: gbk` says otherwise; so do byte order marks and XML declarations"


def read_text(path: str | os.PathLike[str], *, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the text of a file, without its byte order mark: UTF-8, or the encoding that a byte
    order mark, an XML declaration or a first line ``# coding: …`` states.

    Raises:
        InputError: missing, unreadable, a directory, larger than ``max_bytes``, or not text in that
            encoding.
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
    return _decoded(data, file)


def _decoded(data: bytes, file: str) -> str:
    codec = declared_encoding(data)
    if codec is None:
        raise InputError.single(
            "unknown encoding", file=file, line=1, value=declared_name(data), expected="UTF-8 text"
        )
    name = "UTF-8" if codec.startswith("utf-8") else declared_name(data) or codec.upper()
    try:
        return data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}" if error.start < len(data) else None
        remedy = _REMEDY if name == "UTF-8" else None
        raise InputError.single(
            f"the text is not valid {name}", file=file, line=line, value=byte,
            expected=f"{name} text", remedy=remedy,
        ) from error  # fmt: skip


def _meant(path: Path) -> str | None:
    """ "Did you mean …?" for the file of the same folder with the nearest name, if one is near."""
    if not path.parent.is_dir():
        return None
    close = nearest(path.name, (one.name for one in path.parent.iterdir()), 1)
    return f"Did you mean {path.with_name(close[0])}?" if close else None
