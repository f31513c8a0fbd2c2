"""Files that are written one by one: which of those that are there already are netkit's own.

A name that was mistyped must not cost anybody a file, and a topology that was written to be edited
must not lose what somebody has put into it. So only what netkit wrote, as it wrote it, is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from netkit.errors import InputError

IsOwn = Callable[[str], bool]
"""Whether a text was written by netkit, and is as it was."""

_SIGNATURE = "# Written by netkit; once changed it is no longer replaced: sha256 "
_MOST_BYTES = 1 << 28
_GENERATOR = '<meta name="generator" content="netkit">'
_HEAD = 1000


def signed(text: str) -> str:
    """A text whose comments begin with ``#``, as YAML, behind a line by which it is known again."""
    return f"{_SIGNATURE}{_digest(text)}\n{text}"


def is_signed(text: str) -> bool:
    """Whether it is a signed one, and nobody has changed it."""
    first, _, rest = text.partition("\n")
    return first == f"{_SIGNATURE}{_digest(rest)}"


def is_document(text: str) -> bool:
    """Whether it is a JSON document of netkit."""
    return text.startswith("{") and '"schema": "netkit/' in text[:_HEAD]


def document_of(kind: str) -> IsOwn:
    """Whether a text is a JSON document of netkit of that kind: what was measured is no plan."""
    schema = f'"schema": "netkit/{kind}/'
    return lambda text: text.startswith("{") and schema in text[:_HEAD]


def is_page(text: str) -> bool:
    """Whether it is an HTML page of netkit."""
    return text.lstrip().startswith("<!DOCTYPE html>") and _GENERATOR in text[:_HEAD]


def is_none(_text: str) -> bool:
    """Of a format that has no place for a mark."""
    return False


def require_own(path: Path, is_own: IsOwn) -> None:
    """Raise InputError for a file that is there, has something in it, and is not netkit's own."""
    size = path.stat().st_size if path.is_file() else 0
    if not size:
        return
    held = path.read_text(encoding="utf-8", errors="replace") if size <= _MOST_BYTES else ""
    if not is_own(held):
        raise InputError.single(
            "will not be overwritten: not written by netkit, or changed since",
            file=str(path),
            remedy="Move it, or write to another file.",
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
