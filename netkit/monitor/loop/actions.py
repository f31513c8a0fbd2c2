"""What one step of the loop comes to: values for the audit trail, for people, and for routers."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.model.upkeep import Danger, Pair
from netkit.monitor.loop.advertising import Announcement


@dataclass(frozen=True, slots=True)
class LinksAnnounced:
    """Delays of links that are told anew."""

    links: tuple[Announcement, ...]


@dataclass(frozen=True, slots=True)
class PairsInDanger:
    """Pairs that hold too little of their bound on the network as it was measured."""

    pairs: tuple[Danger, ...]


@dataclass(frozen=True, slots=True)
class NoBetterList:
    """Pairs in danger for which there is no other list."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """Another plan, and the pairs whose lists it changes; ``measured`` is what it was made on.

    ``apply`` says whether routers are to be changed; where not, ``why`` says what forbids it.
    """

    before: Plan
    after: Plan
    measured: Topology
    pairs: tuple[Pair, ...]
    apply: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Windows since the change show these pairs inside their tiers."""

    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class NotConfirmed:
    """Windows since the change show a breach, or nothing in time: the plan before is put back."""

    pairs: tuple[Pair, ...]
    why: str
    before: Plan
    after: Plan
    measured: Topology


Action = LinksAnnounced | PairsInDanger | NoBetterList | PlanChange | Confirmed | NotConfirmed
