"""What a parser cannot understand, collected so that all of a file is told at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.tree import Statement
from netkit.emit.dialect import Parsed
from netkit.errors import InputError, Problem, printable
from netkit.model.router_state import RouterState


@dataclass(slots=True)
class Notes:
    """The problems of ``file``."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    @contextmanager
    def at(self, statement: Statement) -> Iterator[None]:
        """A ValueError from inside becomes the problem of this statement."""
        try:
            yield
        except ValueError as error:
            value = printable(statement.head)
            self.problems.append(Problem(self.file, statement.line, str(error), value))

    def parsed(self, state: RouterState, top: Statement) -> Parsed:
        """The result, with what of ``top`` nobody took as foreign.

        Raises:
            InputError: with all problems, where there are any.
        """
        if self.problems:
            raise InputError(self.problems)
        foreign = sorted(top.foreign(), key=lambda one: one.line)
        return Parsed(state, tuple(foreign))


def address(text: str | None) -> IPv6Address:
    """An IPv6 address; raises ValueError that says what is wrong."""
    try:
        return IPv6Address(text or "")
    except ValueError:
        raise ValueError("no IPv6 address") from None


def prefix(text: str) -> IPv6Network:
    """An IPv6 prefix; raises ValueError that says what is wrong."""
    try:
        return IPv6Network(text)
    except ValueError:
        raise ValueError("no IPv6 prefix, or bits set behind its length") from None


def number(text: str | None) -> int:
    """A number of decimal digits; raises ValueError that says what is wrong."""
    if text is None or not text.isascii() or not text.isdigit():
        raise ValueError("no number")
    return int(text)
