"""Statements of Junos as rows of words, one for each leaf, as ``show configuration | display set``
prints them: what its text, its set commands and its XML have in common."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.tree import Statement

Said = tuple[int, tuple[str, ...]]
"""A line of a file, and the words of a leaf with all that it stands in."""

_SILENT = {"name", "hop-list", "address", "sid"}
"""Names of the YANG that the text leaves out: keys, and what stands bare behind its list."""


def words_of(one: Statement) -> tuple[str, ...]:
    """The words of one statement, without what is inside it but its key."""
    key = next((inner.value or "" for inner in one.inside if inner.name == "name"), None)
    own = () if _is_silent(one) else (one.name,)
    return own + tuple(word for word in (key, one.value) if word is not None)


def rest_of(one: Statement) -> list[Statement]:
    """What is inside a statement beside its key."""
    return [inner for inner in one.inside if inner.name != "name"]


def rows(one: Statement, above: tuple[str, ...] = ()) -> Iterator[Said]:
    """Every leaf, in order."""
    words, rest = above + words_of(one), rest_of(one)
    if not rest:
        yield one.line, words
    for inner in rest:
        yield from rows(inner, words)


def _is_silent(one: Statement) -> bool:
    """``micro-sid`` is a word of a locator, and silent where it has a value, in a hop."""
    return one.name in _SILENT or (one.name == "micro-sid" and one.value is not None)
