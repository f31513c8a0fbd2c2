"""The ledger of a run: for each direction what was planned, certified, true, measured, and how far
its clocks may be off; and whatever contradicts what.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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
    UNDER_TRUTH = "under_truth"
    OVER_TRUTH = "over_truth"
    NO_TRUTH = "no_truth"
    FEW_PROBES = "few_probes"
    FEW_LOST = "few_lost"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class LedgerFinding:
    """A contradiction, or what is inconclusive: of ``probes`` probes, on ``link`` entered at
    ``headend``, by ``by_us`` (what lies between the two figures); None where there is none."""

    cause: LedgerCause
    probes: int
    link: str | None = None
    headend: str | None = None
    by_us: float | None = None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One direction; delays in ms, medians of its probes but for the certified ones.

    ``planned_ms`` is that of the ECMP branch which the probes took, ``certified_ms`` the worst that
    the list's certificate allows, ``true_ms`` what the links held the probes, ``measured_ms`` what
    STAMP made of it. ``clock_uncertainty_ms`` is how far the clocks leave that open: 0 on one
    clock. ``stalled`` probes were held too long, or too short, by the machine.
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
