"""Values of statements, read with every problem kept, so that one reading tells all of a file."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network
from typing import TypeVar

from netkit.emit.common.tree import Statement
from netkit.errors import InputError, Problem

T = TypeVar("T")


class Values:
    """Reads values of one file's statements; what cannot be read is a problem, and None."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file

    def number(self, one: Statement | None) -> int | None:
        """A whole number without sign."""
        return self._read(one, _number, "a whole number")

    def address(self, one: Statement | None) -> IPv6Address | None:
        """An IPv6 address."""
        return self._read(one, IPv6Address, "an IPv6 address")

    def network(self, one: Statement | None) -> IPv6Network | None:
        """An IPv6 prefix."""
        return self._read(one, IPv6Network, "an IPv6 prefix")

    def refuse(self, one: Statement, what: str, expected: str) -> None:
        """Note what is wrong with a statement."""
        self.problems.append(Problem(self._file, one.line, what, one.head, expected))

    def done(self) -> None:
        """End the reading.

        Raises:
            InputError: with all problems that were found.
        """
        if self.problems:
            raise InputError(self.problems)

    def _read(self, one: Statement | None, read: Callable[[str], T], expected: str) -> T | None:
        if one is None:
            return None
        try:
            return read((one.value or "").strip())
        except ValueError:
            self.refuse(one, f"{one.name} cannot be read", expected)
            return None


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)
