"""A backup list that shares nothing with the primary, whatever branch either of them takes.

Disjoint is meant under ECMP: no link, node (the ends aside) or SRLG that any branch of the one
shares with any branch of the other. So steps are ruled out, not paths.

Given the primary, the backup is exact: the same list search decides whether any list is disjoint
from it. That a pair may exist with another primary is the business of
:mod:`netkit.planner.protection.disjoint_pair`.
"""

from __future__ import annotations

import numpy as np

from netkit.model.planning.absent_lists import BackupObstacle, BackupReason, Disjointness
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath, Certificate
from netkit.planner.network.network import BoolArray, Network
from netkit.planner.search.candidate_path import certified_list, least_us
from netkit.planner.search.segment_costs import SteeringCosts

FULL = Disjointness()
_WEAKER = (Disjointness(srlgs=False), Disjointness(nodes=False), Disjointness(False, False))


def shared_risk(
    network: Network, primary: Certificate, demand: Demand, kind: Disjointness
) -> BoolArray:
    """The arcs that a backup of ``primary`` must not cross, shape (m,)."""
    shared = np.zeros(len(network.arcs), dtype=np.bool_)
    for key in primary.links:
        shared[list(network.arcs_of_link[key[0]])] = True
        if kind.srlgs:
            for risk in network.arcs[network.arc_index[key]].srlgs:
                shared[list(network.arcs_of_srlg[risk])] = True
    if kind.nodes:
        shared_nodes = (demand.src, demand.dst, *demand.constraints.waypoints)
        inner = np.zeros(len(network.nodes), dtype=np.bool_)
        inner[[network.index[name] for name in primary.nodes]] = True
        inner[[network.index[name] for name in shared_nodes]] = False
        shared |= inner[network.tail] | inner[network.head]
    return shared


class Backups:
    """The search for a backup of ``primary``, within what ``costs`` allow the demand."""

    def __init__(
        self,
        costs: SteeringCosts,
        primary: Certificate,
        demand: Demand,
        options: PlanOptions,
    ) -> None:
        self._costs = costs
        self._primary = primary
        self._demand = demand
        self._options = options
        index = costs.igp.network.index
        self._ends = index[demand.src], index[demand.dst]
        self._full = self._avoiding(FULL)

    def best(self) -> CandidatePath | None:
        """The backup with the fewest SIDs inside the bound, replayed; None where none exists."""
        return certified_list(self._full, self._demand, self._options)

    def why_none(self) -> BackupReason:
        """What keeps a fully disjoint backup away, and the nearest thing that exists."""
        bound_us = self._demand.bound_us
        if not self._costs.plain:
            return BackupReason(BackupObstacle.CONSTRAINTS, bound_us)
        best_us = least_us(self._full, self._demand, self._options)
        if best_us <= bound_us:
            return BackupReason(BackupObstacle.BINDING_SID, bound_us, int(best_us))
        if np.isfinite(best_us):
            return BackupReason(BackupObstacle.DELAY, bound_us, int(best_us))
        for kind in _WEAKER:
            found = certified_list(self._avoiding(kind), self._demand, self._options)
            if found is not None:
                took_us = found.certificate.guaranteed_us
                return BackupReason(BackupObstacle.SHARED_RISK, bound_us, took_us, kind)
        return BackupReason(BackupObstacle.LINKS, bound_us)

    def _avoiding(self, kind: Disjointness) -> SteeringCosts:
        costs = self._costs
        shared = shared_risk(costs.igp.network, self._primary, self._demand, kind)
        return costs.without_arcs(shared)
