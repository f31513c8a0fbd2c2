"""What the wire does to the frames of one direction: when they leave, and which are lost or sent
twice. No clock, no socket."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable
from operator import attrgetter
from random import Random
from typing import Final, NamedTuple

from netkit.lab.delay.line_shape import LineShape

MOST_REMEMBERED: Final = 64
"""Frames among which one that was told late finds its place: those told last."""

_BY_ARRIVAL = attrgetter("arrival_ns")


class Passed(NamedTuple):
    """A frame that entered at ``arrival_ns`` and leaves at ``due_ns``; it is being sent from
    ``begins_ns`` until ``free_ns``, which matters to a line with a rate."""

    arrival_ns: int
    due_ns: int
    begins_ns: int = 0
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
        self._told = deque(one.arrival_ns for one in self._passed)
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
        """When a frame of so many bytes leaves: never before one that arrived earlier. None: it is
        lost, by chance or to a full queue."""
        chance = self._after_lost if self._last_lost else self._after_kept
        self._last_lost = chance > 0 and self._random.random() < chance
        if self._last_lost:
            return None
        place = self._place(arrival_ns)
        begins_ns = max(arrival_ns, self._passed[place - 1].free_ns if place else 0)
        sent_ns = arrival_ns
        takes_ns = length * self._ps_per_byte // 1000
        if self._ps_per_byte:
            if begins_ns - arrival_ns > self._shape.queue_ns:
                return None
            sent_ns = begins_ns + takes_ns
        due_ns = self._leaves_ns(sent_ns, place)
        self._remember(place, Passed(arrival_ns, due_ns, begins_ns, begins_ns + takes_ns))
        return due_ns

    def doubles(self) -> bool:
        """Is it sent twice?"""
        return self._shape.duplicate > 0 and self._random.random() < self._shape.duplicate

    def _place(self, arrival_ns: int) -> int:
        passed = self._passed
        if not passed or passed[-1].arrival_ns <= arrival_ns:  # as nearly always
            return len(passed)
        return bisect_right(passed, arrival_ns, key=_BY_ARRIVAL)

    def _leaves_ns(self, sent_ns: int, place: int) -> int:
        jitter_ns = self._shape.jitter_ns
        more_ns = self._random.randrange(jitter_ns + 1) if jitter_ns else 0
        due_ns = sent_ns + self._shape.delay_ns + more_ns
        if place:
            due_ns = max(due_ns, self._passed[place - 1].due_ns)
        if place < len(self._passed):
            due_ns = min(due_ns, self._passed[place].due_ns)
        return due_ns

    def _remember(self, place: int, one: Passed) -> None:
        """In its place, and no more the one told longest ago: after a clock was set back, frames of
        the time before are soon none that others have to keep order with."""
        passed = self._passed
        passed.insert(place, one)
        if place < len(passed) - 1:
            self._put_back(place + 1, one.free_ns)
        self._told.append(one.arrival_ns)
        if len(passed) > MOST_REMEMBERED:
            oldest_ns = self._told.popleft()
            first = passed[0].arrival_ns == oldest_ns
            del passed[0 if first else bisect_left(passed, oldest_ns, key=_BY_ARRIVAL)]

    def _put_back(self, place: int, free_ns: int) -> None:
        """Those behind begin later, as far as the line was not idle before them."""
        passed = self._passed
        for at in range(place, len(passed)):
            one = passed[at]
            if one.begins_ns >= free_ns:
                return
            takes_ns = one.free_ns - one.begins_ns
            passed[at] = one._replace(begins_ns=free_ns, free_ns=free_ns + takes_ns)
            free_ns += takes_ns
