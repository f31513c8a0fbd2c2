"""Which way the lost probes of a stream were lost, told from answers around them or from all.

Answers far away tell nothing of a loss as long as the reflector's numbers there are all lower, or
all higher, than those around it. So of each block of probes the least and the greatest number are
kept, and where all numbers before one block are lower than all after it, or some blocks on, the
ring can be cut there. What lies between two such cuts, far enough apart, is judged alone, with what
probes do that overtake each other across a cut. Where there are none near, as around a restart of
the reflector, within an outage, or where probes overtake each other by thousands, much or all of
the ring is asked.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome
from netkit.probe.sender.loss_direction import NEAR, directions
from netkit.stats.sample_arrays import OUTCOME_CODE

_LOST, _FORWARD, _BACKWARD = (
    OUTCOME_CODE[one] for one in (Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD)
)

_NEVER, _EVER = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_FAR_ENOUGH = 2 * NEAR
"""So many answers on either side of a loss tell of overtaking there."""

_MOST_BLOCKS = 8
"""More are not judged at once for the losses of one."""

_THICK = 2
"""Overtaking across the border of two blocks reaches into so many, at most; else all are asked."""

_AT_ONCE = 1 << 14
"""So many rows are read between two pauses."""

_Numbers = NDArray[np.int64]


class Answers(NamedTuple):
    """What became of probes in a row: which were ``answered``, with the least and the first number
    of their answers, and which are ``silent``."""

    answered: _Numbers
    lowest: _Numbers
    numbers: _Numbers
    silent: _Numbers


class LossDirections:
    """Of the probes in ``rows``, a ring, of which ``silent`` tells whether nothing was heard of
    them. Feed it those that are added and the numbers that answers carry, and ask to be told;
    ``codes`` are the outcomes of lost ones then. All three are by the places of probes."""

    def __init__(self, rows: NDArray[np.void], silent: NDArray[np.bool_], block: int) -> None:
        self.codes = np.full(len(rows), _LOST, np.uint8)
        self._rows, self._silent = rows, silent
        self._block, self._blocks = block, len(rows) // block
        self._answered = np.zeros(self._blocks, np.int64)
        self._least = np.full(self._blocks, _EVER)
        self._greatest = np.full(self._blocks, _NEVER)
        self._more = array("q")
        self._most_more = len(rows)
        self._told = 0

    def begin(self, first: int, end: int) -> None:
        """Rows were made for these probes."""
        fresh = np.arange(-(-first // self._block), -(-end // self._block)) % self._blocks
        self._answered[fresh], self._least[fresh], self._greatest[fresh] = 0, _EVER, _NEVER

    def learn(self, probes: _Numbers, numbers: _Numbers) -> None:
        """These were answered for the first time, with these numbers."""
        blocks = probes // self._block % self._blocks
        np.add.at(self._answered, blocks, 1)
        np.minimum.at(self._least, blocks, numbers)
        np.maximum.at(self._greatest, blocks, numbers)

    def learn_again(self, probe: int, number: int) -> None:
        """One was answered once more."""
        block = probe // self._block % self._blocks
        self._least[block] = min(self._least[block], number)
        self._greatest[block] = max(self._greatest[block], number)
        self._more.append(number)
        if len(self._more) >= self._most_more:  # nothing is lost, so that nobody asks for them
            self._most_more = max(len(self._rows), 2 * len(self._more_numbers()))

    def answered_after(self, first: int, end: int) -> bool:
        """Whether some hundred of the probes from ``first`` up to ``end`` are answered.

        The first answers after an outage may come in another order than their probes.
        """
        blocks = np.arange(first // self._block, -(-end // self._block)) % self._blocks
        return int(self._answered[blocks].sum()) >= min(NEAR, self._block)

    def told_near(self, first: int, end: int, ring: tuple[int, int]) -> bool:
        """Whether it is told which way those from ``first`` up to ``end`` were lost, by the probes
        around them if need be. ``ring``: from which number up to which there are probes."""
        if end <= self._told:
            return True
        for thick in (0, _THICK):
            near = self._around(first, end, ring, thick)
            if near[1] - near[0] <= _MOST_BLOCKS * self._block:
                self._tell(first, end, self._answers(*near), from_start=near[0] == 0)
                return True
        return False

    def telling(self, first: int, end: int, ring: tuple[int, int]) -> Iterator[None]:
        """Tell it however many there are around, with pauses in which others may be added."""
        parts, near = [], self._around(first, end, ring, _THICK)
        for start in range(*near, _AT_ONCE):
            parts.append(self._answers(start, min(start + _AT_ONCE, near[1])))
            yield
        every = Answers(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        self._tell(first, end, every, from_start=near[0] == 0)

    def _around(self, first: int, end: int, ring: tuple[int, int], thick: int) -> tuple[int, int]:
        """From which number up to which there is what tells, at most all. O(b) for b blocks.

        A cut is ``thick`` blocks wide, in which numbers are among those on both sides.
        """
        start = -(-ring[0] // self._block)
        blocks = np.arange(start, -(-ring[1] // self._block))
        own, after_own = first // self._block - start, -(-end // self._block) - start
        places = blocks % self._blocks
        # Of the blocks before each place between two, and after it; its ends are cuts as well.
        highest = np.append(_NEVER, np.maximum.accumulate(self._greatest[places]))
        least = np.append(np.minimum.accumulate(self._least[places][::-1])[::-1], _EVER)
        answers = np.append(0, np.cumsum(self._answered[places]))
        place = np.arange(len(answers))
        inner = np.minimum(place + thick, len(blocks))
        far = answers[own] - answers[inner] >= _FAR_ENOUGH
        left = int(place[far & (highest < least[inner])].max(initial=0))
        inner = np.maximum(place - thick, 0)
        far = answers[inner] - answers[after_own] >= _FAR_ENOUGH
        right = int(place[far & (highest[inner] < least)].min(initial=len(blocks)))
        begin = (start + left) * self._block if left else ring[0]
        return begin, min((start + right) * self._block, ring[1])

    def _answers(self, first: int, end: int) -> Answers:
        """What became of the probes from ``first`` up to ``end``."""
        sequences = np.arange(first, end)
        places = sequences % len(self._rows)
        answered = self._rows["answers"][places] > 0
        heard = places[answered]
        return Answers(
            sequences[answered],
            self._rows["lowest"][heard],
            self._rows["sequence"][heard],
            sequences[self._silent[places]],
        )

    def _tell(self, first: int, end: int, among: Answers, *, from_start: bool) -> None:
        seen = np.concatenate([among.numbers, self._more_numbers()])
        forward, backward = directions(
            among.silent, among.answered, among.lowest, seen, from_start=from_start
        )
        own = slice(*np.searchsorted(among.silent, (first, end)))
        places = among.silent[own] % len(self._rows)
        self.codes[places] = np.where(
            forward[own], _FORWARD, np.where(backward[own], _BACKWARD, _LOST)
        )
        self._told = end

    def _more_numbers(self) -> _Numbers:
        """Those of further answers, as far as they may still tell something."""
        numbers = np.array(self._more, np.int64)
        kept = numbers[numbers >= self._least.min()]
        if len(kept) < len(numbers):
            self._more = array("q", kept.tobytes())
        return np.asarray(kept)
