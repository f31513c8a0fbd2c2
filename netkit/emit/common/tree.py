"""Configuration as a tree of statements, and which of them a reader knew.

Rooms of platforms build trees and print them, or read text into trees and take out of them what is
netkit's to know. What nobody took is foreign: it is kept, with its line, and never judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netkit.emit.dialect import Foreign


@dataclass(slots=True)
class Statement:
    """A statement: its ``name``, what stands behind it, and the statements inside it.

    ``value`` is the rest of a line of text, the key of an entry of a list, or the text of an XML
    element; None where nothing stands there. ``namespace`` is that of an XML element, None for that
    of what it stands in. ``line`` is where it was read.
    """

    name: str
    value: str | None = None
    inside: list[Statement] = field(default_factory=list)
    namespace: str | None = None
    line: int = 0
    taken: bool = False

    def take(self, *path: str) -> Statement | None:
        """The first statement down a path of names, all of them taken; None where there is none."""
        at: Statement | None = self
        for name in path:
            at = None if at is None else next(at.take_all(name), None)
        return at

    def take_all(self, name: str) -> Iterator[Statement]:
        """The statements of that name, each taken as it is given out."""
        for one in self.inside:
            if one.name == name:
                one.taken = True
                yield one

    def take_value(self, *path: str) -> str | None:
        """The value down a path of names; None where there is none."""
        found = self.take(*path)
        return None if found is None else found.value

    def leave(self) -> None:
        """Give a statement back: it is foreign after all."""
        self.taken = False

    def foreign(self) -> Iterator[Foreign]:
        """What stands inside and nobody took, outermost statements only, in the order of lines."""
        for one in self.inside:
            if one.taken:
                yield from one.foreign()
            else:
                yield Foreign(one.line, one.head)

    @property
    def head(self) -> str:
        """The statement without what is inside it, on one line."""
        text = self.name if self.value is None else f"{self.name} {self.value}"
        return " ".join(text.split())


def some(name: str, inside: Iterable[Statement | None]) -> Statement | None:
    """A statement around others; None where there are none."""
    found = [one for one in inside if one is not None]
    return Statement(name, inside=found) if found else None


def leaf(name: str, value: object) -> Statement | None:
    """A statement with a value; None where the value is None."""
    return None if value is None else Statement(name, str(value))
