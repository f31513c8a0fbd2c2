"""The ledger of a run: for each direction what was planned, certified, true, measured, and how far
its clocks may be off; and whatever contradicts what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from netkit.model.verdict import Verdict

STALL_US = 300
"""What a link or a host adds to a probe beyond this, or takes off, is a stall of the machine."""


class LedgerCause(StrEnum):
    """Which two of the five figures a probe, or all of them, contradict; and where a figure is
    inconclusive, why."""

    OFF_CERTIFICATE = "off_certificate"
    OVER_CERTIFIED = "over_certified"
    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    LOST = "lost"
    SWALLOWED = "swallowed"
    UNDER_TRUTH = "under_truth"
    OVER_TRUTH = "over_truth"
    NO_TRUTH = "no_truth"
    FEW_PROBES = "few_probes"
    FEW_LOST = "few_lost"
    CROWDED = "crowded"
    VANISHED = "vanished"
    OUTSIDE_CERTAIN = "outside_certain"
    IMPOSSIBLE_CLOCKS = "impossible_clocks"
    BEYOND_CLAIM = "beyond_claim"
    DOUBTFUL_CLOCK = "doubtful_clock"


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """A contradiction, or what is inconclusive: of ``probes`` probes, on ``link`` entered at
    ``headend``, by ``by_us`` (what lies between the two figures); None where there is none."""

    cause: LedgerCause
    probes: int
    link: str | None = None
    headend: str | None = None
    by_us: float | None = None

    @property
    def about(self) -> tuple[LedgerCause, str | None, str | None]:
        """The cause, and where."""
        return self.cause, self.link, self.headend


@dataclass(frozen=True, slots=True)
class CertainDelay:
    """Where the judged delay of a direction (p99, or the maximum of few) certainly lies, whatever
    the clocks of its hosts say; and where the lab knows it to be.

    All in ms; an end is None where nothing bounds it, ``true_ms`` where not all passages are known.
    ``known`` is False where nothing is certain, because a clock was set unseen or the clocks
    contradict each other. ``verdict`` is that of the interval against the bound.
    """

    known: bool
    low_ms: float | None
    high_ms: float | None
    true_ms: float | None
    verdict: Verdict

    @property
    def contains_truth(self) -> bool | None:
        """None where there is no interval, or no truth to hold against it."""
        if not self.known or self.true_ms is None:
            return None
        above = self.low_ms is None or self.low_ms <= self.true_ms
        return above and (self.high_ms is None or self.true_ms <= self.high_ms)


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One direction; delays in ms, medians of its probes but for the certified ones.

    ``planned_ms`` is that of the ECMP branch which the probes took, ``certified_ms`` the worst that
    the list's certificate allows, ``true_ms`` what the links held the probes, ``measured_ms`` what
    STAMP made of it. ``clock_uncertainty_ms`` is how far the clocks leave that open: 0 on one
    clock, else what both hosts claim together, None where one claims nothing. ``stalled`` probes
    were held too long, or too short, by the machine. ``certain`` is None on one clock.
    """

    planned_ms: float | None
    certified_ms: float | None
    true_ms: float | None
    measured_ms: float | None
    clock_uncertainty_ms: float | None
    probes: int = 0
    stalled: int = 0
    contradictions: tuple[LedgerFinding, ...] = ()
    inconclusive: tuple[LedgerFinding, ...] = ()
    certain: CertainDelay | None = None

    def and_of(self, contradictions: Iterable[LedgerFinding]) -> LedgerLine:
        """The same with contradictions of other probes of the direction; of those of one cause on
        one link its own."""
        own = {one.about for one in self.contradictions}
        more = (one for one in contradictions if one.about not in own)
        return replace(self, contradictions=(*self.contradictions, *more))

    def joined(self, other: LedgerLine) -> LedgerLine:
        """Of two sessions over one direction, each on a path of its own: probes and findings of
        both, and the figures of the one that is contradicted, else of the first."""
        shown, beside = self, other
        if other.contradictions and not self.contradictions:
            shown, beside = other, self
        return replace(
            shown.and_of(beside.contradictions),
            probes=self.probes + other.probes,
            stalled=self.stalled + other.stalled,
            inconclusive=(*self.inconclusive, *other.inconclusive),
        )
