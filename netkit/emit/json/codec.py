"""Frozen values to plain JSON and back, by the types of their fields.

Keys are the names of fields; addresses and prefixes are text, enumerations their words, sets sorted
lists. Reading collects every problem with its path, and every key that no field has.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from ipaddress import IPv6Address, IPv6Network, ip_network
from typing import Any, Union, get_args, get_origin, get_type_hints

Path = tuple[str | int, ...]
"""Keys and indices from the top of the document."""

Plain = Any
"""What ``json.loads`` gives and ``json.dumps`` takes."""

Kind = Any
"""A type as fields have it: a class, a union, a tuple or set of something."""

Made = Any
"""A value of a :data:`Kind`."""

_TEXTS: dict[type, tuple[Callable[[str], Any], str]] = {
    IPv6Address: (IPv6Address, "an IPv6 address"),
    IPv6Network: (IPv6Network, "an IPv6 prefix without bits beyond its length"),
}
_PREFIX = "a prefix without bits beyond its length"
_NOTHING = object()


def to_plain(value: Made) -> Plain:
    """A value as ``json.dumps`` takes it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, frozenset):
        return sorted(to_plain(one) for one in value)
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    return str(value)


class Reader:
    """Plain JSON to values of a type; ``problems`` and ``foreign`` say what was met, by path."""

    def __init__(self) -> None:
        self.problems: list[tuple[Path, object, str]] = []
        self.foreign: list[Path] = []

    def read(self, kind: Kind, value: object, path: Path = ()) -> Made:
        """The value of that type; something else, not to be used, once there are problems."""
        origin: Kind = get_origin(kind)
        arguments = get_args(kind)
        if origin in (Union, types.UnionType):
            return self._either(arguments, value, path)
        if origin in (tuple, frozenset):
            found = self._list(arguments[0], value, path)
            return origin(found)
        if is_dataclass(kind):
            return self._object(kind, value, path)
        return self._scalar(kind, value, path)

    def _either(self, kinds: tuple[Kind, ...], value: object, path: Path) -> Made:
        others = [kind for kind in kinds if kind is not type(None)]
        if value is None and len(others) < len(kinds):
            return None
        if len(others) == 1:
            return self.read(others[0], value, path)
        return self._text(ip_network, _PREFIX, value, path)

    def _list(self, kind: Kind, value: object, path: Path) -> list[Any]:
        if not isinstance(value, list):
            self._wrong(path, value, "a list")
            return []
        return [self.read(kind, one, (*path, place)) for place, one in enumerate(value)]

    def _object(self, kind: Kind, value: object, path: Path) -> Made:
        if not isinstance(value, dict):
            return self._wrong(path, value, "an object")
        types_ = _field_types(kind)
        self.foreign.extend((*path, key) for key in value if key not in types_)
        found = {
            key: self.read(type_, value[key], (*path, key))
            for key, type_ in types_.items()
            if key in value
        }
        missing = [one for one in _needed(kind) if one not in value]
        for key in missing:
            self._wrong((*path, key), _NOTHING, "a value for this key")
        return None if missing else kind(**found)

    def _scalar(self, kind: Kind, value: object, path: Path) -> Made:
        if kind in _TEXTS:
            convert, expected = _TEXTS[kind]
            return self._text(convert, expected, value, path)
        if issubclass(kind, StrEnum):
            return self._text(kind, "one of " + ", ".join(kind), value, path)
        if kind is int:
            fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
            return value if fits else self._wrong(path, value, "a whole number from 0")
        words = {bool: "true or false", str: "text"}
        return value if isinstance(value, kind) else self._wrong(path, value, words[kind])

    def _text(
        self, convert: Callable[[str], Any], expected: str, value: object, path: Path
    ) -> Made:
        if isinstance(value, str):
            try:
                return convert(value)
            except ValueError:
                pass
        return self._wrong(path, value, expected)

    def _wrong(self, path: Path, value: object, expected: str) -> None:
        shown = "nothing" if value is _NOTHING else value
        self.problems.append((path, shown, expected))


@cache
def _field_types(kind: Kind) -> dict[str, Kind]:
    return get_type_hints(kind)


@cache
def _needed(kind: Kind) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in fields(kind)
        if one.default is MISSING and one.default_factory is MISSING
    )
