"""Figures of a phase of a drill, of one's choice."""

from __future__ import annotations

from netkit.model.drills.result import Certified, PhaseFigures
from netkit.model.drills.scenario import DrillPhase
from netkit.model.planning.survival import Carrier
from netkit.model.verdict import Verdict


def phase(
    kind: DrillPhase,
    ms: tuple[float, float],
    probes: tuple[int, int],
    worst_us: float | None,
    certified_us: float | None,
    verdict: Verdict,
    lost_on: str | None = None,
) -> PhaseFigures:
    """``ms`` is when it began and ended, ``probes`` how many were sent and lost."""
    certified = None
    if certified_us is not None:
        certified = Certified(verdict, certified_us, Carrier.PRIMARY)
    return PhaseFigures(
        kind, 0, *ms, *probes, 0, worst_us, worst_us, worst_us, 0, None, lost_on, certified, verdict
    )
