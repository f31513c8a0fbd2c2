"""XML text -> a small tree that knows its lines, with everything refused that data never needs.

A document type may hold entities, which may be files, addresses or bombs: so none is allowed, and
with it go all entities but the five that XML itself has. Depth and size are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from netkit.errors import InputError

MAX_ELEMENTS = 400_000
MAX_DEPTH = 50

_DECLARATION = re.compile(r"\s*<\?xml\s[^<>]*\?>")
_BUFFER_BYTES = 1 << 20
"""Long text then arrives in few pieces, so that joining them stays cheap."""


@dataclass(slots=True)
class Element:
    """An element without its namespace; ``text`` is what stands directly in it, stripped."""

    tag: str
    line: int
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, tag: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.tag == tag)

    def first(self, *path: str) -> Element | None:
        """The first element down a path of names; None where there is none."""
        at: Element | None = self
        for tag in path:
            at = None if at is None else next(at.all(tag), None)
        return at


def parse_xml(text: str, file: str) -> Element:
    """Parse one XML document and return its root.

    Raises:
        InputError: not well-formed, with a document type, too deep or too many elements.
    """
    tree = _Tree(file)
    parser = tree.parser
    parser.buffer_text = True
    parser.buffer_size = _BUFFER_BYTES
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.characters
    parser.StartDoctypeDeclHandler = tree.doctype
    parser.EntityDeclHandler = tree.doctype
    try:
        parser.Parse(_without_declaration(text), True)
    except expat.ExpatError as error:
        what = f"not well-formed XML: {expat.ErrorString(error.code)}"
        raise InputError.single(what, file=file, line=error.lineno) from error
    if tree.root is None:
        raise InputError.single("the file is empty", file=file)
    return tree.root


def _without_declaration(text: str) -> str:
    """The text is decoded already, whatever encoding its first line states."""
    found = _DECLARATION.match(text)
    return text if found is None else "\n" * found[0].count("\n") + text[found.end() :]


class _Tree:
    """Builds the tree as expat reports its parts."""

    def __init__(self, file: str) -> None:
        self.parser = expat.ParserCreate()
        self.root: Element | None = None
        self._file = file
        self._open: list[Element] = []
        self._count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        line = self.parser.CurrentLineNumber
        element = Element(_local(name), line, {_local(k): v for k, v in attributes.items()})
        self._count += 1
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            what = "too many elements" if self._count > MAX_ELEMENTS else "elements nest too deep"
            limit = MAX_ELEMENTS if self._count > MAX_ELEMENTS else MAX_DEPTH
            self._refuse(what, f"at most {limit}")
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        element.text = element.text.strip()

    def characters(self, data: str) -> None:
        self._open[-1].text += data

    def doctype(self, *_: object) -> NoReturn:
        self._refuse("a document type or entity declaration", "plain XML without any")

    def _refuse(self, what: str, expected: str) -> NoReturn:
        line = self.parser.CurrentLineNumber
        raise InputError.single(what, file=self._file, line=line, expected=expected)


def _local(name: str) -> str:
    return name.rpartition(":")[2]
