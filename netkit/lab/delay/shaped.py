"""What the wire does to the frames of one direction: when they leave, and which are lost or sent
twice. No clock, no socket."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from operator import attrgetter
from random import Random
from typing import Final, NamedTuple

from netkit.lab.delay.line_shape import LineShape

MOST_REMEMBERED: Final = 64
"""Frames among which one that was told late finds its place."""


class Passed(NamedTuple):
    """A frame that entered at ``arrival_ns`` and leaves at ``due_ns``; its last bit was on the line
    at ``free_ns``, which matters to one with a rate."""

    arrival_ns: int
    due_ns: int
    free_ns: int = 0


class Shaped:
    """What a direction does now, and what it has done before. ``seed`` is for its lots, ``holds``
    what is on it already.

    Frames are in order of their arrival. The kernel stamps them before it hands them to the
    processors, so that of two flows on a busy machine one may be told of late: it has its place
    before those that came after it, and does not wait for them.
    """

    def __init__(self, seed: int, holds: Iterable[Passed] = ()) -> None:
        self._random = Random(seed)  # noqa: S311 - losses that can be repeated, no secret
        self._last_lost = False
        self._passed = sorted(holds)[-MOST_REMEMBERED:]
        self.become(LineShape(0))

    def become(self, shape: LineShape) -> None:
        """Do this to frames from now on.

        Raises:
            LabError: losses that cannot be.
        """
        self._after_kept, self._after_lost = shape.losses()
        self._shape = shape

    def due_ns(self, arrival_ns: int, length: int) -> int | None:
        """When a frame of so many bytes leaves: never before one that arrived earlier. None: it is
        lost, by chance or to a full queue."""
        chance = self._after_lost if self._last_lost else self._after_kept
        self._last_lost = chance > 0 and self._random.random() < chance
        if self._last_lost:
            return None
        place = bisect_right(self._passed, arrival_ns, key=attrgetter("arrival_ns"))
        sent_ns = self._sent_ns(arrival_ns, length, place)
        return None if sent_ns is None else self._leaves_ns(arrival_ns, sent_ns, place)

    def doubles(self) -> bool:
        """Is it sent twice?"""
        return self._shape.duplicate > 0 and self._random.random() < self._shape.duplicate

    def _sent_ns(self, arrival_ns: int, length: int, place: int) -> int | None:
        """When its last bit is on the line, which has then less time for those behind it."""
        if not self._shape.ps_per_byte:
            return arrival_ns
        free_ns = self._passed[place - 1].free_ns if place else 0
        begins_ns = max(arrival_ns, free_ns)
        if begins_ns - arrival_ns > self._shape.queue_ns:
            return None
        takes_ns = length * self._shape.ps_per_byte // 1000
        behind = self._passed[place:]
        self._passed[place:] = [one._replace(free_ns=one.free_ns + takes_ns) for one in behind]
        return begins_ns + takes_ns

    def _leaves_ns(self, arrival_ns: int, sent_ns: int, place: int) -> int:
        jitter_ns = self._shape.jitter_ns
        more_ns = self._random.randrange(jitter_ns + 1) if jitter_ns else 0
        due_ns = sent_ns + self._shape.delay_ns + more_ns
        if place:
            due_ns = max(due_ns, self._passed[place - 1].due_ns)
        if place < len(self._passed):
            due_ns = min(due_ns, self._passed[place].due_ns)
        self._passed.insert(place, Passed(arrival_ns, due_ns, sent_ns))
        if len(self._passed) > MOST_REMEMBERED:
            del self._passed[0 if place else -1]
        return due_ns
