"""What a plan is asked for, before any network is read: everything that decides it beside that."""

from __future__ import annotations

from dataclasses import dataclass, field

from netkit.model.planning.demand import Constraints
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES, TierProfile
from netkit.model.planning.wanted import PairChoice, Wanted


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Lists between those ``wanted``, planned as ``options`` say.

    What has no bound of its own gets ``bound_us``, or without one that of its tier of ``tiers``;
    ``profile`` says where bounds come from, and the answer repeats it. All lists keep
    ``constraints``. What has no bandwidth of its own reserves ``bandwidth_bps``, if any; whether
    the bandwidths of a table are reserved says ``reserve``, or the table where that is None.
    """

    wanted: Wanted = field(default_factory=PairChoice)
    tiers: TierProfile = PROFILES["2023"]
    bound_us: int | None = None
    profile: str = ""
    constraints: Constraints = field(default_factory=Constraints)
    bandwidth_bps: int | None = None
    reserve: bool | None = None
    options: PlanOptions = field(default_factory=PlanOptions)
