"""Trees of statements as the ``<config>`` of a NETCONF edit-config (RFC 6241 §7.2), and back.

A document type may hold entities, which may be files, addresses or bombs, so none is read; depth
and number of elements are bounded. Nothing is written that replaces or deletes: all is merged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape

from netkit.emit.common.tree import Statement
from netkit.errors import InputError

NETCONF = "urn:ietf:params:xml:ns:netconf:base:1.0"

MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 60

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


def xml_text(
    top: Iterable[Statement], comments: Iterable[str], prefixes: Mapping[str, str] | None = None
) -> str:
    """The file: ``comments`` first, then one ``<config>`` with the statements of ``top``.

    ``prefixes`` are those of namespaces that values name, as identities do.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.extend(f"<!-- {_comment(one)} -->" for one in comments)
    lines.append(f'<config xmlns="{NETCONF}">')
    named = "".join(f' xmlns:{name}="{space}"' for name, space in (prefixes or {}).items())
    for one in top:
        _write(one, lines, 1, named)
    lines.append("</config>")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """Two hyphens end a comment, wherever they stand, and so would one at its end."""
    plain = _UNPRINTABLE.sub("?", text)
    return re.sub(r"-(?=-)", "- ", plain)


def _write(one: Statement, lines: list[str], depth: int, named: str = "") -> None:
    indent = " " * depth
    space = "" if one.namespace is None else f' xmlns="{one.namespace}"'
    head = f"{indent}<{one.name}{space}{named}"
    if one.value is None and not one.inside:
        lines.append(f"{head}/>")
    elif not one.inside:
        lines.append(f"{head}>{escape(one.value or '')}</{one.name}>")
    else:
        lines.append(f"{head}>")
        for inner in one.inside:
            _write(inner, lines, depth + 1)
        lines.append(f"{indent}</{one.name}>")


def read_xml(text: str, file: str) -> Statement:
    """The statement that holds all of a file's: its ``<config>``, ``<data>`` or other root.

    The statements inside have their namespaces, and those that are not in force ``inactive:``
    before their names, as the text of Junos has it. A ``<rpc-reply>`` around ``<data>`` is looked
    through, as it stands in what people save.

    Raises:
        InputError: not well-formed, with a document type, too deep or with too many elements.
    """
    reader = _Reader(file)
    try:
        reader.parser.Parse(_without_declaration(text), True)
    except expat.ExpatError as error:
        what = f"not well-formed XML: {expat.ErrorString(error.code)}"
        raise InputError.single(what, file=file, line=error.lineno) from error
    root = reader.top.inside[0]
    if root.name in {"config", "data"}:
        return root
    if root.name in {"rpc-reply", "rpc", "edit-config"}:
        return next((one for one in _down(root) if one.name in {"config", "data"}), root)
    return reader.top


def _down(one: Statement) -> Iterator[Statement]:
    for inner in one.inside:
        yield inner
        yield from _down(inner)


def _without_declaration(text: str) -> str:
    """The text is decoded already, whatever encoding its first line states; lines stay in place."""
    body = text.lstrip()
    end = body.find("?>") + 2 if body.startswith("<?xml") else 0
    before = len(text) - len(body) + max(end, 0)
    return "\n" * text.count("\n", 0, before) + text[before:]


class _Reader:
    def __init__(self, file: str) -> None:
        self.top = Statement("")
        self._open = [self.top]
        self._spaces: list[str | None] = [None]
        self._file = file
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if "inactive" in attributes:  # as Junos says of what `deactivate` was said to
            local = f"inactive: {local}"
        line = self.parser.CurrentLineNumber
        self._count += 1
        if self._count > MAX_ELEMENTS:
            self._refuse("too many elements", f"at most {MAX_ELEMENTS}")
        if len(self._open) > MAX_DEPTH:
            self._refuse("elements nest too deep", f"at most {MAX_DEPTH}")
        one = Statement(local, None, namespace=space or None, line=line)
        self._open[-1].inside.append(one)
        self._open.append(one)

    def _end(self, _name: str) -> None:
        one = self._open.pop()
        one.value = (one.value or "").strip() or None

    def _characters(self, data: str) -> None:
        one = self._open[-1]
        one.value = (one.value or "") + data

    def _doctype(self, *_: object) -> NoReturn:
        self._refuse("a document type or entity declaration", "plain XML without any")

    def _refuse(self, what: str, expected: str) -> NoReturn:
        line = self.parser.CurrentLineNumber
        raise InputError.single(what, file=self._file, line=line, expected=expected)
