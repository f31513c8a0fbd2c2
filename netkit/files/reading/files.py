"""The only place where this room touches the disk."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Protocol

from netkit.errors import InputError, NetkitError, nearest
from netkit.files.reading.encodings import declared_encoding, declared_name

HEAD_BYTES = 1 << 16
"""How much of a file can be looked at before it is read."""

_PACKED = {
    b"\x1f\x8b": ("gzip", "gunzip FILE"), b"BZh": ("bzip2", "bunzip2 FILE"),
    b"\xfd7zXZ\x00": ("xz", "unxz FILE"), b"\x28\xb5\x2f\xfd": ("zstd", "unzstd FILE"),
    b"PK\x03\x04": ("zip", "unzip FILE"),
}  # fmt: skip
_LONGEST_MAGIC = 6
_LONGEST_LINE_BYTES = 1 << 20
_REMEDY = "A first line `# coding: gbk` says otherwise; so do byte order marks and XML declarations"

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Larger inputs are refused unread: the largest backbone that ships is under 1 % of this."""

_MOST_CONFIGURATION_BYTES = 256 * 1024 * 1024


class Bytes(Protocol):
    """An open file whose first bytes can be looked at before it is read."""

    def peek(self, size: int = 0, /) -> bytes:
        """Some of the bytes to come, without taking them."""

    def read(self, size: int = -1, /) -> bytes:
        """Take bytes."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """Take a line."""


def read_text(path: str | os.PathLike[str], *, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the text of a file, without its byte order mark: UTF-8, or the encoding that a byte
    order mark, an XML declaration or a first line ``# coding: …`` states.

    Raises:
        InputError: missing, unreadable, a directory, larger than ``max_bytes``, or not text in that
            encoding.
    """
    with opened(path) as stream:
        return text_of(stream, os.fspath(path), max_bytes=max_bytes)


def read_configuration(path: str | os.PathLike[str]) -> str:
    """The text of a plan or of a configuration, which are larger than the topologies that they come
    from; raises as :func:`read_text` does."""
    return read_text(path, max_bytes=_MOST_CONFIGURATION_BYTES)


@contextmanager
def opened(path: str | os.PathLike[str]) -> Iterator[Bytes]:
    """The bytes of a file, to be read as far as they are wanted.

    Raises:
        InputError: missing, unreadable, or a directory; also while it is being read.
    """
    try:
        with Path(path).open("rb") as stream:
            buffered = BufferedReader(stream, HEAD_BYTES)
            _refuse_packed(buffered.peek(_LONGEST_MAGIC), os.fspath(path))
            yield buffered
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if isinstance(error, NetkitError):
            raise
        reason = error.strerror if isinstance(error, OSError) else str(error)
        remedy = _meant(Path(path)) if isinstance(error, FileNotFoundError) else None
        what = f"cannot read the file: {reason}"
        raise InputError.single(what, file=os.fspath(path), remedy=remedy) from error


def _refuse_packed(head: bytes, file: str) -> None:
    """Raise :class:`~netkit.errors.InputError` for what has to be unpacked first: nothing says how
    large it would become."""
    for magic, (kind, command) in _PACKED.items():
        if head.startswith(magic):
            remedy = f"Unpack it first: `{command}`"
            raise InputError.single(f"the file is packed by {kind}", file=file, remedy=remedy)


def text_of(stream: Bytes, file: str, *, max_bytes: int = MAX_FILE_BYTES) -> str:
    """Return the text of an open file, as :func:`read_text` does.

    Raises:
        InputError: larger than ``max_bytes``, or not text in its encoding.
    """
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise InputError.single(
            "the file is too large", file=file, expected=f"at most {max_bytes} bytes"
        )
    return _decoded(data, file)


def text_lines(stream: Bytes, file: str, max_bytes: int) -> Iterator[str]:
    """The lines of an open file of UTF-8 text, one at a time.

    Raises:
        InputError: larger than ``max_bytes``, a line longer than any that is written, or not UTF-8.
    """
    left_bytes, number = max_bytes, 0
    while data := stream.readline(_LONGEST_LINE_BYTES):
        number += 1
        left_bytes -= len(data)
        if left_bytes < 0 or len(data) == _LONGEST_LINE_BYTES:
            what = "the file is too large" if left_bytes < 0 else "a line is too long"
            raise InputError.single(what, file=file, line=number)
        try:
            yield data.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = f"byte 0x{data[error.start]:02x}"
            what = "the text is not valid UTF-8"
            raise InputError.single(what, file=file, line=number, value=byte) from error


def _decoded(data: bytes, file: str) -> str:
    codec = declared_encoding(data)
    if codec is None:
        raise InputError.single(
            "unknown encoding", file=file, line=1, value=declared_name(data), expected="UTF-8 text"
        )
    name = "UTF-8" if codec.startswith("utf-8") else declared_name(data) or codec.upper()
    try:
        text = data.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}" if error.start < len(data) else None
        remedy = _REMEDY if name == "UTF-8" else None
        raise InputError.single(
            f"the text is not valid {name}", file=file, line=line, value=byte,
            expected=f"{name} text", remedy=remedy,
        ) from error  # fmt: skip
    # Some programs still end lines as the first Macintosh did.
    return text.replace("\r", "\n") if "\n" not in text else text


def _meant(path: Path) -> str | None:
    """ "Did you mean …?" for the file of the same folder with the nearest name, if one is near."""
    if not path.parent.is_dir():
        return None
    close = nearest(path.name, (one.name for one in path.parent.iterdir()), 1)
    return f"Did you mean {path.with_name(close[0])}?" if close else None
