"""YAML values that know their line, for files that people write and that must be checked whole.

``document = read_document(path)`` gives ``document.root``, a :class:`Section`. Its accessors return
the typed value, or None after adding a :class:`~netkit.errors.Problem` to ``document.problems``;
they do not raise, but for the one after more problems than anyone would count. When all has been
looked at, ``document.check()`` raises every problem at once::

    document = read_document("campaign.yaml")
    root = document.root
    root.allow("name", "count", "pairs")
    name = root.text("name")
    count = root.integer("count", low=1, required=False)
    pairs = [(pair.text("src"), pair.text("dst")) for pair in root.sections("pairs")]
    document.check()

Numbers must be finite and written in decimal digits, a boolean is never a number, and a quoted
number is text.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from netkit.errors import InputError, Problem, did_you_mean, shown
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import MAX_COUNTED, MAX_KEPT
from netkit.files.reading.yaml_source import compose, line_of

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][-+]?[0-9]{1,4})?")
_PRINTED = re.compile(r"[^\x00-\x09\x0b-\x1f\x7f-\x9f]+")
_STRING_TAG = "tag:yaml.org,2002:str"
_QUOTES = frozenset("'\"|>")


class Document:
    """One parsed file: its root and the problems found in it so far.

    After :data:`~netkit.files.reading.findings.MAX_KEPT` problems the others are only counted, and
    after :data:`~netkit.files.reading.findings.MAX_COUNTED` more of them :meth:`check` is called.
    """

    def __init__(self, file: str, root: yaml.MappingNode, problems: Iterable[Problem]) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._unsaid = 0
        self.extend(problems)
        self.root = Section(root, "", self)

    @property
    def full(self) -> bool:
        """Whether further problems are only counted, so that nothing need be put in words."""
        return len(self.problems) >= MAX_KEPT

    def add(
        self,
        line: int | None,
        what: str,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Note one problem of this file."""
        self.extend([Problem(self.file, line, what, value, expected, remedy)])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note problems found elsewhere; ends the search where nobody would count them."""
        for problem in problems:
            if not self.full:
                self.problems.append(problem)
                continue
            self._unsaid += 1
            if self._unsaid >= MAX_COUNTED:
                self.check()

    def check(self) -> None:
        """Raise :class:`~netkit.errors.InputError` with every problem noted, if there is any."""
        if self.problems:
            raise InputError(self.problems, self._unsaid)


def read_document(path: str | os.PathLike[str]) -> Document:
    """Read and parse a YAML file; raises InputError where there is nothing to walk."""
    return parse_document(read_text(path), os.fspath(path))


def parse_document(text: str, file: str) -> Document:
    """Parse YAML text; ``file`` is the name that problems carry."""
    root, problems = compose(text, file)
    return Document(file, root, problems)


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its place; ``label`` says in messages which one it is."""

    node: yaml.Node
    label: str
    document: Document

    @property
    def line(self) -> int | None:
        """The line that the value starts on, from 1; None where it comes from no text."""
        return line_of(self.node)

    @property
    def is_mapping(self) -> bool:
        """Whether ``section()`` would give one."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_empty_list(self) -> bool:
        """Whether the value is a list without items."""
        return isinstance(self.node, yaml.SequenceNode) and not self.node.value

    def refuse(
        self, expected: str | None = None, *, what: str | None = None, remedy: str | None = None
    ) -> None:
        """Note that this value is wrong; ``what`` defaults to its label."""
        self.document.add(self.line, what or self.label, self.shown, expected, remedy)

    @property
    def shown(self) -> str:
        """The value as a message may print it."""
        word = self._scalar()
        if word:
            return shown(word) if self.node.tag == _STRING_TAG else shown(word).strip("'")
        if isinstance(self.node, yaml.ScalarNode):
            return "nothing"
        return "a mapping" if self.is_mapping else "a list"

    def text(self, pattern: re.Pattern[str] | None = None, expected: str = "text") -> str | None:
        """Text, not empty, all of it matching ``pattern``, which ``expected`` puts in words.

        Without a pattern, line breaks are the only control characters that pass.
        """
        word = self._scalar()
        if word and self.node.tag != _STRING_TAG:
            return self._wanted(None, expected, "Put it in quotes if it is meant as text")
        fits = (pattern or _PRINTED).fullmatch(word)
        return self._wanted(word if fits else None, expected)

    def integer(self, *, low: int | None = None, high: int | None = None) -> int | None:
        """A whole number, ``low`` and ``high`` included."""
        plain = self._plain()
        number = int(plain) if _INTEGER.fullmatch(plain) else None
        fits = number is not None and _inside(number, low, high)
        return self._wanted(number if fits else None, "a whole number" + _range_words(low, high))

    def number(
        self, *, low: float | None = None, high: float | None = None, above: float | None = None
    ) -> float | None:
        """A finite number from ``low`` to ``high``, or greater than ``above``."""
        words = "" if above is None else f" greater than {above:g}"
        plain = self._plain()
        number = float(plain) if _NUMBER.fullmatch(plain) else math.nan
        fits = math.isfinite(number) and _inside(number, low, high)
        fits = fits and (above is None or number > above)
        return self._wanted(number if fits else None, "a number" + words + _range_words(low, high))

    def choice(self, options: Iterable[_E]) -> _E | None:
        """One member of an enumeration (or of the part of it that is allowed), by its value."""
        by_name = {option.value: option for option in options}
        word = self._scalar()
        expected = "one of " + ", ".join(by_name)
        found = by_name.get(word)
        remedy = None if found is not None or self.document.full else did_you_mean(word, by_name)
        return self._wanted(found, expected, remedy)

    def flag(self) -> bool:
        """``true`` or ``false``, as YAML writes them; false where it is neither."""
        word = self._plain().lower()
        if word not in ("true", "false"):
            self.refuse("true or false")
        return word == "true"

    def items(self) -> list[Value]:
        """The values of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.refuse("a list")
            return []
        return [
            Value(node, f"{self.label} item {number}", self.document)
            for number, node in enumerate(self.node.value, start=1)
        ]

    def section(self) -> Section | None:
        """The keys and values of a mapping."""
        found = None
        if isinstance(self.node, yaml.MappingNode):
            found = Section(self.node, self.label, self.document)
        return self._wanted(found, "a mapping of keys to values")

    def _wanted(self, found: _T | None, expected: str, remedy: str | None = None) -> _T | None:
        if found is None:
            self.refuse(expected, remedy=remedy)
        return found

    def _scalar(self) -> str:
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    def _plain(self) -> str:
        """The text of a scalar without quotes; empty where there is none."""
        quoted = isinstance(self.node, yaml.ScalarNode) and self.node.style in _QUOTES
        return "" if quoted else self._scalar()


class Section:
    """A mapping whose keys are known to the reader; ``label`` goes in front of every message."""

    def __init__(self, node: yaml.MappingNode, label: str, document: Document) -> None:
        self.node = node
        self.label = label
        self.document = document
        self._values: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                self._values.setdefault(key.value, (key, value))

    @property
    def line(self) -> int | None:
        """The line that the mapping starts on, from 1; None where it comes from no text."""
        return line_of(self.node)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def allow(self, *known: str) -> None:
        """Note a problem for every key that is not one of ``known``."""
        for key, (node, _) in self._values.items():
            if key not in known:
                remedy = None if self.document.full else did_you_mean(key, known)
                self.document.add(
                    line_of(node), self._name("unknown key"), shown(key),
                    "one of " + ", ".join(known), remedy,
                )  # fmt: skip

    def keys(self) -> list[str]:
        """Every key, in file order."""
        return list(self._values)

    def expect(self, key: str, word: str) -> None:
        """Note a problem unless ``key`` is there and says ``word``."""
        value = self.get(key, required=True)
        if value is not None and value.text() not in (word, None):
            value.refuse(word)

    def problem(self, what: str, expected: str | None = None, remedy: str | None = None) -> None:
        """Note a problem of the mapping as a whole."""
        self.document.add(self.line, self._name(what), None, expected, remedy)

    def get(self, key: str, *, required: bool = False) -> Value | None:
        """The value of ``key``; None where it is missing, which is a problem if ``required``."""
        if key in self._values:
            return Value(self._values[key][1], self._name(key), self.document)
        if required:
            self.problem(f"the key {key!r} is missing")
        return None

    def text(
        self,
        key: str,
        pattern: re.Pattern[str] | None = None,
        expected: str = "text",
        *,
        required: bool = True,
    ) -> str | None:
        """See :meth:`Value.text`."""
        value = self.get(key, required=required)
        return None if value is None else value.text(pattern, expected)

    def integer(
        self, key: str, *, low: int | None = None, high: int | None = None, required: bool = True
    ) -> int | None:
        """See :meth:`Value.integer`."""
        value = self.get(key, required=required)
        return None if value is None else value.integer(low=low, high=high)

    def number(
        self,
        key: str,
        *,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
        required: bool = True,
    ) -> float | None:
        """See :meth:`Value.number`."""
        value = self.get(key, required=required)
        return None if value is None else value.number(low=low, high=high, above=above)

    def choice(self, key: str, options: Iterable[_E], *, required: bool = True) -> _E | None:
        """See :meth:`Value.choice`."""
        value = self.get(key, required=required)
        return None if value is None else value.choice(options)

    def flag(self, key: str) -> bool:
        """``true`` or ``false``; false where it is missing or wrong."""
        value = self.get(key)
        return value is not None and value.flag()

    def items(self, key: str, *, required: bool = True) -> list[Value]:
        """The values of a list; empty where it is missing."""
        value = self.get(key, required=required)
        return [] if value is None else value.items()

    def section(self, key: str, *, required: bool = True) -> Section | None:
        """The mapping under ``key``."""
        value = self.get(key, required=required)
        return None if value is None else value.section()

    def sections(self, key: str, *, required: bool = True) -> list[Section]:
        """The mappings of a list; an item that is no mapping is a problem and left out."""
        found = (value.section() for value in self.items(key, required=required))
        return [section for section in found if section is not None]

    def _name(self, what: str) -> str:
        return f"{self.label}: {what}" if self.label else what


def _inside(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _range_words(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return "" if high is None else f" of at most {high}"
