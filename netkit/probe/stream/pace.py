"""At which rate a stream keeps up, reckoned from rounds of a trial.

A stream goes round: it sleeps, sends what fell due meanwhile, and takes in stamps and replies,
sending again between the parts of that. A round of n probes works for f + c·n, and it has gaps of
g + h·n without sending, the longest around the sleep s or in the middle. At a rate r there are
n = r·t probes in a round, which is t = s + f + c·n long. A probe that has just missed its turn
waits for the next, so probes leave within a time w of their own as long as there are at most
m = (w − g) / h in a round, and no more than half of what is read at once, which is up to the rate
r = m / (s + f + c·m).

Samples are made of many probes together, in steps between which probes leave as well: they are part
of the work, and where the longest is longer than w, w is as long. And probes that may still be
answered are kept: no more are sent than there is room for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean, median
from typing import NamedTuple

from netkit.model.units import NS_PER_MS, NS_PER_S

PROMPT_NS = NS_PER_MS
"""Probes that leave within this of their times are on time."""

LEAST_ROUNDS = 4
"""So many of each size tell what a round costs, the first of them left out."""

_DIGITS = 2
_MOST_PROBES = 128


class Limit(StrEnum):
    """What lets no more probes leave on time."""

    PROCESSOR = "processor"
    TIMEOUT = "timeout"


class Round(NamedTuple):
    """One round of a trial: ``probes`` were sent and answered, after a sleep of ``slept_ns``, in
    ``work_ns`` of which the processor was its own for ``own_ns``. Of that nothing could leave for
    ``around_ns`` before and after the sleep, and for ``between_ns`` at most later. Apart from that
    it took ``deciding_ns`` to make samples of ``decided`` probes, ``step_ns`` of it for the longest
    step."""

    probes: int
    slept_ns: int
    work_ns: int
    own_ns: int
    around_ns: int
    between_ns: int
    decided: int = 0
    deciding_ns: int = 0
    step_ns: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """``per_second`` is the rate up to which probes leave on time, as far as it is up to this host;
    ``core_share`` is what of a processor it was given, 1 where nobody else wanted it."""

    per_second: int
    core_share: float
    limit: Limit = Limit.PROCESSOR

    def within(self, per_second: int, limit: Limit) -> Pace:
        """The same, if something else lets no more than that leave."""
        if self.per_second <= per_second:
            return self
        return replace(self, per_second=per_second, limit=limit)


def undecided_at_most(window: int) -> int:
    """So many probes have room in a window until they are decided: half of it is for those that
    are, and a 16th is decided at once."""
    return window // 2 - window // 16


def held_per_second(window: int, timeout_ns: int) -> int:
    """At which rate a window of so many probes has room for each until its timeout."""
    return _down(undecided_at_most(window) * NS_PER_S / timeout_ns)


def pace_of(rounds: Sequence[Round]) -> Pace | None:
    """What ``rounds`` of two sizes show; None where there are too few of either to tell.

    The first of each is left out: what it needs was not loaded yet. On a host that takes half of
    PROMPT_NS and more for the least of all rounds probes leave within twice that, and where samples
    are made in longer steps within those.
    """
    sizes = sorted({one.probes for one in rounds})
    if len(sizes) != 2:
        return None
    few, many = ([one for one in rounds if one.probes == size] for size in sizes)
    if min(len(few), len(many)) < LEAST_ROUNDS:
        return None
    few, many = few[1:], many[1:]
    both = (*few, *many)
    sleep_ns = min(one.slept_ns for one in both)
    work = _Line.through(sizes, [fmean(one.own_ns for one in some) for some in (few, many)])
    around = [sleep_ns + median(one.around_ns for one in some) for some in (few, many)]
    between = [median(one.between_ns for one in some) for some in (few, many)]
    gaps = [_Line.through(sizes, times_ns) for times_ns in (around, between)]
    longest_ns = max(PROMPT_NS, *(2 * gap.least for gap in gaps), _step_ns(both))
    most = min(_MOST_PROBES, *((longest_ns - gap.least) / gap.each for gap in gaps))
    round_ns = sleep_ns + work.least + (work.each + _deciding_ns(both)) * most
    wanted_ns = sum(sleep_ns + one.own_ns for one in both)
    share = min(1.0, wanted_ns / sum(one.slept_ns + one.work_ns for one in both))
    return Pace(_down(most / round_ns * NS_PER_S * share), round(share, 2))


def _deciding_ns(rounds: Sequence[Round]) -> float:
    """What it takes to make a sample of a probe, many at a time: the least, as few rounds do it,
    and what the first needs was not loaded yet."""
    return min((one.deciding_ns / one.decided for one in rounds if one.decided), default=0.0)


def _step_ns(rounds: Sequence[Round]) -> int:
    """How long nothing leaves while samples are made: the least of the longest, alike."""
    return min((one.step_ns for one in rounds if one.decided), default=0)


class _Line(NamedTuple):
    """Time by number of probes, in ns: that of none, and what each takes more."""

    least: float
    each: float

    @classmethod
    def through(cls, sizes: Sequence[int], times_ns: Sequence[float]) -> _Line:
        """Through two points; from nothing where they are too close to tell the rest apart."""
        (few, many), (few_ns, many_ns) = sizes, times_ns
        each = (many_ns - few_ns) / (many - few)
        least = few_ns - each * few
        return cls(least, each) if each > 0 and least > 0 else cls(0.0, many_ns / many)


def _down(rate: float) -> int:
    """Rounded down to two digits: more is not known."""
    whole = int(rate)
    unit = int(10 ** max(0, len(str(whole)) - _DIGITS))
    return whole // unit * unit
