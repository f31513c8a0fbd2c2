"""One direction of the wire that has been changed while it runs: when its frames leave, and which
are lost or sent twice. No clock, no socket."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class WireShape:
    """Each frame is held ``delay_ns`` and up to ``jitter_ns`` more; one is lost with probability
    ``after_kept``, or ``after_lost`` where the one before it was; one is sent twice with
    probability ``duplicate``."""

    delay_ns: int
    jitter_ns: int = 0
    after_kept: float = 0.0
    after_lost: float = 0.0
    duplicate: float = 0.0


class Shaped:
    """What a direction does now, and what it has done before. ``seed`` is for its lots."""

    def __init__(self, seed: int) -> None:
        self.shape = WireShape(0)
        self._random = Random(seed)  # noqa: S311 - losses that can be repeated, no secret
        self._last_lost = False
        self._last_due_ns = 0

    def loses(self) -> bool:
        """Is the frame that arrives now lost?"""
        shape = self.shape
        chance = shape.after_lost if self._last_lost else shape.after_kept
        self._last_lost = chance > 0 and self._random.random() < chance
        return self._last_lost

    def due_ns(self, arrival_ns: int) -> int:
        """When it leaves: never before one that came earlier."""
        shape = self.shape
        more_ns = self._random.randrange(shape.jitter_ns + 1) if shape.jitter_ns else 0
        self._last_due_ns = max(self._last_due_ns, arrival_ns + shape.delay_ns + more_ns)
        return self._last_due_ns

    def doubles(self) -> bool:
        """Is it sent twice?"""
        return self.shape.duplicate > 0 and self._random.random() < self.shape.duplicate
