"""What sockets of this host have dropped, and when."""

from __future__ import annotations

from dataclasses import dataclass

_MOST = 64


@dataclass(slots=True)
class Overflow:
    """``count`` datagrams of the socket ``lane`` were dropped from ``from_ns`` to ``until_ns``."""

    lane: int
    count: int
    from_ns: int
    until_ns: int


class Overflows:
    """What sockets have dropped and no probe has been given yet; the latest of them."""

    def __init__(self) -> None:
        self._known: list[Overflow] = []

    def add(self, overflow: Overflow) -> None:
        """The count of a socket has risen."""
        self._known = [*self._known[1 - _MOST :], overflow]

    def waiting(self) -> list[Overflow]:
        """Those of which something is left."""
        self._known = [one for one in self._known if one.count > 0]
        return self._known
