"""JSON text -> values, in which an object keeps repeated keys: some routers print such."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

from netkit.errors import InputError


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


def parse_json(text: str, file: str) -> object:
    """Parse one JSON document; objects become :class:`Object`.

    Raises:
        InputError: not JSON, or nested too deep.
    """
    try:
        value: object = json.loads(
            text, object_pairs_hook=lambda pairs: Object(tuple(pairs)), parse_constant=_refuse
        )
    except json.JSONDecodeError as error:
        what = f"not valid JSON: {error.msg}"
        raise InputError.single(what, file=file, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise InputError.single(f"not usable JSON: {error}", file=file) from error
    return value


def objects(value: object) -> Iterator[Object]:
    """Every object inside a value, itself first, in document order."""
    stack = [value]
    while stack:
        at = stack.pop()
        if isinstance(at, Object):
            yield at
            stack.extend(item for _, item in reversed(at.pairs))
        elif isinstance(at, list):
            stack.extend(reversed(at))


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
