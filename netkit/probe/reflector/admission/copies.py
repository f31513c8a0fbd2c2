"""Authentic packets that were seen before, whatever address or port they now come from.

An authenticated packet stays authentic wherever it comes from (RFC 8762 has nothing against that),
and from another port it is of another session, where its number is new. But its HMAC covers number,
timestamp and SSID, so that two packets with one HMAC are copies of each other; or those of a sender
with several flows and a coarse clock, which is why a copy is answered and only charged elsewhere.

Two generations of HMACs are kept: once the younger is full, it takes the place of the elder. A copy
that is seen again moves to the younger, so what is sent again and again is never forgotten.
"""

from __future__ import annotations

GENERATION = 32768
"""So many HMACs in each: some 5 MB in all, and six seconds of 5000 requests a second."""


class Copies:
    """Remembers what it has been shown, at least the last ``generation`` of it."""

    def __init__(self, generation: int = GENERATION) -> None:
        self._generation = generation
        self._younger: set[bytes] = set()
        self._elder: set[bytes] = set()

    def seen(self, code: bytes) -> bool:
        """Whether the packet with that HMAC came before; from now on it has."""
        if code in self._younger:
            return True
        if len(self._younger) >= self._generation:
            self._younger, self._elder = set(), self._younger
        self._younger.add(code)
        return code in self._elder
