"""What the planner's certificates say of one direction of a pair, phase by phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.lab.drills.strike import Struck
from netkit.model.drills.scenario import DrillPhase
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.survival import Carrier, Outcome
from netkit.model.verdict import Verdict
from netkit.planner.network.igp import Igp
from netkit.planner.protection.phases import Carried, Phases
from netkit.planner.protection.repaired import judged
from netkit.planner.protection.ti_lfa import Failed

LOST = Carried(Outcome(Verdict.BREACH))


@dataclass(frozen=True)
class Expectation:
    """What each phase is to show. ``hit``: the failure is on the primary; if not, nothing changes.

    A phase that is not in ``phases`` has no certificate: nobody promises anything of it. Directions
    in ``lossy``, by link id and headend, are said to lose packets.
    """

    hit: bool
    phases: dict[DrillPhase, Carried]
    lossy: frozenset[tuple[str, str]] = frozenset()

    def carrier(self, phase: DrillPhase) -> Carrier | None:
        """What the headend is to steer by; None where there is nothing that would carry."""
        found = self.phases.get(phase)
        return found.outcome.carrier if self.hit and found is not None else None


def failed(igp: Igp, struck: Struck) -> Failed:
    """What is gone, in terms of the planner's arcs."""
    network = igp.network
    arcs = np.array([arc.link_id in struck.links for arc in network.arcs], dtype=np.bool_)
    return Failed(arcs, frozenset(network.index[name] for name in struck.nodes))


def primary_of(pair: PairPlan) -> Carried:
    """What a pair has while everything is whole.

    Raises:
        ValueError: it has no primary.
    """
    if pair.primary is None:
        raise ValueError("a pair without a primary")
    certificate = pair.primary.certificate
    outcome = judged(pair, certificate.guaranteed_us, pair.primary.most_sids, Carrier.PRIMARY)
    return Carried(outcome, frozenset(certificate.links))


def expectation(phases: Phases, pair: PairPlan, *, repairs: bool) -> Expectation:
    """Of a pair with a primary; ``repairs``: neighbours repair locally.

    Where no backup is left, its headend stays with the primary, so that the local repair goes on.
    """
    whole = primary_of(pair)
    network = phases.igp.network
    ends = {network.index[pair.demand.src], network.index[pair.demand.dst]}
    hit = any(network.arc_index[key] in phases.gone.links for key in whole.links)
    before = {DrillPhase.BEFORE: whole, DrillPhase.RESTORED: whole}
    if not hit:
        return Expectation(False, dict.fromkeys(DrillPhase, whole))
    if ends & phases.gone.nodes:
        lost = dict.fromkeys((DrillPhase.REPAIR, DrillPhase.BACKUP, DrillPhase.RECONVERGED), LOST)
        return Expectation(True, before | lost)
    repaired = phases.repaired(pair)
    repair = Carried(repaired.outcome(), repaired.links()) if repairs else LOST
    backup = phases.switched(pair)
    switched = repair
    if backup.carrier is not None and pair.backup is not None:
        switched = Carried(backup, frozenset(pair.backup.certificate.links))
    return Expectation(
        True,
        before
        | {
            DrillPhase.REPAIR: repair,
            DrillPhase.BACKUP: switched,
            DrillPhase.RECONVERGED: phases.carried(pair),
        },
    )
