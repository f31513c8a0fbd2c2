"""From demands to a plan: the one entry to the planner."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence

import networkx as nx

from netkit.errors import InputError, Problem
from netkit.model.plan import Demand, Plan
from netkit.model.tier import TierProfile
from netkit.model.topology import Node
from netkit.planner.graph import Network
from netkit.planner.igp import Igp
from netkit.planner.options import PlanOptions
from netkit.planner.sweep import planned

Progress = Callable[[int, int], None]


def plan_demands(
    graph: nx.MultiDiGraph[str],
    demands: Sequence[Demand],
    *,
    profile: str = "",
    max_sids: int | None = None,
    backups: bool = True,
    joint: bool = True,
    protect: bool = False,
    algorithms: Sequence[int] = (),
    progress: Progress | None = None,
) -> Plan:
    """Plan every demand on a graph from :func:`~netkit.planner.graph.as_graph`.

    For ``max_sids``, ``backups``, ``joint``, ``protect`` and ``algorithms`` see
    :class:`~netkit.planner.options.PlanOptions`.
    ``progress`` is called with (done, all). Raises :class:`~netkit.errors.InputError` for demands
    between unknown or equal nodes, and for algorithms that the graph does not define. The same
    input gives the same plan.
    """
    _check(graph, demands)
    network = Network.of(graph)
    _check_algorithms(network, algorithms)
    igp = Igp.of(network, algorithms)
    options = PlanOptions(max_sids, backups, joint, protect, tuple(sorted(set(algorithms))))
    pairs = []
    for pair in planned(igp, demands, options):
        pairs.append(pair)
        if progress is not None:
            progress(len(pairs), len(demands))
    return Plan(str(graph.name), profile, tuple(pairs))


def tier_demands(
    graph: nx.MultiDiGraph[str], pairs: Iterable[tuple[str, str]], profile: TierProfile
) -> tuple[Demand, ...]:
    """Demands for (src, dst) pairs with the bounds that ``profile`` sets for each.

    Raises :class:`~netkit.errors.InputError` where a node is unknown or a bound that rests on
    coordinates cannot be had, or where an exception of the profile names nothing there is.
    """
    demands: list[Demand] = []
    problems = _unknown_exceptions(graph, profile)
    for src, dst in pairs:
        unknown = [name for name in (src, dst) if name not in graph]
        problems.extend(_unknown(graph, name) for name in unknown)
        if unknown:
            continue
        a, b = graph.nodes[src]["node"], graph.nodes[dst]["node"]
        tier = profile.tier_for(a, b)
        bound_us = tier.bound_for(a, b)
        if bound_us is None:
            what = f"tier {tier.name} of profile {profile.name} needs coordinates of both ends"
            problems.append(Problem("demands", None, what, f"{src} {dst}"))
        else:
            demands.append(Demand(src, dst, bound_us, tier.name))
    if problems:
        raise InputError(problems)
    return tuple(demands)


def _unknown_exceptions(graph: nx.MultiDiGraph[str], profile: TierProfile) -> list[Problem]:
    if not profile.exceptions:
        return []
    nodes: list[Node] = [data["node"] for _, data in graph.nodes(data=True)]
    known = {name for node in nodes for name in (node.name, node.place, node.hub) if name}
    what, expected = "unknown name in an exception", f"a node, place or hub of {graph.name}"
    return [
        Problem(profile.file or profile.name, None, what, name, expected, _alike(name, known))
        for exception in profile.exceptions
        for name in exception.between
        if name not in known
    ]


def _check(graph: nx.MultiDiGraph[str], demands: Sequence[Demand]) -> None:
    problems: list[Problem] = []
    for demand in demands:
        problems.extend(
            _unknown(graph, name)
            for name in (demand.src, demand.dst, *demand.constraints.waypoints)
            if name not in graph
        )
        if demand.src == demand.dst:
            problems.append(
                Problem("demands", None, "source and destination are the same node", demand.src)
            )
    if problems:
        raise InputError(problems)


def _check_algorithms(network: Network, algorithms: Sequence[int]) -> None:
    defined = [flex.algorithm for flex in network.flex_algos]
    expected = "one of " + ", ".join(map(str, defined)) if defined else "none: it defines no planes"
    problems = [
        Problem("algorithms", None, "unknown Flexible Algorithm", str(asked), expected)
        for asked in sorted(set(algorithms) - set(defined))
    ]
    if problems:
        raise InputError(problems)


def _unknown(graph: nx.MultiDiGraph[str], name: str) -> Problem:
    remedy = _alike(name, {str(node) for node in graph}) or "`netkit topo show` lists the nodes."
    return Problem("demands", None, "unknown node", name, f"a node of {graph.name}", remedy)


def _alike(name: str, known: set[str]) -> str | None:
    close = difflib.get_close_matches(name, sorted(known), n=3)
    return f"Did you mean {', '.join(close)}?" if close else None
