"""JSON text -> values, in which an object keeps repeated keys: some routers print such."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from netkit.errors import InputError

_NOT_BLANK = re.compile(r"[^ \t\r\n]")


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object as its (key, value) pairs, in order."""

    pairs: tuple[tuple[str, object], ...]

    def get(self, key: str) -> object:
        """The last value of a key; None where there is none."""
        return next((value for name, value in reversed(self.pairs) if name == key), None)

    def text(self, key: str) -> str | None:
        """The value of a key as text, if it is text or a number."""
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return None
        return str(value)

    def section(self, key: str) -> Object:
        """The object under a key; an empty one where there is none."""
        value = self.get(key)
        return value if isinstance(value, Object) else Object(())

    def all(self, key: str) -> list[Object]:
        """Every object under a key: repeated, in a list, or alone."""
        values = [value for name, value in self.pairs if name == key]
        flat = [
            item for value in values for item in (value if isinstance(value, list) else [value])
        ]
        return [item for item in flat if isinstance(item, Object)]


def parse_json(text: str, file: str, spell: Callable[[str], str] = str) -> object:
    """Parse JSON; objects become :class:`Object`, several documents in a row become a list.

    Keys are as ``spell`` gives them back.

    Raises:
        InputError: not JSON, or nested too deep.
    """
    try:
        values = list(_documents(text, spell))
    except json.JSONDecodeError as error:
        what = f"not valid JSON: {error.msg}"
        raise InputError.single(what, file=file, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise InputError.single(f"not usable JSON: {error}", file=file) from error
    return values[0] if len(values) == 1 else values


def _documents(text: str, spell: Callable[[str], str]) -> Iterator[object]:
    """What several commands of a router printed into one file."""

    def made(pairs: list[tuple[str, object]]) -> Object:
        return Object(tuple((spell(key), value) for key, value in pairs))

    decoder = json.JSONDecoder(object_pairs_hook=made, parse_constant=_refuse)
    next_ = _NOT_BLANK.search(text)
    at = len(text) if next_ is None else next_.start()
    while True:
        value, at = decoder.raw_decode(text, at)
        yield value
        next_ = _NOT_BLANK.search(text, at)
        if next_ is None:
            return
        at = next_.start()


def objects(value: object, beside: frozenset[str] = frozenset()) -> Iterator[Object]:
    """Every object inside a value, itself first, in document order; none under ``beside`` keys."""
    stack = [value]
    while stack:
        at = stack.pop()
        if isinstance(at, Object):
            yield at
            stack.extend(item for key, item in reversed(at.pairs) if key not in beside)
        elif isinstance(at, list):
            stack.extend(reversed(at))


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
