"""What could be built for one pair that cannot have its tier: tried, not only reckoned."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.model.building import Addition, AdditionKind, BuildRule, extended
from netkit.model.demand import Demand
from netkit.model.relaxation import Relaxation, RelaxationKind
from netkit.model.topology import Topology
from netkit.planner.constraints import steering
from netkit.planner.detour import fixing_links
from netkit.planner.graph import Network, as_graph
from netkit.planner.igp import Igp
from netkit.planner.lists import certified_list
from netkit.planner.options import PlanOptions

_TRIED = 5


def to_build(
    topology: Topology, demand: Demand, options: PlanOptions, rule: BuildRule | None = None
) -> Iterator[Relaxation]:
    """The single thing of least new fibre that gives ``demand`` a list, if there is one.

    The best fixes by delay are built one after the other until one has a list that keeps all
    constraints; after five, or where none is fast enough, nothing is said.
    """
    for fix in fixing_links(topology, demand, rule, most=_TRIED):
        if not fix.inside:
            return
        built = as_graph(extended(topology, (fix.addition,)))
        igp = Igp.of(Network.of(built), options.algorithms)
        costs = steering(igp, demand, demand.constraints, options.algorithms)
        list_ = certified_list(costs, demand, options)
        if list_ is not None:
            guaranteed_us = list_.certificate.guaranteed_us
            yield Relaxation(RelaxationKind.BUILD, _words(fix.addition), guaranteed_us)
            return


def _words(addition: Addition) -> str:
    words = f"build the planned {addition.name}" if addition.planned else _new(addition)
    return words if addition.km is None else f"{words}, {addition.km:.0f} km of fibre"


def _new(addition: Addition) -> str:
    if addition.kind is AdditionKind.EXCHANGE:
        return f"build an exchange centre at {addition.place}"
    (link,) = addition.links
    what = "a link" if addition.kind is AdditionKind.LINK else "a direct-connect point"
    return f"build {what} between {link.a} and {link.b}"
