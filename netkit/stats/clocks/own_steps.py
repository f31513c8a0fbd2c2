"""What a site saw of its own clock being set, carried over to the stamps it took as a reflector.

Senders see their clock being set, and their stamps are read as if it had not been. The reflector
of the same host reads the same clock and sees nothing. So each of its stamps is placed among those
of the host's senders: between two of them that knew of the same steps it had the same steps behind
it. Between two that did not, and where a clock that was set back showed the same time twice, nobody
knows which; such a stamp is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from netkit.model.measurement.sample import Sample, Stamp
from netkit.model.measurement.sample_row import Row

_EVER_NS = 1 << 62
"""Farther from any stamp than any clock."""

_SAME_NS = 10_000
"""Senders that each watched the clock by themselves differ by less about one and the same step."""


@dataclass(frozen=True, slots=True)
class _Spell:
    """A time between two steps: the clock had been set by ``set_ns`` from ``first_ns`` to
    ``last_ns`` for certain, after ``after_ns`` and before ``before_ns`` perhaps; all on the clock
    as if it had never been set."""

    set_ns: int
    first_ns: int
    last_ns: int
    after_ns: int = -_EVER_NS
    before_ns: int = _EVER_NS

    def certainly(self, shown_ns: int) -> bool:
        return self.first_ns <= shown_ns - self.set_ns <= self.last_ns

    def perhaps(self, shown_ns: int) -> bool:
        return self.after_ns < shown_ns - self.set_ns < self.before_ns


def as_if_not_set(rows: Iterable[Row]) -> tuple[list[Row], frozenset[str]]:
    """The rows with the stamps of reflectors as if their clocks had not been set, and the sites
    whose own senders do not agree on the steps: nothing is certain of these. O(n log n)."""
    every = list(rows)
    spells = {site: of for site, of in _spells(every).items() if len(of) > 1}
    unsure = {site for site, of in spells.items() if _contradictory(of)}
    return [
        row if row[1] not in spells or row[1] in unsure else _placed(row, spells[row[1]])
        for row in every
    ], frozenset(unsure)


def _placed(row: Row, spells: Sequence[_Spell]) -> Row:
    """Both stamps or neither: one alone could no longer be checked against the other, and a stamp
    that lies may be placed as well as a true one."""
    src, dst, sample = row
    shown = sample.t2, sample.t3
    t2, t3 = (_not_set(stamp, spells) for stamp in shown)
    if (t2 is None, t3 is None) != (shown[0] is None, shown[1] is None):
        t2 = t3 = None
    return src, dst, replace(sample, t2=t2, t3=t3)


def _not_set(stamp: Stamp | None, spells: Sequence[_Spell]) -> Stamp | None:
    """The stamp as if the clock had not been set; None where that is not known."""
    if stamp is None:
        return None
    possible = [one for one in spells if one.perhaps(stamp.time_ns)]
    if len(possible) != 1 or not possible[0].certainly(stamp.time_ns):
        return None
    return Stamp(stamp.time_ns - possible[0].set_ns, stamp.source)


def _spells(rows: Iterable[Row]) -> dict[str, tuple[_Spell, ...]]:
    """Of each sender whose clock was set, in order of time."""
    sent: dict[str, list[tuple[int, int]]] = {}
    for src, _, sample in rows:
        if sample.t1 is not None and not sample.spans_step:
            sent.setdefault(src, []).append(_sent(sample, sample.t1))
    return {
        site: tuple(_bounded(_runs(moments)))
        for site, moments in sent.items()
        if any(set_ns for _, set_ns in moments)
    }


def _sent(sample: Sample, t1: Stamp) -> tuple[int, int]:
    return t1.time_ns - sample.clock_set_ns, sample.clock_set_ns


def _runs(moments: list[tuple[int, int]]) -> list[_Spell]:
    """Without a probe from before the first step that too is a spell, of which nothing is known."""
    found: list[_Spell] = []
    for time_ns, set_ns in sorted(moments):
        if found and abs(set_ns - found[-1].set_ns) <= _SAME_NS:
            found[-1] = replace(found[-1], last_ns=time_ns)
        else:
            found.append(_Spell(set_ns, time_ns, time_ns))
    if found[0].set_ns:
        found.insert(0, _Spell(0, _EVER_NS, -_EVER_NS, before_ns=found[0].first_ns))
    return found


def _bounded(runs: Sequence[_Spell]) -> Iterator[_Spell]:
    """Each from the last moment of the one before to the first of the next."""
    for at, one in enumerate(runs):
        is_first, is_last = at == 0, at == len(runs) - 1
        yield replace(
            one,
            first_ns=-_EVER_NS if is_first and one.first_ns < _EVER_NS else one.first_ns,
            last_ns=_EVER_NS if is_last else one.last_ns,
            after_ns=-_EVER_NS if is_first else runs[at - 1].last_ns,
            before_ns=_EVER_NS if is_last else runs[at + 1].first_ns,
        )


def _contradictory(spells: Sequence[_Spell]) -> bool:
    """Whether the clock would have been set back and forth to the same time: senders that count
    steps from different moments look like that."""
    return any(abs(one.set_ns - other.set_ns) <= _SAME_NS for one, other in combinations(spells, 2))
