"""Values of statements that may be missing: read where they stand, and every problem kept."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network
from typing import TypeVar

from netkit.emit.common.reading import Notes, address, number, prefix
from netkit.emit.common.tree import Statement
from netkit.errors import Problem, printable

T = TypeVar("T")


class Values(Notes):
    """Reads values of one file's statements; one that is missing or cannot be read is None."""

    def number(self, one: Statement | None) -> int | None:
        """A whole number without sign."""
        return self._read(one, number)

    def address(self, one: Statement | None) -> IPv6Address | None:
        """An IPv6 address."""
        return self._read(one, address)

    def network(self, one: Statement | None) -> IPv6Network | None:
        """An IPv6 prefix."""
        return self._read(one, prefix)

    def refuse(self, one: Statement, what: str, expected: str) -> None:
        """Note what is wrong with a statement."""
        value = printable(one.head)
        self.problems.append(Problem(self.file, one.line, what, value, expected))

    def _read(self, one: Statement | None, read: Callable[[str], T]) -> T | None:
        found = None
        if one is not None:
            with self.at(one):
                found = read(one.value or "")
        return found
