"""Percentiles over any window of the recent past, in memory that does not grow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netkit.errors import InputError
from netkit.stats.delay import Nanoseconds
from netkit.stats.running.sketch import DEFAULT_RELATIVE_ERROR, Sketch


class SlidingSketch:
    """One sketch for each ``slot_ns`` of time; the newest ``slots`` of them are kept.

    Times may come in any order; values older than the oldest slot kept are not counted, and
    ``forgotten`` says how many those are.
    """

    def __init__(
        self, slot_ns: int, slots: int, relative_error: float = DEFAULT_RELATIVE_ERROR
    ) -> None:
        if slot_ns < 1 or slots < 1:
            raise InputError.single("slots", value=f"{slots} of {slot_ns} ns", expected="1 or more")
        self.slot_ns = slot_ns
        self.forgotten = 0
        self._slots = slots
        self._relative_error = relative_error
        self._sketches: dict[int, Sketch] = {}

    def add(self, times_ns: Nanoseconds, values_ns: Nanoseconds) -> None:
        """Count each value in the slot of its time."""
        numbers = times_ns // self.slot_ns
        for number in np.unique(numbers).tolist():
            values = values_ns[numbers == number]
            if number <= max(self._sketches, default=number) - self._slots:
                self.forgotten += int(values.size)
                continue
            if number not in self._sketches:
                self._sketches[number] = Sketch(self._relative_error)
            self._sketches[number].add(values)
        self._forget()

    def over(self, start_ns: int, end_ns: int) -> Sketch:
        """All values of the slots that touch [start, end), as one sketch."""
        merged = Sketch(self._relative_error)
        for number, sketch in self.slots():
            if number < end_ns and number + self.slot_ns > start_ns:
                merged = merged.merge(sketch)
        return merged

    def slots(self) -> Iterator[tuple[int, Sketch]]:
        """The slots that hold values, oldest first, each with the time at which it begins."""
        for number in sorted(self._sketches):
            yield number * self.slot_ns, self._sketches[number]

    def _forget(self) -> None:
        newest = max(self._sketches, default=0)
        for number in [old for old in self._sketches if old <= newest - self._slots]:
            del self._sketches[number]
