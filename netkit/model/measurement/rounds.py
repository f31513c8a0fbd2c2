"""Are windows those of rounds, which leave time between them, and how long is a round.

What keeps windows does not know which campaign was an agent's, whose windows follow each other, and
which was cron's. The windows tell: runs of them that are much alike, with breaks that are not short
beside them, are rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median, median_low
from typing import NamedTuple


class Run(NamedTuple):
    """Windows of a series that follow each other; ``before_ns`` is the end of the run before."""

    begin_ns: int
    before_ns: int | None
    windows: int


def runs_of(starts_ns: Sequence[int], length_ns: int) -> list[Run]:
    """The runs of windows of one length that begin at these times, in order of time."""
    runs: list[Run] = []
    end_ns: int | None = None
    for start_ns in starts_ns:
        if runs and start_ns == end_ns:
            runs[-1] = runs[-1]._replace(windows=runs[-1].windows + 1)
        else:
            runs.append(Run(start_ns, end_ns, 1))
        end_ns = start_ns + length_ns
    return runs


def are_rounds(runs: Sequence[Run]) -> bool:
    """Whether the runs are of rounds. Two are too few to tell, unless each is of one window."""
    lengths = [run.windows for run in runs]
    if len(runs) < 3:
        return len(runs) == 2 and max(lengths) == 1
    alike = max(lengths) <= 2 * (median(lengths) + 1)
    ends = [(a, b.before_ns or a.begin_ns, b) for a, b in pairwise(runs)]
    measured_ns = median(end_ns - a.begin_ns for a, end_ns, _ in ends)
    between_ns = median(b.begin_ns - end_ns for _, end_ns, b in ends)
    return alike and 2 * between_ns >= measured_ns


def usually_apart_ns(runs: Sequence[Run]) -> list[int]:
    """How far rounds begin apart, without what is far longer than most."""
    apart_ns = [b.begin_ns - a.begin_ns for a, b in pairwise(runs)]
    most_ns = 4 * median_low(apart_ns)
    return [one_ns for one_ns in apart_ns if one_ns <= most_ns]


def longest_round_ns(starts_ns: Sequence[int], length_ns: int) -> int:
    """What a round takes at the most, by when the last windows of a flow began; 0 where they are no
    rounds, or too few to tell. Each begins anywhere within its round, so k of the times between
    them are together those of k - 1 rounds at the least.

    >>> minute = 60
    >>> longest_round_ns([0 * minute, 9 * minute, 11 * minute, 15 * minute], minute) // minute
    7
    >>> longest_round_ns([n * minute for n in range(10)], minute)
    0
    """
    runs = runs_of(starts_ns, length_ns)
    if len(runs) < 3 or not are_rounds(runs):
        return 0
    apart_ns = usually_apart_ns(runs)
    return sum(apart_ns) // max(1, len(apart_ns) - 1)
