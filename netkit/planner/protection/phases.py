"""What carries a pair in each phase after a failure, and what it may then cross.

As they follow each other: the point of local repair (RFC 9855), the headend's switch to the backup
candidate path (RFC 9256 §2.9 takes the valid path of highest preference), the reconverged IGP.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netkit.errors import ReplayError
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier, Outcome
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import KnownLegs, Replay
from netkit.planner.protection.repaired import LOST, Repaired, RepairedLegs, judged
from netkit.planner.protection.ti_lfa import Failed, Reconverged, Repairs


@dataclass(frozen=True, slots=True)
class Carried:
    """An outcome, and (link id, headend) of every adjacency that any branch crosses."""

    outcome: Outcome
    links: frozenset[tuple[str, str]] = frozenset()


class Phases:
    """One failure on one IGP; pairs that have a primary are asked for, phase by phase."""

    def __init__(self, igp: Igp, gone: Failed) -> None:
        self.igp, self.gone = igp, gone
        self.after = Reconverged(igp, gone.arcs)
        self.repairs = Repairs(igp, gone.arcs, self.after)
        self._legs: KnownLegs = {}
        self._repaired_legs = RepairedLegs(igp, gone, self.repairs)

    def repaired(self, pair: PairPlan) -> Repaired:
        """The primary on the old tables, repaired wherever it meets the failure."""
        return Repaired(self._repaired_legs, pair)

    def switched(self, pair: PairPlan) -> Outcome:
        """The backup on the old tables, if the failure leaves it alone."""
        return _switched(self.igp, self.gone, pair)

    def reconverged(self, pair: PairPlan) -> Outcome:
        """The first of primary, backup and IGP alone that the new tables can forward."""
        return self._reconverged(pair)[0]

    def carried(self, pair: PairPlan) -> Carried:
        """The same, and what it may then cross."""
        outcome, replay = self._reconverged(pair)
        return Carried(outcome, frozenset(replay.certificate.links if replay else ()))

    def _reconverged(self, pair: PairPlan) -> tuple[Outcome, Replay | None]:
        for carrier, segments, sids in _lists(pair):
            if not _valid(self.after.network, self.gone, segments):
                continue
            try:
                ends = pair.demand.src, segments, pair.demand.dst
                replay = Replay(self.after, *ends, known=self._legs)
            except ReplayError:
                continue
            return judged(pair, replay.guaranteed_us, sids, carrier), replay
        return LOST, None


def _switched(igp: Igp, gone: Failed, pair: PairPlan) -> Outcome:
    """The backup on the old tables, if the failure leaves it alone."""
    if pair.backup is None:
        return LOST
    certificate = pair.backup.certificate
    if any(igp.network.arc_index[key] in gone.links for key in certificate.links):
        return LOST
    return judged(pair, certificate.guaranteed_us, pair.backup.most_sids, Carrier.BACKUP)


def _lists(pair: PairPlan) -> Iterator[tuple[Carrier, tuple[Segment, ...], int]]:
    """What carries a pair, the preferred first, with the SIDs of a packet."""
    for carrier, found in (Carrier.PRIMARY, pair.primary), (Carrier.BACKUP, pair.backup):
        if found is not None:
            yield carrier, found.segments, found.most_sids
    yield Carrier.IGP, (), 1


def _valid(network: Network, gone: Failed, segments: tuple[Segment, ...]) -> bool:
    """Do all SIDs of the list still exist? A binding SID is where one of its segments leads, so it
    is gone only with that."""
    for segment in segments:
        if network.index[segment.node] in gone.nodes:
            return False
        key = (segment.link or "", segment.node)
        if segment.kind is Behavior.END_X and network.arc_index[key] in gone.links:
            return False
    return True
