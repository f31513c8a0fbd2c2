"""What single failures do to planned pairs, phase by phase."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from netkit.model.planning.demand import Demand
from netkit.model.verdict import Verdict


class FailureKind(StrEnum):
    """What fails: a link both ways, a node with all its links, or all links of a shared risk."""

    LINK = "link"
    NODE = "node"
    SRLG = "srlg"


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """One thing that fails, alone."""

    kind: FailureKind
    name: str


class Phase(StrEnum):
    """What carries the packets, in the order in which a network gets there.

    ``repair``: the neighbours of the failure, by TI-LFA (RFC 9855), within milliseconds.
    ``backup``: the backup candidate path, once the headend knows (RFC 9256 §9.3).
    ``reconverged``: the IGP without what failed, and the first list that is still valid on it.
    """

    REPAIR = "repair"
    BACKUP = "backup"
    RECONVERGED = "reconverged"


class Carrier(StrEnum):
    """What a packet is steered by."""

    PRIMARY = "primary"
    BACKUP = "backup"
    IGP = "igp"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One phase of one pair: ``worst_us`` over all branches, None where packets are lost.

    ``sids`` is the largest number of SIDs on a packet, the service SID and repair lists counted.
    """

    verdict: Verdict
    worst_us: int | None = None
    sids: int | None = None
    carrier: Carrier | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What one failure does to one pair whose primary may cross what fails."""

    failure: Failure
    repair: Outcome
    backup: Outcome
    reconverged: Outcome

    def outcome(self, phase: Phase) -> Outcome:
        """The outcome in one phase."""
        outcome: Outcome = getattr(self, phase.value)
        return outcome


@dataclass(frozen=True, slots=True)
class PairSurvival:
    """One planned pair: ``tried`` failures, of which ``effects`` are those that concern it.

    A failure of an end is not tried: nothing survives it. No effect means that nothing changes.
    """

    demand: Demand
    tried: int
    effects: tuple[Effect, ...]

    def keeps(self, phase: Phase, kind: FailureKind | None = None) -> bool:
        """Is the tier kept in ``phase`` through every single failure (of one kind)?"""
        return all(
            effect.outcome(phase).verdict is Verdict.PASS
            for effect in self.effects
            if kind is None or effect.failure.kind is kind
        )


@dataclass(frozen=True)
class Survival:
    """All pairs that have a list, in the order of the plan; ``unplanned`` counts the others."""

    topology: str
    profile: str
    failures: tuple[Failure, ...]
    pairs: tuple[PairSurvival, ...]
    unplanned: int

    def keep(self, phase: Phase, kind: FailureKind | None = None) -> int:
        """How many pairs keep their tier in ``phase`` through every single failure (of a kind)."""
        return sum(pair.keeps(phase, kind) for pair in self.pairs)

    @cached_property
    def offenders(self) -> tuple[tuple[Failure, dict[Phase, int]], ...]:
        """Failures that cost some pair its tier, and how many in each phase; the worst first."""
        broken: dict[Failure, dict[Phase, int]] = {}
        for pair in self.pairs:
            for effect in pair.effects:
                for phase in Phase:
                    if effect.outcome(phase).verdict is not Verdict.PASS:
                        counts = broken.setdefault(effect.failure, dict.fromkeys(Phase, 0))
                        counts[phase] += 1
        return tuple(
            sorted(
                broken.items(),
                key=lambda item: ([-item[1][phase] for phase in reversed(Phase)], item[0]),
            )
        )
