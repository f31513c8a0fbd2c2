"""Probes that came to the far router and that no host behind it ever had.

A host of the lab that is late has not read the last ones yet, or drops some: these count as
arrived. Where none at all of a phase got through, while the host was served, its router keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from netkit.lab.drills.analysis.legs import Leg
from netkit.lab.drills.analysis.windows import Window
from netkit.stats.judgement import MIN_SAMPLES


def with_kept(flow: Sequence[Leg], own: Iterable[Window], dst: str) -> list[Leg]:
    """The legs of a flow to ``dst``; of each phase in which ten or more came to that router, and
    none to its host, they are lost there. O(legs x phases)."""
    last_ns = max((leg.sent_ns for leg in flow), default=0)
    kept: set[int] = set()
    for window in own:
        inside = [
            place
            for place, leg in enumerate(flow)
            if leg.arrived
            and window.start_ns <= leg.sent_ns
            and leg.over_ns < min(window.end_ns, last_ns)
        ]
        if len(inside) >= MIN_SAMPLES and not any(flow[place].heard for place in inside):
            kept.update(inside)
    return [_lost_at(leg, dst) if place in kept else leg for place, leg in enumerate(flow)]


def _lost_at(leg: Leg, router: str) -> Leg:
    return replace(leg, arrived=False, lost_on=f"at {router}", delay_ns=None)
