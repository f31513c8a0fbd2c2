"""Whether files that are to be applied are whole. What is missing in a file goes from the router: a
copy onto a full disk would open its edge, or take away all that netkit has set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from netkit.emit.linux.dialect import NFT
from netkit.emit.linux.nft import NO_FILTER, TABLE
from netkit.errors import InputError, Problem


def require_whole(texts: Mapping[Path, str]) -> None:
    """Raises InputError for every file that ends before its end, as far as that shows."""
    problems = [
        Problem(str(path), text.count("\n") + 1, what, expected="the whole file", remedy=_REMEDY)
        for path, text in texts.items()
        for what in _faults(path, text)
    ]
    if problems:
        raise InputError(problems)


_REMEDY = "Copy it again; or end its last line, if nothing is missing"


def _faults(path: Path, text: str) -> Iterator[str]:
    if not text.strip():
        yield "the file is empty"
    elif not text.endswith("\n"):
        yield "its last line has no end, as if the rest were missing"
    elif path.suffix == NFT and not _is_whole_filter(text):
        yield "the edge filter ends before its last brace"


def _is_whole_filter(text: str) -> bool:
    """It says that there is none, or its table is opened and closed."""
    opened = text.count("{")
    if not opened:
        return NO_FILTER in text
    return f"table ip6 {TABLE} {{" in text and opened == text.count("}")
