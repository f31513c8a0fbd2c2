"""Texts and lists that occur many times, held once and known by their number."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

_Item = TypeVar("_Item", bound=Hashable)


class Interned(Generic[_Item]):
    """Numbers from 0, in order of first use; ``items`` is the list they lead into."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._numbers: dict[_Item, int] = {}

    def number(self, item: _Item) -> int:
        """The number of ``item``, a new one at its first use. O(1)."""
        return self._numbers.setdefault(item, len(self._numbers))

    def optional(self, item: _Item | None) -> int | None:
        """As :meth:`number`; nothing for nothing."""
        return None if item is None else self.number(item)

    def numbers(self, items: Iterable[_Item] | None) -> list[int] | None:
        """As :meth:`number`, of each; nothing for nothing."""
        return None if items is None else [self.number(item) for item in items]

    @property
    def items(self) -> list[_Item]:
        """All of them, by number."""
        return list(self._numbers)
