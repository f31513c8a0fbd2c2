"""A backup list that shares nothing with the primary, whatever branch either of them takes.

Disjoint is meant under ECMP: no link, node (the ends aside) or SRLG that any branch of the one
shares with any branch of the other. So steps are ruled out, not paths.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netkit.model.plan import CandidatePath, Certificate, Demand
from netkit.planner.graph import BoolArray, Network
from netkit.planner.igp import Igp
from netkit.planner.replay import certified
from netkit.planner.segments import SteeringCosts, fewest_sids


@dataclass(frozen=True, slots=True)
class Disjointness:
    """What primary and backup must not share; links are always kept apart."""

    nodes: bool = True
    srlgs: bool = True

    def __str__(self) -> str:
        also = [name for name, kept in (("nodes", self.nodes), ("SRLGs", self.srlgs)) if kept]
        return " and ".join(["links", *also]) if len(also) < 2 else "links, nodes and SRLGs"


ANY_DELAY_US = sys.float_info.max
"""A bound that every reachable list keeps, and that no unreachable one does."""

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
    bound_us: float | None = None,
) -> CandidatePath | None:
    """The backup with the fewest SIDs inside the bound, already replayed; None where none exists.

    ``bound_us`` overrides the demand's bound; it must be finite.
    """
    network = igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    bound = demand.bound_us if bound_us is None else bound_us
    forbidden = shared_risk(network, primary, demand, kind)
    costs = SteeringCosts.of(igp, network.usable_arcs(src, dst), forbidden)
    segments = fewest_sids(costs, src, dst, bound, max_sids).segments
    if segments is None:
        return None
    return certified(igp, (demand.src, demand.dst), segments, bound, forbidden)


def why_no_backup(
    igp: Igp, primary: Certificate, demand: Demand, max_sids: int | None = None
) -> str:
    """Say what keeps a fully disjoint backup away, and the nearest thing that exists."""
    slow = backup(igp, primary, demand, max_sids, bound_us=ANY_DELAY_US)
    if slow is not None:
        return (
            f"the disjoint lists exceed the bound of {demand.bound_us / 1000:.3f} ms: the one with "
            f"the fewest SIDs takes {slow.certificate.guaranteed_us / 1000:.3f} ms"
        )
    for kind, weaker in _relaxed(igp, primary, demand, max_sids):
        took = f"{weaker.certificate.guaranteed_us / 1000:.3f} ms"
        return f"no list is disjoint in {FULL}; disjoint in {kind} one exists, {took}"
    return f"no list avoids every link of the primary within {demand.bound_us / 1000:.3f} ms"


def _relaxed(
    igp: Igp, primary: Certificate, demand: Demand, max_sids: int | None
) -> Iterator[tuple[Disjointness, CandidatePath]]:
    for kind in _WEAKER:
        found = backup(igp, primary, demand, max_sids, kind)
        if found is not None:
            yield kind, found
