"""What the policies of a changed router were measured to take, a line each."""

from __future__ import annotations

import math

from netkit.errors import counted
from netkit.model.units import us_to_ms
from netkit.probe.run.tiers import TierMeasured, TierProbe


def measured_line(one: TierMeasured) -> str:
    """The policy, the verdict, and what it rests on."""
    words = [f"{one.probe.name}: {us_to_ms(one.probe.bound_us):g} ms {one.verdict}"]
    if one.judged_us is not None:
        off = "unknown" if math.isinf(one.uncertainty_us) else f"{one.uncertainty_us / 1000:.3f} ms"
        words.append(f"{one.judged_on} {us_to_ms(one.judged_us):.3f} ms, clocks off by {off}")
    words.append(f"{one.received} of {one.sent} reached {one.probe.target}")
    return ", ".join(words)


def probe_line(one: TierProbe) -> str:
    """What would be measured."""
    flows = counted(one.flows, "flow")
    bound = f"{us_to_ms(one.bound_us):g} ms"
    return f"? {one.name}: {bound} from {one.source} to {one.target} port {one.port}, {flows}"
