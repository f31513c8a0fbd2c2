"""From files to what a report is made of: documents, their topology, a base map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from netkit.errors import InputError, Problem
from netkit.files.importers.formats import import_topology
from netkit.files.reading.files import read_text
from netkit.report.html.pages.page import Ground
from netkit.report.html.pages.sources import Plain, Sources, sort_sources

_SQLITE = b"SQLite format 3\0"
"""How a file of SQLite begins (sqlite.org/fileformat.html)."""

_MOST_BYTES = 1 << 30
"""A plan of ten thousand pairs with every certificate is a hundred MB."""


def read_report(
    documents: Sequence[Path],
    topology: Path | None,
    basemap: Path | None,
    measured: Sequence[tuple[str, Plain]] = (),
) -> tuple[Sources, Ground]:
    """What the page is made of; ``measured`` are documents that are in no file, with their names.

    Raises:
        InputError: every file that cannot be read, every document that no report is made of.
    """
    read = _read_all([*documents, *([] if basemap is None else [basemap])])
    under = None if basemap is None else read.pop()[1]
    sources = sort_sources([*read, *measured])
    if topology is None:
        return sources, Ground(None, under)
    return sources, Ground(import_topology(topology).topology, under)


def store_url(word: str) -> str | None:
    """The URL of a store that a word names, itself or by a file of SQLite; None for others."""
    if "://" in word:
        return word
    path = Path(word)
    if not path.is_file():
        return None
    with path.open("rb") as file:
        return f"sqlite:///{path.absolute()}" if file.read(len(_SQLITE)) == _SQLITE else None


def _read_all(paths: Iterable[Path]) -> list[tuple[str, Plain]]:
    read, problems = [], list[Problem]()
    for path in paths:
        try:
            read.append((str(path), _plain(path)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return read


def _plain(path: Path) -> Plain:
    text = read_text(path, max_bytes=_MOST_BYTES)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what = f"not valid JSON: {error.msg}"
        raise InputError.single(what, file=str(path), line=error.lineno) from error
    except RecursionError as error:
        raise InputError.single("not usable JSON: nested too deep", file=str(path)) from error
