"""From pairs of nodes to demands: each with the bound that it states, or that it falls under."""

from __future__ import annotations

from collections.abc import Iterable

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.tier import TierProfile
from netkit.planner.network.network import as_graph
from netkit.planner.plan import tier_demands


def bounded(
    topology: Topology,
    pairs: Iterable[tuple[str, str] | Demand],
    profile: TierProfile,
    bound_us: int | None = None,
) -> tuple[Demand, ...]:
    """Demands in the order of ``pairs``; those that are demands already stay as they are.

    The others get ``bound_us``, or without one the bound of the tier of ``profile`` that their two
    nodes fall under. Raises :class:`~netkit.errors.InputError` for nodes that the topology does not
    have and for bounds that rest on coordinates it does not state.
    """
    asked = list(pairs)
    open_ = [pair for pair in asked if not isinstance(pair, Demand)]
    if bound_us is None:
        found = iter(tier_demands(as_graph(topology), open_, profile))
    else:
        found = (Demand(src, dst, bound_us) for src, dst in open_)
    return tuple(pair if isinstance(pair, Demand) else next(found) for pair in asked)
