"""What the wire does to the frames of one direction: when they leave, and which are lost or sent
twice. No clock, no socket."""

from __future__ import annotations

from random import Random

from netkit.lab.delay.line_shape import LineShape


class Shaped:
    """What a direction does now, and what it has done before. ``seed`` is for its lots, at
    ``last_due_ns`` leaves what it holds already."""

    def __init__(self, seed: int, last_due_ns: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - losses that can be repeated, no secret
        self._last_lost = False
        self._serial_free_ns = 0
        self._last_due_ns = last_due_ns
        self.become(LineShape(0))

    def become(self, shape: LineShape) -> None:
        """Do this to frames from now on.

        Raises:
            LabError: losses that cannot be.
        """
        self._after_kept, self._after_lost = shape.losses()
        self._ps_per_byte = shape.ps_per_byte
        self._shape = shape

    def due_ns(self, arrival_ns: int, length: int) -> int | None:
        """When a frame of so many bytes leaves: never before one that came earlier. None: it is
        lost, by chance or to a full queue."""
        chance = self._after_lost if self._last_lost else self._after_kept
        self._last_lost = chance > 0 and self._random.random() < chance
        if self._last_lost:
            return None
        sent_ns = arrival_ns
        if self._ps_per_byte:
            begins_ns = max(arrival_ns, self._serial_free_ns)
            if begins_ns - arrival_ns > self._shape.queue_ns:
                return None
            sent_ns = self._serial_free_ns = begins_ns + length * self._ps_per_byte // 1000
        return self._leaves_ns(sent_ns)

    def _leaves_ns(self, sent_ns: int) -> int:
        shape = self._shape
        more_ns = self._random.randrange(shape.jitter_ns + 1) if shape.jitter_ns else 0
        self._last_due_ns = max(self._last_due_ns, sent_ns + shape.delay_ns + more_ns)
        return self._last_due_ns

    def doubles(self) -> bool:
        """Is it sent twice?"""
        return self._shape.duplicate > 0 and self._random.random() < self._shape.duplicate
