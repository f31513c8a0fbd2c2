"""A table of computing demands laid over sites: who takes how much of what, and what is left over.

Amounts are in the user's own unit, named once; to three decimals.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.placement.workload import PAIRED_PARTS, Option, Part, Refusal, Site, WorkloadClass


@dataclass(frozen=True, slots=True)
class ComputeDemand:
    """Work of one class from one city; ``bandwidth_bps`` is what it needs in all, if known."""

    name: str
    city: Site
    workload: WorkloadClass
    amount: float
    bandwidth_bps: int | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """``amount`` of a demand at one site; its share of the demand's bandwidth goes with it."""

    demand: ComputeDemand
    option: Option
    amount: float

    @property
    def bandwidth_bps(self) -> float | None:
        """The bandwidth that this part of the demand needs."""
        whole = self.demand.bandwidth_bps
        return None if whole is None else whole * self.amount / self.demand.amount

    @property
    def paired(self) -> bool:
        """Is this 结对子: an eastern or central city with a site in the west?"""
        return self.option.site.part is Part.WEST and self.demand.city.part in PAIRED_PARTS


@dataclass(frozen=True, slots=True)
class Unplaced:
    """What of a demand found no place, and why."""

    demand: ComputeDemand
    amount: float
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class ExtraCapacity:
    """What one site would need on top; part of the cheapest way to place all that can be placed."""

    site: Site
    amount: float
    bandwidth_bps: float


@dataclass(frozen=True)
class Pairing:
    """The best assignment, in the order of the demands, then of the sites.

    ``proved``: no other leaves less unplaced; of those none keeps more to preferred targets, of
    those none has less delay times amount, of those none has fewer pairs of city and site.
    ``additions`` are None where the solver did not decide them.
    """

    unit: str
    split: bool
    sites: tuple[Site, ...]
    assignments: tuple[Assignment, ...]
    unplaced: tuple[Unplaced, ...]
    additions: tuple[ExtraCapacity, ...] | None
    proved: bool

    def used(self, site: Site) -> float:
        """The amount that a site takes in all."""
        taken = (one.amount for one in self.assignments if one.option.site.name == site.name)
        return round(sum(taken), 3)
