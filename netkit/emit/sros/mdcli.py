"""Trees of statements as MD-CLI text, and back.

Written are blocks in braces under the whole path of their context, as they can be pasted into a
candidate. Read is whatever SR OS prints: one tree in braces, or a line of full path for each leaf.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NoReturn

from netkit.emit.common.tree import Statement
from netkit.emit.sros.schema import CONTAINERS, LEAVES, LISTS, TEXTS, place, within
from netkit.errors import InputError

_OPEN = frozenset({"configure", "router", "segment-routing", "twamp-light"})
"""Contexts that are not written in braces of their own, but in front of what stands in them."""

_TOKEN = re.compile(
    r'#[^\n]*|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<mark>[{}\n])|(?P<word>(?:[^\s{}"#]|#)+)'
)


def mdcli_text(top: Iterable[Statement], comments: Iterable[str]) -> str:
    """The file: ``comments`` first, then a block for each context."""
    lines = [f"# {one}" for one in comments]
    for one in top:
        lines.extend(_blocks(one, "/"))
    return "\n".join(lines) + "\n"


def _blocks(one: Statement, path: str) -> Iterator[str]:
    head = path + _head(one)
    if one.name in _OPEN:
        for inner in one.inside:
            yield from _blocks(inner, f"{head} ")
    else:
        yield from _braces(one, head, 0)


def _head(one: Statement) -> str:
    if one.value is None:
        return one.name
    return f'{one.name} "{one.value}"' if one.name in TEXTS else f"{one.name} {one.value}"


def _braces(one: Statement, head: str, depth: int) -> Iterator[str]:
    indent = " " * (4 * depth)
    if not one.inside and one.name in LEAVES:
        yield indent + head
        return
    yield f"{indent}{head} {{"
    for inner in one.inside:
        yield from _braces(inner, _head(inner), depth + 1)
    yield f"{indent}}}"


def read_mdcli(text: str, file: str) -> Statement:
    """The statement that holds all of the text's.

    Raises:
        InputError: braces that do not match, with the line.
    """
    reader = _Reader(file)
    line = 1
    for token in _TOKEN.finditer(text):
        if token["mark"] is not None:
            reader.mark(token["mark"], line)
            line += token["mark"] == "\n"
        elif token["word"] is not None:
            reader.word(token["word"], line)
        elif token["text"] is not None:
            reader.word(re.sub(r"\\(.)", r"\1", token["text"]), line)
            line += token["text"].count("\n")
    return reader.end(line)


class _Reader:
    """Puts words under the context they stand in; the same context twice is one statement."""

    def __init__(self, file: str) -> None:
        self.top = Statement("")
        self._file = file
        self._open: list[tuple[Statement, str]] = [(self.top, "")]
        self._words: list[str] = []
        self._first = 0
        self._known: dict[tuple[int, str, str | None], Statement] = {}

    def word(self, word: str, line: int) -> None:
        if not self._words:
            self._first = line
        self._words.append(word)

    def mark(self, mark: str, line: int) -> None:
        context = self._statement()
        if mark == "{":
            self._open.append(context)
        elif mark == "}":
            if len(self._open) == 1:
                self._refuse("a brace closes what none has opened", line)
            self._open.pop()

    def end(self, line: int) -> Statement:
        self._statement()
        if len(self._open) > 1:
            self._refuse(f"{len(self._open) - 1} braces are not closed", line)
        return self.top

    def _statement(self) -> tuple[Statement, str]:
        """Put the words of a line into the tree; the innermost context that they lead to."""
        at, inside = self._open[-1]
        words, self._words = self._words, []
        if words and words[0].startswith("/"):
            at, inside = self.top, ""
            words = [word for word in (words[0][1:], *words[1:]) if word]
        rest = iter(words)
        for name in rest:
            spot = place(inside, name)
            if spot in LISTS:
                at, inside = self._context(at, name, next(rest, None)), within(inside, name)
            elif spot in CONTAINERS:
                at, inside = self._context(at, name, None), within(inside, name)
            elif name in LEAVES:
                at.inside.append(Statement(name, next(rest, None), line=self._first))
            else:
                at, inside = self._context(at, name, " ".join(rest) or None), "unknown"
        return at, inside

    def _context(self, at: Statement, name: str, key: str | None) -> Statement:
        spot = (id(at), name, key)
        found = self._known.get(spot)
        if found is None:
            found = self._known[spot] = Statement(name, key, line=self._first)
            at.inside.append(found)
        return found

    def _refuse(self, what: str, line: int) -> NoReturn:
        raise InputError.single(what, file=self._file, line=line, expected="pairs of braces")
