"""YAML files that people write and that must be checked whole: mappings with known keys.

``document = read_document(path)`` gives ``document.root``, a :class:`Section`. Its accessors return
the typed value, or None after noting a problem; they do not raise, but for the one after more
problems than anyone would count. When all has been looked at, ``document.check()`` raises every
problem at once::

    document = read_document("campaign.yaml")
    root = document.root
    root.allow("name", "count", "pairs")
    name = root.text("name")
    count = root.integer("count", low=1, required=False)
    pairs = [(pair.text("src"), pair.text("dst")) for pair in root.sections("pairs")]
    document.check()

What a single value may be is in :mod:`netkit.files.reading.yaml_values`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml
from yaml.representer import SafeRepresenter

from netkit.errors import did_you_mean, nearest, shown
from netkit.files.reading.files import read_text
from netkit.files.reading.findings import Findings
from netkit.files.reading.yaml_source import compose, line_of
from netkit.files.reading.yaml_values import Value

_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Document:
    """One parsed file: its root, and what has been found in it so far."""

    root: Section
    findings: Findings

    def check(self) -> None:
        """Raise :class:`~netkit.errors.InputError` with every problem noted, if there is any."""
        self.findings.check()


def read_document(path: str | os.PathLike[str]) -> Document:
    """Read and parse a YAML file; raises InputError where there is nothing to walk."""
    return parse_document(read_text(path), os.fspath(path))


def parse_document(text: str, file: str) -> Document:
    """Parse YAML text; ``file`` is the name that problems carry."""
    root, problems = compose(text, file)
    findings = Findings(file)
    findings.extend_problems(problems)
    return Document(Section(root, "", findings), findings)


def document_of(content: Mapping[str, object], file: str) -> Document:
    """Plain values, as JSON has them, walked like a file; nothing in them has a line."""
    root, findings = SafeRepresenter().represent_data(content), Findings(file)
    if not isinstance(root, yaml.MappingNode):
        raise TypeError("a mapping is represented as one")
    return Document(Section(root, "", findings), findings)


class Section:
    """A mapping whose keys are known to the reader; ``label`` goes in front of every message."""

    def __init__(self, node: yaml.MappingNode, label: str, findings: Findings) -> None:
        self.node = node
        self.label = label
        self.findings = findings
        self.misspelt: frozenset[str] = frozenset()
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
        """Note a problem for every key that is not one of ``known``.

        A key that is not there, and that such a one may be a slip for, is in ``misspelt`` from then
        on: that it is missing is no second problem.
        """
        absent = [key for key in known if key not in self]
        for key, (node, _) in self._values.items():
            if key not in known:
                full = self.findings.full
                remedy = None if full else did_you_mean(key, known)
                self.misspelt |= set() if full else set(nearest(key, absent, 1))
                stem, colon, _ = key.partition(":")
                if colon and stem in known:
                    remedy = f"A blank is missing after {stem}:"
                    self.misspelt |= {stem}
                self.findings.problem(
                    line_of(node), self._name("unknown key"), shown(key),
                    "one of " + ", ".join(known), remedy,
                )  # fmt: skip

    def keys(self) -> list[str]:
        """Every key, in file order."""
        return list(self._values)

    def expect(self, key: str, word: str) -> None:
        """Note a problem unless ``key`` is there and says ``word``. A file of another kind, as a
        topology in the place of a drill, has nothing else to be told of; one whose kind is misspelt
        has."""
        value = self.get(key, required=True)
        said = None if value is None else value.text()
        if value is None or said in (word, None):
            return
        kind, read = str(said).partition("/")[0], word.partition("/")[0]
        if "/" in word and kind != read and not nearest(kind, [read], 1):
            self.findings.alone(value.line, "the file is of another format", value.shown, word)
        value.refuse(word)

    def problem(self, what: str, expected: str | None = None, remedy: str | None = None) -> None:
        """Note a problem of the mapping as a whole."""
        self.findings.problem(self.line, self._name(what), None, expected, remedy)

    def get(self, key: str, *, required: bool = False) -> Value | None:
        """The value of ``key``; None where it is missing, which is a problem if ``required``."""
        if key in self._values:
            return Value(self._values[key][1], self._name(key), self.findings)
        if required and key not in self.misspelt:
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
        return None if value is None else section_of(value)

    def sections(self, key: str, *, required: bool = True) -> list[Section]:
        """The mappings of a list; an item that is no mapping is a problem and left out."""
        found = (section_of(value) for value in self.items(key, required=required))
        return [section for section in found if section is not None]

    def _name(self, what: str) -> str:
        return f"{self.label}: {what}" if self.label else what


def section_of(value: Value) -> Section | None:
    """The keys and values of a mapping; None, and a problem, for anything else."""
    if isinstance(value.node, yaml.MappingNode):
        return Section(value.node, value.label, value.findings)
    value.refuse("a mapping of keys to values")
    return None
