"""Which kernel T3 belongs to which reply of a stream, also where a reflector began anew.

A follow-up names a reply by its number, and a reflector that was started again uses its numbers
again. So the rule is that of ``results``: the stamp of a reply lies after the program's own T3 in
it, by less than a second, and before that of the next reply with the same number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.probe.sender.exchanges import SENDING_NS
from netkit.stats.sample_arrays import UNKNOWN

_Numbers = NDArray[np.int64]
_NEVER = np.iinfo(np.int64).max


class FollowUpLog:
    """The latest ``size`` follow-ups and the program's T3 of the latest ``size`` replies."""

    def __init__(self, size: int) -> None:
        self._told = _Latest(size)
        self._given = _Latest(size)

    def learn(self, replies: NDArray[np.void]) -> None:
        """Keep what REPLIES tell; they may come in any order."""
        told = replies[replies["followed"] != UNKNOWN]
        self._told.add(told["followed"], told["follow_up_ns"], told["follow_up_source"])
        self._given.add(replies["sequence"], replies["t3_ns"], replies["sender_sequence"])

    def stamps(
        self, probes: _Numbers, numbers: _Numbers, t3_ns: _Numbers
    ) -> tuple[_Numbers, _Numbers]:
        """Kernel T3 of the replies to these probes, and who took it; UNKNOWN if not told.

        ``numbers`` and ``t3_ns`` are what the replies say themselves. O(n log n) in the size of
        the log.
        """
        if not self._told.count:
            return np.full(len(numbers), UNKNOWN), np.full(len(numbers), UNKNOWN)
        next_ns = self._next_given_ns(probes, numbers, t3_ns)
        time_ns, source = self._told.first_from(numbers, t3_ns)
        # Without the program's own T3 it is not known which stamp belongs to it.
        known = t3_ns != UNKNOWN
        soon = time_ns - np.where(known, t3_ns, 0) < SENDING_NS
        found = known & (time_ns < next_ns) & soon
        return np.where(found, time_ns, UNKNOWN), source

    def _next_given_ns(self, probes: _Numbers, numbers: _Numbers, t3_ns: _Numbers) -> _Numbers:
        """When each number was next given to another probe; _NEVER if it was not."""
        next_ns, other = self._given.first_from(numbers, t3_ns + 1)
        other[t3_ns == UNKNOWN] = UNKNOWN
        own = np.flatnonzero(other == probes)
        while len(own):  # copies of one reply that were damaged on the way
            next_ns[own], other[own] = self._given.first_from(numbers[own], next_ns[own] + 1)
            own = own[other[own] == probes[own]]
        return next_ns


class _Latest:
    """Numbers, each with a time and something more; the oldest make room."""

    def __init__(self, size: int) -> None:
        self.count = 0
        self._at = 0
        self._numbers = np.zeros(size, np.int64)
        self._times_ns = np.zeros(size, np.int64)
        self._more = np.zeros(size, np.int64)

    def add(self, numbers: _Numbers, times_ns: _Numbers, more: _Numbers) -> None:
        size = len(self._numbers)
        places = (self._at + np.arange(len(numbers))) % size
        self._numbers[places] = numbers
        self._times_ns[places] = times_ns
        self._more[places] = more
        self._at = (self._at + len(numbers)) % size
        self.count = min(size, self.count + len(numbers))

    def first_from(self, numbers: _Numbers, from_ns: _Numbers) -> tuple[_Numbers, _Numbers]:
        """For each number its entry with the earliest time not before ``from_ns``.

        Its time (_NEVER if there is none) and what more it has (UNKNOWN if none). Entries and
        questions are sorted together, each question before the entries of its own time: the next
        entry is the answer. O(size) to look for them, O(n log n) in those that are near.
        """
        asked = len(numbers)
        # Of the whole log few entries have such numbers, and only those are worth sorting.
        kept = self._numbers[: self.count]
        near = (
            np.flatnonzero((kept >= numbers.min()) & (kept <= numbers.max())) if asked else kept[:0]
        )
        number = np.concatenate([numbers, kept[near]])
        time_ns = np.concatenate([from_ns, self._times_ns[near]])
        is_entry = np.arange(len(number)) >= asked
        order = np.lexsort((is_entry, time_ns, number))
        places = np.where(is_entry[order], np.arange(len(order)), len(order) - 1)
        following = np.empty(len(order), np.intp)
        following[order] = np.minimum.accumulate(places[::-1])[::-1]
        answer = order[following[:asked]]
        found = (answer >= asked) & (number[answer] == numbers)
        more = np.concatenate([from_ns, self._more[near]])[answer]
        return np.where(found, time_ns[answer], _NEVER), np.where(found, more, UNKNOWN)
