"""What building on a backbone would bring, and how far pairs are from light.

All delays are one-way, in µs; lengths are km of fibre.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from netkit.model.network.derive import DelayRule
from netkit.model.network.topology import Topology
from netkit.model.planning.addition import Addition
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.tier import Scope
from netkit.model.units import FIBRE_US_PER_KM
from netkit.model.verdict import Verdict


@dataclass(frozen=True, slots=True)
class BuildRule:
    """How what is built gets its delay; links longer than ``max_km`` of fibre are not considered.

    A hand-over takes ``hand_over_us`` beside the fibre between its routers: 20 km of metropolitan
    fibre (98 µs) and a router (20 µs) by default. Half of it is a member's leg to an exchange.
    """

    delay: DelayRule = field(default_factory=lambda: DelayRule(equipment_us=20))
    hand_over_us: int = 120
    max_km: float | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """``delay_us`` is the least that a pair would take with ``addition``; ``inside`` its bound?"""

    addition: Addition
    delay_us: int
    inside: bool


class Guarantor(StrEnum):
    """What guarantees a delay: the list that was planned, or the IGP by itself."""

    PLAN = "plan"
    IGP = "igp"


@dataclass(frozen=True, slots=True)
class Detour:
    """One pair against light: ``floor_us`` over the great circle, ``direct_us`` over a cable of its
    own by the :class:`BuildRule`, ``best_us`` over the fastest path that there is.

    ``guaranteed_us`` is what ``guaranteed_by`` keeps on every branch. What does not exist is None.
    """

    demand: Demand
    scope: Scope
    verdict: Verdict
    floor_us: float | None
    direct_us: int | None
    best_us: int | None
    guaranteed_us: int | None
    guaranteed_by: Guarantor | None
    fix: Fix | None = None

    @property
    def ratio(self) -> float | None:
        """The best delay over the floor; None where there is no path, or no distance."""
        return self.best_us / self.floor_us if self.floor_us and self.best_us is not None else None

    @property
    def extra_km(self) -> float | None:
        """Fibre that light would cross in the time that the best delay is over the floor."""
        if self.floor_us is None or self.best_us is None:
            return None
        return (self.best_us - self.floor_us) / FIBRE_US_PER_KM


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate and the pairs that it alone brings inside their bounds, in order of demands.

    ``certified`` counts those for which a list was then planned and replayed; None if not tried.
    """

    addition: Addition
    rescued: tuple[tuple[str, str], ...]
    certified: int | None = None

    @property
    def worth(self) -> float:
        """Pairs rescued per 1000 km of fibre; per site where there are no km."""
        count = len(self.rescued)
        return count if self.addition.km is None else 1000 * count / self.addition.km


class Method(StrEnum):
    """How a set was chosen."""

    MILP = "milp"
    GREEDY = "greedy"


@dataclass(frozen=True, slots=True)
class BestSet:
    """The set that was chosen, in order of the ranking.

    ``covered`` pairs are each rescued by one of the set alone; no set allowed rescues more than
    ``at_most`` that way. ``together`` pairs come inside their bounds, by least delays, with all of
    the set built: those that need two of it on one path too.
    """

    additions: tuple[Addition, ...]
    method: Method
    covered: int
    at_most: int
    together: int

    @property
    def proved(self) -> bool:
        """Is no set better, as far as single additions go?"""
        return self.covered == self.at_most


@dataclass(frozen=True, slots=True)
class Change:
    """One pair without and with the set: what the planner says, and the least delay there is.

    ``guaranteed_us`` and ``sids`` are those of the list planned with the set; ``uses`` names what
    of the set its path crosses.
    """

    demand: Demand
    scope: Scope
    before: Verdict
    after: Verdict
    before_us: int | None
    after_us: int | None
    guaranteed_us: int | None
    sids: int | None
    uses: tuple[str, ...]

    @property
    def rescued(self) -> bool:
        """Does the pair keep its bound only with the set?"""
        return self.after is Verdict.PASS and self.before is not Verdict.PASS

    @property
    def lost(self) -> bool:
        """Does the pair keep its bound only without the set? The IGP changes too."""
        return self.before is Verdict.PASS and self.after is not Verdict.PASS


@dataclass(frozen=True)
class Advice:
    """What to build on ``topology`` so that more pairs keep their bounds.

    ``considered`` counts the candidates; ``ranking`` has those that rescue a pair: links by worth,
    then sites by worth. Of the pairs outside their bounds, ``beyond_light`` no network can help,
    ``not_for_delay`` have a path fast enough that another limit forbids, and ``out_of_reach`` no
    single candidate rescues. ``built`` is the topology with the set, and ``after`` the plan on it.
    """

    topology: Topology
    profile: str
    rule: BuildRule
    considered: int
    ranking: tuple[Ranked, ...]
    best: BestSet
    changes: tuple[Change, ...]
    beyond_light: int
    not_for_delay: int
    out_of_reach: int
    built: Topology
    after: Plan
