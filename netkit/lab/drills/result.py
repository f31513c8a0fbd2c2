"""What a failure drill has shown: the times of its changes, and which way every probe went."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from netkit.lab.truth.traced import PairMeasurement

_NEVER_NS = 1 << 62


class Route(StrEnum):
    """Which certified list a probe followed, by the links that it really crossed."""

    PRIMARY = "primary"
    BACKUP = "backup"
    LOST = "lost"
    UNCERTIFIED = "uncertified"


@dataclass(frozen=True, slots=True)
class Leg:
    """One probe of the drill: when it left and was over (ns since the drill's first), its ways.

    It is over once its answer is there, or was given up.
    """

    sent_ns: int
    over_ns: int
    forward: Route
    backward: Route


@dataclass(frozen=True)
class DrillResult:
    """What the drill saw. Times are ns since the first probe left, None where nothing happened.

    ``cut_ns`` and ``repair_ns`` are when these changes began, ``switched_ns`` and ``restored_ns``
    when they were done: on a busy machine each may take longer than a probe is under way.
    ``outage_ns`` is from the first lost probe to the first one after it that came back;
    ``one_way`` says that the cut spared the primary of one direction.
    """

    src: str
    dst: str
    cut: tuple[str, ...]
    cut_ns: int | None
    detected_ns: int | None
    switched_ns: int | None
    repair_ns: int | None
    restored_ns: int | None
    one_way: bool
    legs: tuple[Leg, ...]
    measurement: PairMeasurement

    @property
    def lost(self) -> int:
        """Probes that did not come back."""
        return sum(Route.LOST in (leg.forward, leg.backward) for leg in self.legs)

    @property
    def outage_ns(self) -> int | None:
        """How long the pair was without service; None if it never was, or never came back."""
        sent = [leg.sent_ns for leg in self.legs]
        bad = [Route.LOST in (leg.forward, leg.backward) for leg in self.legs]
        if True not in bad or False not in bad[bad.index(True) :]:
            return None
        first = bad.index(True)
        return sent[bad.index(False, first)] - sent[first]

    def phases(self) -> list[tuple[str, list[Route]]]:
        """Both ways of every probe, by what was going on when it left.

        A probe that was not over when a change began may have met either state: it is in no phase.
        """
        bounds = (
            ("before the cut", 0, self.cut_ns),
            ("outage", self.cut_ns, self.detected_ns),
            ("on the backup", self.switched_ns, self.repair_ns),
            ("repaired", self.restored_ns, _NEVER_NS),
        )
        return [
            (
                name,
                [way for leg in self._left_in(start, end) for way in (leg.forward, leg.backward)],
            )
            for name, start, end in bounds
        ]

    @property
    def proven(self) -> bool:
        """Whether the backup took over: every probe on the certified backup once switched.

        A direction that the cut spared may stay on its primary.
        """
        ways = dict(self.phases())
        spared = {Route.PRIMARY} if self.one_way else set()
        after = set(ways["on the backup"])
        return (
            Route.BACKUP in after
            and after <= {Route.BACKUP} | spared
            and set(ways["before the cut"]) == set(ways["repaired"]) == {Route.PRIMARY}
        )

    def _left_in(self, start_ns: int | None, end_ns: int | None) -> list[Leg]:
        if start_ns is None or end_ns is None:
            return []
        return [leg for leg in self.legs if start_ns <= leg.sent_ns and leg.over_ns < end_ns]
