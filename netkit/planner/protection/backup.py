"""A backup list that shares nothing with the primary, whatever branch either of them takes.

Disjoint is meant under ECMP: no link, node (the ends aside) or SRLG that any branch of the one
shares with any branch of the other. So steps are ruled out, not paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.model.planning.demand import Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import CandidatePath, Certificate
from netkit.model.units import us_to_ms
from netkit.planner.network.network import BoolArray, Network
from netkit.planner.search.candidate_path import certified_list, least_us
from netkit.planner.search.segment_costs import SteeringCosts


@dataclass(frozen=True, slots=True)
class Disjointness:
    """What primary and backup must not share; links are always kept apart."""

    nodes: bool = True
    srlgs: bool = True

    def __str__(self) -> str:
        also = [name for name, kept in (("nodes", self.nodes), ("SRLGs", self.srlgs)) if kept]
        return " and ".join(["links", *also]) if len(also) < 2 else "links, nodes and SRLGs"


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

    def why_none(self) -> str:
        """Say what keeps a fully disjoint backup away, and the nearest thing that exists."""
        bound_ms = f"{us_to_ms(self._demand.bound_us):.3f} ms"
        if not self._costs.plain:
            return f"no disjoint list keeps all constraints within {bound_ms}"
        best_us = least_us(self._full, self._demand, self._options)
        if best_us <= self._demand.bound_us:
            return "no disjoint list leaves the rest to the neighbour's binding SID as limits ask"
        if np.isfinite(best_us):
            least_ms = f"{us_to_ms(best_us):.3f} ms"
            return f"the best disjoint list takes {least_ms}, the bound is {bound_ms}"
        for kind in _WEAKER:
            found = certified_list(self._avoiding(kind), self._demand, self._options)
            if found is not None:
                took = f"{us_to_ms(found.certificate.guaranteed_us):.3f} ms"
                return f"no list is disjoint in {FULL}; disjoint in {kind} one exists, {took}"
        return f"no list avoids every link of the primary within {bound_ms}"

    def _avoiding(self, kind: Disjointness) -> SteeringCosts:
        costs = self._costs
        shared = shared_risk(costs.igp.network, self._primary, self._demand, kind)
        return costs.without_arcs(shared)
