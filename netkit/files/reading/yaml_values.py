"""Single YAML values that know their line: text, numbers, choices, flags, lists.

Each reader returns the typed value, or None after noting a problem in the file's
:class:`~netkit.files.reading.findings.Findings`. Numbers must be finite and written in decimal
digits, a boolean is never a number, and a quoted number is text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from netkit.errors import did_you_mean, shown
from netkit.files.reading.findings import Findings
from netkit.files.reading.yaml_source import line_of

_E = TypeVar("_E", bound=StrEnum)
_T = TypeVar("_T")

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"[-+]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})([eE][-+]?[0-9]{1,4})?")
CONTROLS = r"\x00-\x1f\x7f-\x9f"
"""Control characters, for a class of characters in a pattern: no name has one. A database may not
keep it, and a terminal would do what it says."""

LINE_BREAKS = r"\u2028\u2029"
"""What ends a line and is no control character, for a class as well; blanks have these too."""

_PRINTED = re.compile(rf"(?:[^{CONTROLS}]++|\n)++")
_STRING_TAG = "tag:yaml.org,2002:str"
_QUOTES = frozenset("'\"|>")


@dataclass(frozen=True, slots=True)
class Value:
    """A value with its place; ``label`` says in messages which one it is."""

    node: yaml.Node
    label: str
    findings: Findings

    @property
    def line(self) -> int | None:
        """The line that the value starts on, from 1; None where it comes from no text."""
        return line_of(self.node)

    @property
    def is_mapping(self) -> bool:
        """Whether it is keys and values."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def is_list(self) -> bool:
        """Whether it is a list, empty or not."""
        return isinstance(self.node, yaml.SequenceNode)

    @property
    def is_empty_list(self) -> bool:
        """Whether the value is a list without items."""
        return isinstance(self.node, yaml.SequenceNode) and not self.node.value

    def refuse(
        self, expected: str | None = None, *, what: str | None = None, remedy: str | None = None
    ) -> None:
        """Note that this value is wrong; ``what`` defaults to its label."""
        self.findings.problem(self.line, what or self.label, self.shown, expected, remedy)

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
        number = self.number_or_nan()
        fits = math.isfinite(number) and _inside(number, low, high)
        fits = fits and (above is None or number > above)
        return self._wanted(number if fits else None, "a number" + words + _range_words(low, high))

    def number_or_nan(self) -> float:
        """A number of any size; NaN for anything else, of which nothing is noted."""
        plain = self._plain()
        return float(plain) if _NUMBER.fullmatch(plain) else math.nan

    def choice(self, options: Iterable[_E]) -> _E | None:
        """One member of an enumeration (or of the part of it that is allowed), by its value."""
        by_name = {option.value: option for option in options}
        word = self._scalar()
        expected = "one of " + ", ".join(by_name)
        found = by_name.get(word)
        remedy = None if found is not None or self.findings.full else did_you_mean(word, by_name)
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
            Value(node, f"{self.label} item {number}", self.findings)
            for number, node in enumerate(self.node.value, start=1)
        ]

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


def _inside(number: float, low: float | None, high: float | None) -> bool:
    return (low is None or number >= low) and (high is None or number <= high)


def _range_words(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f" from {low} to {high}"
    if low is not None:
        return f" of at least {low}"
    return "" if high is None else f" of at most {high}"
