"""A backup list that shares nothing with the primary, whatever branch either of them takes.

Disjoint is meant under ECMP: no link, node (the ends aside) or SRLG that any branch of the one
shares with any branch of the other. So steps are ruled out, not paths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.model.plan import CandidatePath, Certificate, Demand
from netkit.model.units import us_to_ms
from netkit.planner.graph import BoolArray, Network
from netkit.planner.igp import Igp
from netkit.planner.replay import certified
from netkit.planner.segments import FewestSids, SteeringCosts, fewest_sids


@dataclass(frozen=True, slots=True)
class Disjointness:
    """What primary and backup must not share; links are always kept apart."""

    nodes: bool = True
    srlgs: bool = True

    def __str__(self) -> str:
        also = [name for name, kept in (("nodes", self.nodes), ("SRLGs", self.srlgs)) if kept]
        return " and ".join(["links", *also]) if len(also) < 2 else "links, nodes and SRLGs"


NO_BOUND_US = -1.0
"""A bound that no list keeps: the search then reports the best of every length."""

FULL = Disjointness()
_WEAKER = (Disjointness(srlgs=False), Disjointness(nodes=False), Disjointness(False, False))


def shared_risk(
    network: Network, primary: Certificate, demand: Demand, kind: Disjointness
) -> BoolArray:
    """The arcs that a backup of ``primary`` must not cross, shape (m,)."""
    links = {link for link, _ in primary.links}
    risks = {risk for key in primary.links for risk in network.arcs[network.arc_index[key]].srlgs}
    inner = set(primary.nodes) - {demand.src, demand.dst}
    return np.array(
        [
            arc.link_id in links
            or (kind.srlgs and not risks.isdisjoint(arc.srlgs))
            or (kind.nodes and (arc.src in inner or arc.dst in inner))
            for arc in network.arcs
        ],
        dtype=np.bool_,
    )


def backup(
    igp: Igp,
    primary: Certificate,
    demand: Demand,
    max_sids: int | None = None,
    kind: Disjointness = FULL,
) -> CandidatePath | None:
    """The backup with the fewest SIDs inside the bound, replayed; None where none exists."""
    forbidden = shared_risk(igp.network, primary, demand, kind)
    segments = _search(igp, demand, forbidden, demand.bound_us, max_sids).segments
    if segments is None:
        return None
    return certified(igp, (demand.src, demand.dst), segments, demand.bound_us, forbidden)


def why_no_backup(
    igp: Igp, primary: Certificate, demand: Demand, max_sids: int | None = None
) -> str:
    """Say what keeps a fully disjoint backup away, and the nearest thing that exists."""
    bound_ms = f"{us_to_ms(demand.bound_us):.3f} ms"
    forbidden = shared_risk(igp.network, primary, demand, FULL)
    least_us = min(_search(igp, demand, forbidden, NO_BOUND_US, max_sids).least_us)
    if np.isfinite(least_us):
        return f"the best disjoint list takes {us_to_ms(least_us):.3f} ms, the bound is {bound_ms}"
    for kind in _WEAKER:
        found = backup(igp, primary, demand, max_sids, kind)
        if found is not None:
            took = f"{us_to_ms(found.certificate.guaranteed_us):.3f} ms"
            return f"no list is disjoint in {FULL}; disjoint in {kind} one exists, {took}"
    return f"no list avoids every link of the primary within {bound_ms}"


def _search(
    igp: Igp, demand: Demand, forbidden: BoolArray, bound_us: float, max_sids: int | None
) -> FewestSids:
    network = igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    costs = SteeringCosts.of(igp, network.usable_arcs(src, dst), forbidden)
    return fewest_sids(costs, src, dst, bound_us, max_sids)
