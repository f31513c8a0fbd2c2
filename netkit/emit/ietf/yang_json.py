"""Trees of statements as JSON of YANG data (RFC 7951), and back.

A member's name has its module in front where that is another one than its parent's (§4). What is a
list, and what a number, the schema says and the tree does not: the room of the models names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from netkit.emit.common.tree import Statement
from netkit.errors import InputError

MAX_DEPTH = 60
_BOOLEANS = {"true": True, "false": False}
_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Schema:
    """Names of ``lists``, of leafs that are ``numbers`` of up to 32 bits or ``booleans`` (RFC 7951
    §6.1, §6.3), and the namespaces of ``modules`` by their names."""

    lists: frozenset[str]
    numbers: frozenset[str]
    booleans: frozenset[str]
    modules: Mapping[str, str]


def json_text(top: Iterable[Statement], schema: Schema) -> str:
    """The document with the statements of ``top``, which have namespaces."""
    names = {space: name for name, space in schema.modules.items()}
    return json.dumps(_members(top, schema, names), indent=2) + "\n"


def _members(
    inside: Iterable[Statement], schema: Schema, names: Mapping[str, str]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in inside:
        key = one.name if one.namespace is None else f"{names[one.namespace]}:{one.name}"
        value = _value(one, schema, names)
        if one.name in schema.lists:
            found.setdefault(key, []).append(value)
        else:
            found[key] = value
    return found


def _value(one: Statement, schema: Schema, names: Mapping[str, str]) -> object:
    if one.value is None:
        return _members(one.inside, schema, names)
    if one.name in schema.booleans:
        return _BOOLEANS[one.value]
    return int(one.value) if one.name in schema.numbers else one.value


def read_json(text: str, file: str, modules: Mapping[str, str]) -> Statement:
    """The statement that holds all of a file's, each with its line; ``ietf-netconf:config`` or
    ``data`` around them is looked through.

    Raises:
        InputError: no JSON object, a name twice in one, or objects that nest too deep.
    """
    reader = _Reader(text, file, modules)
    top = Statement("")
    reader.object(top, 0)
    if reader.at < len(text):
        reader.refuse("nothing behind the object")
    inner = top.inside[0] if len(top.inside) == 1 else None
    return inner if inner is not None and inner.name in ("config", "data") else top


class _Reader:
    """Reads from ``at`` on."""

    def __init__(self, text: str, file: str, modules: Mapping[str, str]) -> None:
        self._text, self._file, self._modules = text, file, modules
        self.at = 0
        self._counted, self._lines = 0, 1
        self._skip()

    def object(self, into: Statement, depth: int) -> None:
        """An object's members as statements in ``into``."""
        self._expect("{")
        if depth > MAX_DEPTH:
            self.refuse(f"at most {MAX_DEPTH} objects inside each other")
        seen: set[str] = set()
        while not self._take("}"):
            if seen:
                self._expect(",")
            line, name = self._line(), self._string()
            if name in seen:
                self.refuse(f"{name} once")
            seen.add(name)
            self._expect(":")
            self._member(name, line, into, depth)

    def _member(self, name: str, line: int, into: Statement, depth: int) -> None:
        if not self._take("["):
            self._one(name, line, into, depth)
            return
        first = True
        while not self._take("]"):
            if not first:
                self._expect(",")
            first = False
            self._one(name, self._line(), into, depth)

    def _one(self, name: str, line: int, into: Statement, depth: int) -> None:
        module, _, own = name.rpartition(":")
        space = self._modules.get(module, module) if module else None
        one = Statement(own, namespace=space, line=line)
        if self._text.startswith("{", self.at):
            self.object(one, depth + 1)
        elif self._text.startswith('"', self.at):
            one.value = self._string()
        else:
            one.value = self._atom()[1]
        into.inside.append(one)

    def _string(self) -> str:
        if not self._text.startswith('"', self.at):
            self.refuse("a string")
        return str(self._atom()[0])

    def _atom(self) -> tuple[Any, str]:
        """A string, a number, true, false or null: its value and its text."""
        begin = self.at
        if self._text.startswith(("{", "["), begin):
            self.refuse("a value of a leaf")
        try:
            value, self.at = _DECODER.raw_decode(self._text, begin)
        except ValueError:
            self.refuse("a value")
        text = self._text[begin : self.at]
        self._skip()
        return value, text

    def _take(self, sign: str) -> bool:
        if not self._text.startswith(sign, self.at):
            return False
        self.at += 1
        self._skip()
        return True

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self.refuse(sign)

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self.at)
        self.at = self.at if found is None else found.end()

    def _line(self) -> int:
        self._lines += self._text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._lines

    def refuse(self, expected: str) -> NoReturn:
        """Raise InputError with the line."""
        raise InputError.single(
            "not a document of YANG data in JSON", file=self._file, line=self._line(),
            value=self._text[self.at : self.at + 20] or None, expected=expected,
        )  # fmt: skip
