"""How many places of a table each holder has, and which of them it could do without."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator

from netkit.probe.reflector.replies import SessionKey

_LOOKED_AT = 4


class Quota:
    """At most ``limit`` places for each holder."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._held: dict[Hashable, OrderedDict[SessionKey, None]] = {}

    def full(self, holder: Hashable) -> bool:
        """Whether the holder may have no more."""
        return len(self._held.get(holder, ())) >= self.limit

    def add(self, holder: Hashable, key: SessionKey) -> None:
        """The holder has one more."""
        self._held.setdefault(holder, OrderedDict())[key] = None

    def remove(self, holder: Hashable, key: SessionKey) -> None:
        """The holder has one less."""
        held = self._held[holder]
        del held[key]
        if not held:
            del self._held[holder]

    def candidates(self, holder: Hashable) -> Iterator[SessionKey]:
        """A few of its sessions to look at, in turns, so that a full quota costs no search."""
        held = self._held[holder]
        for _ in range(_LOOKED_AT):
            key = next(iter(held))
            held.move_to_end(key)
            yield key
