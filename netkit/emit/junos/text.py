"""The text of Junos: braces, as ``show configuration`` prints them, and ``set`` commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from netkit.emit.common.tree import Statement
from netkit.emit.junos.words import Said, rest_of, words_of
from netkit.errors import InputError

_TOKEN = re.compile(
    r'/\*.*?\*/|\#[^\n]*|(?P<quoted>"(?:\\.|[^"\\])*")|(?P<mark>[{};])|(?P<word>[^\s{};"]+)',
    re.DOTALL,
)
_INDENT = "    "

_ONE_LINE = {"locator", "hop-list", "end-dt6-sid", "end-dt46-sid", "then"}
"""Statements that stand on one line with the only leaf in them."""

_TOGETHER = {"primary", "secondary", "destination-address", "source-address"}
"""Lists whose entries stand in one pair of braces, each on a line."""


def braces(statements: Iterable[Statement], depth: int = 0) -> Iterator[str]:
    """The lines of statements."""
    indent = _INDENT * depth
    for name, group in groupby(statements, key=lambda one: one.name):
        if name in _TOGETHER:
            yield f"{indent}{name} {{"
            for one in group:
                yield f"{indent}{_INDENT}{' '.join(_flat(one))};"
            yield f"{indent}}}"
            continue
        for one in group:
            yield from _statement(one, depth)


def _statement(one: Statement, depth: int) -> Iterator[str]:
    indent, words, rest = _INDENT * depth, " ".join(words_of(one)), rest_of(one)
    if one.name == "family":
        words, rest = " ".join((words, *words_of(rest[0]))), rest_of(rest[0])
    if not rest:
        yield f"{indent}{words};"
    elif one.name in _ONE_LINE and len(rest) == 1 and not rest[0].inside:
        yield f"{indent}{words} {' '.join(words_of(rest[0]))};"
    else:
        yield f"{indent}{words} {{"
        yield from braces(rest, depth + 1)
        yield f"{indent}}}"


def _flat(one: Statement) -> tuple[str, ...]:
    return words_of(one)[1:] + tuple(word for inner in rest_of(one) for word in words_of(inner))


def read_text(text: str, file: str) -> list[Said]:
    """The leaves of a text in braces or of ``set`` commands.

    Raises:
        InputError: braces that do not match, a statement that does not end, or commands that are
            no ``set``.
    """
    first = next((line.split() for line in text.splitlines() if _says(line)), [])
    return list(_commands(text, file) if first[:1] == ["set"] else _leaves(text, file))


def _says(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith(("#", "/*"))


def _commands(text: str, file: str) -> Iterator[Said]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not _says(line):
            continue
        words = [_bare(match.group()) for match in _TOKEN.finditer(line)]
        if words[0] != "set":
            raise InputError.single(
                "no command of `display set`", file=file, line=number, value=words[0],
                expected="set",
            )  # fmt: skip
        yield number, tuple(words[1:])


def _leaves(text: str, file: str) -> Iterator[Said]:
    above: list[tuple[int, tuple[str, ...]]] = []
    words: list[str] = []
    begun = inside = 0
    for line, token, is_mark in _tokens(text):
        if not is_mark:
            begun = begun if words else line
            words.append(token)
            continue
        if token == "{":
            above.append((inside, tuple(words)))
            inside = 0
        elif token == ";":
            inside += 1
            yield begun, (*(word for _, row in above for word in row), *words)
        else:
            if not above or words:
                raise _unbalanced(file, line)
            held, _ = above[-1]
            if not inside:
                yield line, tuple(word for _, row in above for word in row)
            above.pop()
            inside = held + 1
        words = []
    if above or words:
        raise _unbalanced(file, text.count("\n") + 1)


def _tokens(text: str) -> Iterator[tuple[int, str, bool]]:
    """Words and marks with their lines; comments are left away."""
    line, at = 1, 0
    for match in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        if match.lastgroup is not None:
            yield line, _bare(match.group()), match.lastgroup == "mark"


def _bare(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


def _unbalanced(file: str, line: int) -> InputError:
    return InputError.single(
        "braces do not match, or a statement has no end", file=file, line=line,
        expected="the text that `show configuration` prints",
    )  # fmt: skip
