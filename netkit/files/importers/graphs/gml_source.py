"""GML text -> lists of keys and values that know their lines.

After M. Himsolt, "GML: A portable Graph File Format" (1997): a file is a list of keys, each
followed by a number, a text in quotes or a list in brackets; ``#`` starts a line of comment; ``&``
starts a character entity. Programs also write keys with ``_``, and words without quotes as ids.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5

from netkit.errors import InputError

MAX_VALUES = 4_000_000
MAX_DEPTH = 50

_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\f\v]+)|(?P<line>\n)|(?P<comment>(?<![^\n])[ \t]*#[^\n]*)"
    r'|(?P<open>\[)|(?P<close>\])|"(?P<text>[^"]*)"|(?P<word>[^\s\[\]"]+)'
)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_KEY = re.compile(r"[^\W\d][\w.:-]*")


@dataclass(slots=True)
class GmlList:
    """One list, its keys in order; a text or number is kept as it is written."""

    line: int
    pairs: list[tuple[str, str | GmlList]] = field(default_factory=list)

    def lists(self, key: str) -> list[GmlList]:
        """Every list of that key."""
        return [value for name, value in self.pairs if name == key and isinstance(value, GmlList)]

    def word(self, key: str) -> str | None:
        """The first word of that key."""
        found = (value for name, value in self.pairs if name == key)
        return next((value for value in found if isinstance(value, str)), None)


def parse_gml(text: str, file: str) -> GmlList:
    """Parse a file; the list that comes back is the whole of it.

    Raises:
        InputError: a key without a value, brackets that do not match, lists too deep, too much.
    """
    root = GmlList(1)
    open_, key = [root], ""
    for count, (line, kind, word) in enumerate(_tokens(text, file)):
        if kind == "open" and key:
            made = GmlList(line)
            open_[-1].pairs.append((key, made))
            open_.append(made)
            key = ""
        elif kind == "close" and not key and len(open_) > 1:
            open_.pop()
        elif kind in ("text", "word") and key:
            open_[-1].pairs.append((key, _unescaped(word) if kind == "text" else word))
            key = ""
        elif kind == "word" and _KEY.fullmatch(word):
            key = word
        else:
            raise _unexpected(file, line, word, key)
        if count > MAX_VALUES or len(open_) > MAX_DEPTH:
            what = "too many values" if count > MAX_VALUES else "lists nest too deep"
            limit = MAX_VALUES if count > MAX_VALUES else MAX_DEPTH
            raise InputError.single(what, file=file, line=line, expected=f"at most {limit}")
    if key or len(open_) > 1:
        what, where = ("a key without a value", None) if key else ("a list does not end", "']'")
        raise InputError.single(
            what, file=file, line=open_[-1].line, value=key or None, expected=where
        )
    return root


def _unescaped(text: str) -> str:
    """Only whole entities: HTML would read ``&not`` at the start of ``&notes;`` as one."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    word = entity[0]
    known = word[1] == "#" or word[1:] in html5
    return html.unescape(word) if known else word


def _unexpected(file: str, line: int, word: str, key: str) -> InputError:
    expected = f"a value of {key}" if key else "a key"
    shown = word[:60] + ("…" if len(word) > 60 else "")
    return InputError.single("no GML", file=file, line=line, value=repr(shown), expected=expected)


def _tokens(text: str, file: str) -> Iterator[tuple[int, str, str]]:
    line, at = 1, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise InputError.single("a text does not end", file=file, line=line, expected="'\"'")
        kind, at = found.lastgroup or "", found.end()
        if kind in ("open", "close", "text", "word"):
            yield line, kind, found[kind]
        line += found[0].count("\n")
