"""What could be built for one pair that cannot have its tier: tried, not only reckoned.

Candidates come in the order of least new fibre; each is built on a copy of the topology, planned
and replayed, and the first with a certified list is the answer. An IGP and a list search a trial,
five at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netkit.model.network.topology import Topology
from netkit.model.planning.addition import Addition, extended
from netkit.model.planning.augmentation import BuildRule
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.relaxation import Relaxation, RelaxationKind
from netkit.planner.augment.detour import fixing_links
from netkit.planner.bandwidth.headroom import Headroom
from netkit.planner.network.asked_rows import few
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.segment_costs import steering

_TRIED = 5


def to_build(
    topology: Topology,
    demand: Demand,
    options: PlanOptions,
    rule: BuildRule | None = None,
    others: Sequence[PairPlan] = (),
) -> Iterator[Relaxation]:
    """The single thing of least new fibre that gives ``demand`` a list, if there is one.

    The best fixes by delay are built one after the other until one has a list that keeps all
    constraints; after five, or where none is fast enough, nothing is said. What is built has room
    for the bandwidth of ``demand``; elsewhere ``others`` hold theirs.
    """
    for fix in fixing_links(topology, demand, rule, most=_TRIED):
        if not fix.inside:
            return
        built = extended(topology, (_roomy(fix.addition, demand),))
        network = Network.of(built)
        igp = Igp.of(network, options.algorithms, asked=few(len(network.nodes)))
        costs = steering(igp, demand, demand.constraints)
        asked = PathComputation(costs, demand, options)
        list_ = Headroom(igp, demand, others, options).best(asked)
        if list_ is not None:
            guaranteed_us = list_.certificate.guaranteed_us
            yield Relaxation(
                RelaxationKind.BUILD,
                guaranteed_us,
                addition=fix.addition,
                room_bps=demand.bandwidth_bps,
            )
            return


def _roomy(addition: Addition, demand: Demand) -> Addition:
    """With room for the demand, even where a flow may cross a link twice."""
    if demand.bandwidth_bps is None:
        return addition
    capacity_bps = 2 * demand.bandwidth_bps
    links = tuple(replace(link, capacity_bps=capacity_bps) for link in addition.links)
    fabrics = tuple(
        replace(
            fabric,
            members=tuple(replace(one, capacity_bps=capacity_bps) for one in fabric.members),
        )
        for fabric in addition.fabrics
    )
    return replace(addition, links=links, fabrics=fabrics)
