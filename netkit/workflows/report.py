"""From files to what a report is made of: documents, their topology, a base map."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from netkit.errors import InputError, Problem, printable
from netkit.files.importers.formats import import_topology
from netkit.files.reading.files import read_text
from netkit.report.html.pages.page import Ground, report_data
from netkit.report.html.pages.places import rings
from netkit.report.html.pages.sources import Plain, Sources, sort_sources

_SQLITE = b"SQLite format 3\0"
"""How a file of SQLite begins (sqlite.org/fileformat.html)."""

_Made = TypeVar("_Made")
_UNLIKE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
"""What comes of reading JSON of another shape than its schema has."""

_OWN_YAML = re.compile(r"^netkit:\s*['\"]?([a-z-]+)/\d", re.MULTILINE)
_MADE_OF = {
    "topology": "plan it, and report on the plan",
    "drill": "run the drill, and report on what it wrote",
}

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
    under = None if basemap is None else _geojson(*read.pop())
    sources = sort_sources([*read, *measured])
    if topology is None:
        return sources, Ground(None, under)
    found = import_topology(topology).topology
    known = sources.first("topology")
    if known not in (None, found.name):
        what = "another topology than that of the documents"
        raise InputError.single(what, file=str(topology), value=found.name, expected=known)
    return sources, Ground(found, under)


def made_of(sources: Sources, make: Callable[[], _Made]) -> _Made:
    """What ``make`` makes of the sources.

    Raises:
        InputError: every document that lacks what its schema says it has.
    """
    try:
        return make()
    except _UNLIKE as error:
        problems = list(_not_whole(sources))
        if not problems:
            raise
        raise InputError(problems) from error


def _not_whole(sources: Sources) -> Iterator[Problem]:
    """Each document that no page can be made of by itself."""
    for document in sources.given:
        schema = str(document["schema"])
        try:
            report_data(sort_sources([(schema, document)]), Ground())
        except _UNLIKE as error:
            lacking = f"no field {error}" if isinstance(error, KeyError) else str(error)
            yield Problem(
                schema, None, "this document is not whole", printable(lacking),
                "all that its schema has, as netkit writes it", "Write the document anew.",
            )  # fmt: skip


def _geojson(name: str, shape: Plain) -> Plain:
    what = "not usable as GeoJSON (RFC 7946)"
    try:
        points = [(lon, lat) for ring in rings(shape) for lon, lat, *_ in ring]
        odd = next((one for one in points if not _is_place(*one)), None)
    except (*_UNLIKE, RecursionError) as error:
        raise InputError.single(what, file=name, value=printable(str(error))) from error
    if odd is not None:
        expected = "degrees of WGS 84, the longitude first"
        raise InputError.single(what, file=name, value=f"{odd[0]:g}, {odd[1]:g}", expected=expected)
    return shape


def _is_place(lon: float, lat: float) -> bool:
    """Whether these can be degrees; metres of a map in a projection of its own cannot."""
    return abs(lon) <= 360 and abs(lat) <= 90


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


def _what_it_is(text: str) -> str | None:
    """What to do with a file of netkit's that is no document."""
    told = _OWN_YAML.search(text)
    if told is None:
        return None
    kind = told[1]
    made = _MADE_OF.get(kind)
    return f"This is YAML, a {kind}" + ("." if made is None else f": {made}.")


def _plain(path: Path) -> Plain:
    text = read_text(path, max_bytes=_MOST_BYTES)

    def refuse(word: str) -> None:
        what = "not valid JSON: no number"
        raise InputError.single(what, file=str(path), value=word, expected="a number, or null")

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        what = f"not valid JSON: {error.msg}"
        raise InputError.single(
            what, file=str(path), line=error.lineno,
            expected="a document that netkit wrote as JSON", remedy=_what_it_is(text),
        ) from error  # fmt: skip
    except RecursionError as error:
        raise InputError.single("not usable JSON: nested too deep", file=str(path)) from error
