"""The ledger of one direction: five figures held against each other, probe by probe and link by
link.

The machine that emulates stalls: it holds single probes for too long, and is counted for it. So a
link contradicts the file only if not even its best probe was held as planned, and a loss only if a
stall cannot be why. A probe off its certificate is evidence by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.model.planning.plan import PairPlan
from netkit.model.units import NS_PER_US, ns_to_ms, ns_to_us, us_to_ms, us_to_ns
from netkit.report.ledger_line import STALL_US, LedgerCause, LedgerFinding, LedgerLine
from netkit.stats.chance import chance_of_so_many
from netkit.stats.judgement import MIN_SAMPLES
from netkit.workflows.lab_stated import Crossing, Stated
from netkit.workflows.ledger.swallowed import swallowed, vanished

STALL_NS = STALL_US * NS_PER_US

LOST_SHARE = 0.05
"""A link that loses so much more than its share does so whatever the machine does."""

BY_CHANCE = 1e-6
"""And what a link that loses by chance comes to no oftener than that contradicts its share: a run
has thousands of links and directions to hold against theirs."""


@dataclass(frozen=True, slots=True)
class LedgerProbe:
    """One probe of a direction: what it measured (None: nothing), the lab's record of it (None:
    none), and whether it is known not to have arrived."""

    delay_ns: int | None
    truth: ProbeTruth | None
    lost: bool


def ledger_line(
    stated: Stated, plan: PairPlan, probes: Sequence[LedgerProbe], unseen: int = 0
) -> LedgerLine:
    """The five figures of one direction on one clock, and what contradicts what.

    Where the lab itself has lost frames ``unseen``, a probe that left a router on no link may be
    one of them, and contradicts nothing. O(probes x links of a path).
    """
    traced = [one.truth for one in probes if one.truth is not None]
    planned_ns = [_planned_ns(stated, truth.hops) for truth in traced]
    held_ns = [truth.held_ns for truth in traced if truth.held_ns is not None]
    measured_ns = [one.delay_ns for one in probes if one.delay_ns is not None]
    certified_us = None if plan.primary is None else plan.primary.certificate.guaranteed_us
    of_links = _held_by_link(stated, traced)
    fates = [(one.truth, one.lost) for one in probes]
    kept = [] if unseen else list(swallowed(fates, plan.demand.dst, LOST_SHARE))
    contradictions = (
        *_off_certificate(stated, plan, traced),
        *_links(stated, of_links),
        *_losses(stated, traced, few=False),
        *kept,
        *_beside_the_truth(probes),
    )
    return LedgerLine(
        _median_ms(planned_ns),
        None if certified_us is None else us_to_ms(certified_us),
        _median_ms(held_ns),
        _median_ms(measured_ns),
        0.0 if measured_ns else None,
        probes=len(probes),
        stalled=sum(_stalled(stated, one) for one in probes),
        contradictions=tuple(_named(stated, contradictions)),
        inconclusive=tuple(
            _named(stated, (*_doubts(stated, probes, of_links), *vanished(fates, kept)))
        ),
    )


def _named(stated: Stated, found: Iterable[LedgerFinding]) -> Iterator[LedgerFinding]:
    """With the name that the file gives to the direction of the link, where each has its own."""
    for one in found:
        if one.link is not None and one.headend is not None:
            yield replace(one, link=stated.name((one.link, one.headend)))
        else:
            yield one


def _median_ms(delays_ns: Sequence[int]) -> float | None:
    return ns_to_ms(median(delays_ns)) if delays_ns else None


def _crossing(hop: Hop) -> Crossing:
    return hop.link, hop.headend


def _planned_ns(stated: Stated, hops: Sequence[Hop]) -> int:
    return sum(stated.delay_ns(_crossing(hop)) for hop in hops if _known(stated, hop))


def _known(stated: Stated, hop: Hop) -> bool:
    """A leg of an exchange that lost a probe is no link of the file."""
    return _crossing(hop) in stated.topology.adjacency


def _held_by_link(stated: Stated, traced: Sequence[ProbeTruth]) -> dict[Crossing, list[int]]:
    """How long each link held the probes that it did not lose."""
    found: defaultdict[Crossing, list[int]] = defaultdict(list)
    for truth in traced:
        for hop in truth.hops:
            if hop.held_ns is not None and _known(stated, hop):
                found[_crossing(hop)].append(hop.held_ns)
    return found


def _off_certificate(
    stated: Stated, plan: PairPlan, traced: Sequence[ProbeTruth]
) -> Iterator[LedgerFinding]:
    """Links that no certificate lists, and the link on which the certified worst was passed."""
    if plan.primary is None:
        return
    certificate = plan.primary.certificate
    listed = stated.listed(certificate)
    strays: defaultdict[Crossing, int] = defaultdict(int)
    over: defaultdict[Crossing, list[int]] = defaultdict(list)
    worst_ns = us_to_ns(certificate.guaranteed_us)
    for truth in traced:
        stray = next((hop for hop in truth.hops if _crossing(hop) not in listed), None)
        if stray is not None:
            strays[_crossing(stray)] += 1
        elif (last := _passes(stated, truth.hops, worst_ns)) is not None:
            over[last].append(_planned_ns(stated, truth.hops) - worst_ns)
    for crossing, count in strays.items():
        yield LedgerFinding(LedgerCause.OFF_CERTIFICATE, count, *crossing)
    for crossing, by_ns in over.items():
        most_us = ns_to_us(max(by_ns))
        yield LedgerFinding(LedgerCause.OVER_CERTIFIED, len(by_ns), *crossing, most_us)


def _passes(stated: Stated, hops: Sequence[Hop], worst_ns: int) -> Crossing | None:
    """The link with which what was planned of the path comes to more than ``worst_ns``."""
    total_ns = 0
    for crossing in (_crossing(hop) for hop in hops if _known(stated, hop)):
        total_ns += stated.delay_ns(crossing)
        if total_ns > worst_ns:
            return crossing
    return None


def _links(stated: Stated, held_ns: dict[Crossing, list[int]]) -> Iterator[LedgerFinding]:
    """Links that held no probe as planned."""
    for crossing, of_one in held_ns.items():
        if len(of_one) < MIN_SAMPLES:
            continue
        least_ns, most_ns = stated.delay_ns(crossing), stated.most_ns(crossing)
        if crossing in stated.crowded:  # others' probes are always before it
            most_ns += stated.queue_ns(crossing)
        slow_ns, fast_ns = min(of_one) - most_ns, least_ns - max(of_one)
        if slow_ns > STALL_NS + stated.sending_ns(crossing):
            yield LedgerFinding(LedgerCause.TOO_SLOW, len(of_one), *crossing, ns_to_us(slow_ns))
        if fast_ns > STALL_NS:
            yield LedgerFinding(LedgerCause.TOO_FAST, len(of_one), *crossing, ns_to_us(fast_ns))


def _losses(stated: Stated, traced: Sequence[ProbeTruth], *, few: bool) -> Iterator[LedgerFinding]:
    """Links that lose more than they are to lose: so much that no stall is why, or ``few``."""
    entered: defaultdict[Crossing, int] = defaultdict(int)
    lost: defaultdict[Crossing, int] = defaultdict(int)
    for truth in traced:
        for hop in truth.hops:
            crossing = _crossing(hop)
            entered[crossing] += 1
            lost[crossing] += hop.release_ns is None
            if (leg := stated.leg_of(crossing)) is not None:
                entered[leg] += 1  # it got over that
    for crossing, count in lost.items():
        share = stated.loss_share(crossing)
        if count and few and crossing in stated.crowded:
            yield LedgerFinding(LedgerCause.CROWDED, count, *crossing)
        if not count or (few and share) or crossing in stated.crowded:
            continue
        enough = entered[crossing] >= MIN_SAMPLES
        much = enough and count > (share + LOST_SHARE) * entered[crossing]
        much = much and chance_of_so_many(count, entered[crossing], share) < BY_CHANCE
        if much is not few:
            cause = LedgerCause.FEW_LOST if few else LedgerCause.LOST
            yield LedgerFinding(cause, count, *crossing)


def _beside_the_truth(probes: Sequence[LedgerProbe]) -> Iterator[LedgerFinding]:
    """Measured against what the links held: less is impossible, more is not the links'."""
    outside_ns = [over for one in probes if (over := _outside_ns(one)) is not None]
    if len(outside_ns) < MIN_SAMPLES:
        return
    if (usual_ns := median(outside_ns)) < -STALL_NS:
        count = sum(over < -STALL_NS for over in outside_ns)
        yield LedgerFinding(LedgerCause.UNDER_TRUTH, count, by_us=ns_to_us(-usual_ns))
    if (least_ns := min(outside_ns)) > STALL_NS:
        yield LedgerFinding(LedgerCause.OVER_TRUTH, len(outside_ns), by_us=ns_to_us(least_ns))


def _outside_ns(one: LedgerProbe) -> int | None:
    """What was measured beyond what the links held."""
    if one.delay_ns is None or one.truth is None or one.truth.held_ns is None:
        return None
    return one.delay_ns - one.truth.held_ns


def _stalled(stated: Stated, one: LedgerProbe) -> bool:
    """Whether the machine held a probe, on a link or outside, for too long, or let it go early."""
    outside_ns = _outside_ns(one)
    if outside_ns is not None and abs(outside_ns) > STALL_NS:
        return True
    return one.truth is not None and any(
        not least_ns - STALL_NS <= hop.held_ns <= most_ns + STALL_NS
        for hop in one.truth.hops
        if hop.held_ns is not None and _known(stated, hop)
        for least_ns, most_ns in (_to_be_held_ns(stated, hop),)
    )


def _to_be_held_ns(stated: Stated, hop: Hop) -> tuple[int, int]:
    """How long a probe was to be held, at least and at most. The record has what variation and the
    queue of a slow line came to, which are the network's; where it has not, they are in between."""
    if hop.asked_ns is not None:
        return hop.asked_ns, hop.asked_ns
    at = _crossing(hop)
    most_ns = stated.most_ns(at) + stated.sending_ns(at) + stated.queue_ns(at)
    return stated.delay_ns(at), most_ns


def _doubts(
    stated: Stated, probes: Sequence[LedgerProbe], of_links: dict[Crossing, list[int]]
) -> Iterator[LedgerFinding]:
    """What nothing contradicts and nothing bears out."""
    untraced = sum(one.truth is None and not one.lost for one in probes)
    if untraced:
        yield LedgerFinding(LedgerCause.NO_TRUTH, untraced)
    measured = sum(one.delay_ns is not None for one in probes)
    counts = [len(of_one) for of_one in of_links.values()]
    if probes and min([measured, *counts]) < MIN_SAMPLES:
        yield LedgerFinding(LedgerCause.FEW_PROBES, min([measured, *counts]))
    yield from _losses(stated, [one.truth for one in probes if one.truth is not None], few=True)
