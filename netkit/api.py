"""The loop from Python: load a topology, plan, emit, boot the lab, measure.

>>> from netkit.api import load_topology, plan, emit
>>> topology = load_topology("topologies/lab-region.yaml")     # doctest: +SKIP
>>> answers = plan(topology, [("a", "b")])                     # doctest: +SKIP
>>> configs = emit(topology, answers)                          # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from netkit.emit.linux import RouterConfig, emit_linux
from netkit.model.plan import Demand, Plan
from netkit.model.tier import PROFILES
from netkit.model.topology import Topology
from netkit.planner.graph import as_graph
from netkit.planner.plan import plan_demands, tier_demands
from netkit.topology_io.graph import topology_from_networkx
from netkit.topology_io.native import dump_topology, load_topology

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "Demand",
    "Plan",
    "RouterConfig",
    "Topology",
    "as_graph",
    "dump_topology",
    "emit",
    "load_topology",
    "plan",
    "topology_from_networkx",
]


def plan(
    network: Topology | nx.Graph[str],
    pairs: Iterable[tuple[str, str] | Demand],
    *,
    profile: str = "2023",
    max_sids: int | None = None,
) -> Plan:
    """Plan (src, dst) pairs under a tier profile, or demands with bounds of their own.

    ``network`` is a topology, or a networkx (multi)graph as
    :func:`~netkit.topology_io.graph.topology_from_networkx` takes it. Raises
    :class:`~netkit.errors.InputError` for what cannot be used.
    """
    topology = network if isinstance(network, Topology) else topology_from_networkx(network)
    graph = as_graph(topology)
    demands = [
        pair if isinstance(pair, Demand) else tier_demands(graph, [pair], PROFILES[profile])[0]
        for pair in pairs
    ]
    return plan_demands(graph, demands, profile=profile, max_sids=max_sids)


def emit(topology: Topology, answers: Plan) -> dict[str, RouterConfig]:
    """Linux configurations of every router, by name."""
    return emit_linux(topology, answers)
