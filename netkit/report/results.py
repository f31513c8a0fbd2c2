"""What one turn of the loop has brought: the plan, and what probes and the lab saw of it.

These values are what every report is made from. Milliseconds here are as measured, unrounded;
what could not be measured is None. All delays are one-way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.units import us_to_ms
from netkit.model.verdict import Verdict
from netkit.report.ledger_line import LedgerLine

TOLERANCE_MS = 0.3
TOLERANCE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class DirectionMeasured:
    """What the probes of one direction saw, in ms.

    ``truth_p50_ms`` is the median of what the emulated links held the probes, ``branch_ms`` of what
    they were to hold them: the delay of the ECMP branch that the flow took. The verdict rests on a
    delay from ``judged_least_ms`` to ``judged_most_ms``, without what the emulation added.
    ``delays_ms`` are the delays that STAMP measured, ``errors_ms`` STAMP minus truth for each probe
    that has both. Of ``traced`` probes whose real path is known, ``certified`` kept to the planned
    certificate. ``ledger`` holds all of it against each other.
    """

    sent: int
    lost: int
    min_ms: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
    truth_p50_ms: float | None = None
    delays_ms: tuple[float, ...] = ()
    errors_ms: tuple[float, ...] = ()
    traced: int = 0
    certified: int = 0
    branch_ms: float | None = None
    judged_least_ms: float | None = None
    judged_most_ms: float | None = None
    ledger: LedgerLine | None = None


@dataclass(frozen=True, slots=True)
class PairMeasured:
    """A pair measured over its own policies: forward is src to dst, backward dst to src.

    ``path_proven``: every traced probe of both directions kept to its certificate; None if none
    could be traced, or not every one that came back. ``uncertainty_ms`` is that of each one-way
    figure; None where it is not known. ``attempts`` counts how often the pair was measured; the
    figures are those of the last time.
    """

    forward: DirectionMeasured
    backward: DirectionMeasured
    verdict: Verdict
    path_proven: bool | None
    uncertainty_ms: float | None = None
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class LabFacts:
    """The emulated backbone; if it did not run, why, and what to do about it.

    ``igp`` is what filled its routing tables, ``clock`` says in words which clocks the timestamps
    come from, ``not_emulated`` what the file states of links and the lab did not do.
    """

    ran: bool
    backend: str | None = None
    routers: int | None = None
    links: int | None = None
    boot_s: float | None = None
    clock: str | None = None
    skipped_because: str | None = None
    remedy: str | None = None
    not_emulated: tuple[str, ...] = ()
    igp: str | None = None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Who made the results and when (ISO 8601, UTC)."""

    netkit_version: str | None = None
    started: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class PairResult:
    """One pair of the report: its plan there and back, and its measurement if there is one."""

    plan: PairPlan
    back: PairPlan | None
    measured: PairMeasured | None

    @property
    def verdict(self) -> Verdict:
        """What was measured; unknown if the pair was not."""
        return Verdict.UNKNOWN if self.measured is None else self.measured.verdict

    @property
    def within_tolerance(self) -> bool | None:
        """Both medians are as planned; None if the pair was not measured at all."""
        if self.measured is None:
            return None
        forward, backward = self.measured.forward, self.measured.backward
        return as_planned(forward, self.plan) and as_planned(backward, self.back)


@dataclass(frozen=True)
class LoopResults:
    """Everything a report tells. ``measured`` is keyed by (src, dst) of a pair of the plan."""

    topology: Topology
    plan: Plan
    lab: LabFacts
    measured: Mapping[tuple[str, str], PairMeasured] = field(
        default_factory=lambda: MappingProxyType({})
    )
    run: RunFacts = RunFacts()

    @cached_property
    def pairs(self) -> tuple[PairResult, ...]:
        """Each two-way pair once: in the orientation measured, else the first in the plan."""
        listed: dict[tuple[str, str], PairResult] = {}
        for plan in self.plan.pairs:
            there = (plan.demand.src, plan.demand.dst)
            back = (plan.demand.dst, plan.demand.src)
            told_by_back = back in listed or (back in self.measured and back in self.plan.pair)
            if there in self.measured or not told_by_back:
                listed[there] = PairResult(plan, self.plan.pair.get(back), self.measured.get(there))
        return tuple(listed.values())

    @cached_property
    def ledger(self) -> dict[tuple[str, str], LedgerLine]:
        """The ledger of every direction measured, by (src, dst) of that direction; where two pairs
        measure it, as one is the other turned round, that of both."""
        found: dict[tuple[str, str], LedgerLine] = {}
        for (src, dst), pair in self.measured.items():
            for way, line in (
                ((src, dst), pair.forward.ledger),
                ((dst, src), pair.backward.ledger),
            ):
                if line is not None:
                    found[way] = found[way].joined(line) if way in found else line
        return found


def planned_us(plan: PairPlan | None) -> int | None:
    """The planned one-way delay: what the primary list guarantees over every ECMP branch."""
    if plan is None or plan.primary is None:
        return None
    return plan.primary.certificate.guaranteed_us


def tolerance_ms(planned_ms: float) -> float:
    """How far a measured median may be from the planned delay: 0.3 ms or 3 %, the larger."""
    return max(TOLERANCE_MS, TOLERANCE_SHARE * planned_ms)


def as_planned(measured: DirectionMeasured, plan: PairPlan | None) -> bool:
    """Whether the measured median is within tolerance; what cannot be compared is not.

    A flow is hashed onto one of the certified ECMP branches and compared with the delay of that
    one; where nobody saw which it was, it is as planned from the best branch to the worst.
    """
    if plan is None or plan.primary is None or measured.p50_ms is None:
        return False
    if measured.branch_ms is not None:
        least_ms = most_ms = measured.branch_ms
    else:
        certificate = plan.primary.certificate
        least_ms, most_ms = us_to_ms(certificate.best_us), us_to_ms(certificate.guaranteed_us)
    low_ms, high_ms = least_ms - tolerance_ms(least_ms), most_ms + tolerance_ms(most_ms)
    return measured.certified == measured.traced and low_ms <= measured.p50_ms <= high_ms
