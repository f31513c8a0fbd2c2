"""Probes that a router took in and never sent on, or a host at either end: no link lost them.

A null route, a filter, a SID that nobody answers for: the certificate says that packets arrive, and
a router of the lab keeps them. A link's losses contradict it where they are so many that no stall
of the machine is why; so do a router's. A host of the lab may lose some by itself, for whoever
reads there is the program that measures, and stalls: only that nothing at all got through tells.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.report.ledger_line import LedgerCause, LedgerFinding
from netkit.stats.judgement import MIN_SAMPLES
from netkit.workflows.lab_stated import Crossing

Fate = tuple[ProbeTruth | None, bool]
"""What links know of a probe, and whether it is known not to have arrived."""

Kept = tuple[Crossing | None, int]
"""Over which link they had come, None where they left on none at all; and how many they are."""


def swallowed(fates: Sequence[Fate], dst: str, share: float) -> Iterator[LedgerFinding]:
    """Where more than ``share`` of ten probes or more were kept on the way to ``dst``, by the link
    that they came over; where all were, before the first link or behind the last. O(links of all
    paths)."""
    kept = list(_on_the_way(fates, dst, share))
    if fates and all(lost for _, lost in fates):
        kept += _at_an_end(fates, dst)
    for crossing, count in kept:
        yield LedgerFinding(LedgerCause.SWALLOWED, count, *(crossing or (None, None)))


def vanished(fates: Sequence[Fate], told: Iterable[LedgerFinding]) -> Iterator[LedgerFinding]:
    """What was lost, and on no link, beside what has been ``told`` of it."""
    lost = sum(lost and (truth is None or truth.lost_on is None) for truth, lost in fates)
    left = lost - sum(one.probes for one in told)
    if left > 0:
        yield LedgerFinding(LedgerCause.VANISHED, left)


def _on_the_way(fates: Sequence[Fate], dst: str, share: float) -> Iterator[Kept]:
    came: Counter[Crossing] = Counter()
    kept: Counter[Crossing] = Counter()
    for truth, lost in fates:
        hops = () if truth is None else truth.hops
        got_over = [hop for hop in hops if hop.release_ns is not None]
        came.update(map(_crossing, got_over))
        if lost and got_over and got_over[-1] is hops[-1] and hops[-1].tail != dst:
            kept[_crossing(hops[-1])] += 1
    for crossing, count in kept.items():
        if came[crossing] >= MIN_SAMPLES and count > share * came[crossing]:
            yield crossing, count


def _at_an_end(fates: Sequence[Fate], dst: str) -> Iterator[Kept]:
    """Of those that came to the far router only after the last one had left, nobody can say that
    their host would not have had them yet."""
    traced = [truth for truth, _ in fates if truth is not None and truth.hops]
    if not traced and len(fates) >= MIN_SAMPLES:
        yield None, len(fates)
    last_ns = max((truth.hops[0].arrival_ns for truth in traced), default=0)
    came = Counter(
        _crossing(hop)
        for hop in (truth.hops[-1] for truth in traced)
        if hop.tail == dst and hop.release_ns is not None and hop.release_ns < last_ns
    )
    if came.total() >= MIN_SAMPLES:
        yield from came.items()


def _crossing(hop: Hop) -> Crossing:
    return hop.link, hop.headend
