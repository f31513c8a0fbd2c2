"""What no clocks explain."""

from __future__ import annotations

from netkit.stats.clocks.clock_bounds import Contradiction, Step


def contradiction_text(found: Contradiction) -> str:
    """The constraints of a cycle, and by how much they miss."""
    steps = ", ".join(map(_step, found.steps))
    return f"{steps}: together {found.shortfall_ns} ns faster than light"


def _step(step: Step) -> str:
    if step.src is None or step.dst is None:
        return f"stated clock error of {step.dst or step.src}"
    return f"{step.src} → {step.dst}"
