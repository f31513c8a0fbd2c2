"""From demands to a plan: the one entry to the planner."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Iterable, Sequence

import networkx as nx
import numpy as np

from netkit.errors import InputError, Problem
from netkit.model.plan import CandidatePath, Demand, PairPlan, Plan
from netkit.model.tier import TierProfile
from netkit.model.topology import SidLimits
from netkit.model.verdict import Verdict
from netkit.planner.constrained import least_cost_path
from netkit.planner.disjoint import backup, why_no_backup
from netkit.planner.explain import floor_of, reason
from netkit.planner.graph import Network
from netkit.planner.igp import Igp
from netkit.planner.replay import certified
from netkit.planner.segments import SEARCH_LIMIT, FewestSids, SteeringCosts, fewest_sids

Progress = Callable[[int, int], None]
_UNLIMITED = SidLimits(SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT, SEARCH_LIMIT)


def plan_demands(
    graph: nx.MultiDiGraph[str],
    demands: Sequence[Demand],
    *,
    profile: str = "",
    max_sids: int | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Plan every demand on a graph from :func:`~netkit.planner.graph.as_graph`.

    ``max_sids`` bounds every list, the service SID counted, on top of the nodes' own limits.
    ``progress`` is called with (done, all). Raises :class:`~netkit.errors.InputError` for demands
    between unknown or equal nodes. The same input gives the same plan.
    """
    _check(graph, demands)
    igp = Igp.of(Network.of(graph))
    pairs = []
    for done, demand in enumerate(demands, start=1):
        pairs.append(plan_pair(igp, demand, max_sids))
        if progress is not None:
            progress(done, len(demands))
    return Plan(str(graph.name), profile, tuple(pairs))


def plan_pair(igp: Igp, demand: Demand, max_sids: int | None = None) -> PairPlan:
    """Plan one demand: optimum, certified primary and backup, or the reason why not."""
    network = igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    usable = network.usable_arcs(src, dst)
    optimum = least_cost_path(network, src, dst, demand.bound_us, usable)
    found = fewest_sids(SteeringCosts.of(igp, usable), src, dst, demand.bound_us, max_sids)
    answer = PairPlan(
        demand, Verdict.BREACH, floor_of(igp, demand), optimum, unsteered=_unsteered(igp, demand)
    )
    if found.segments is None:
        why = reason(igp, demand, found, _without_limits(igp, demand))
        return dataclasses.replace(answer, reason=why)
    ends = (demand.src, demand.dst)
    primary = certified(igp, ends, found.segments, demand.bound_us)
    spare = backup(igp, primary.certificate, demand, max_sids)
    why_none = None
    if spare is None:
        why_none = why_no_backup(igp, primary.certificate, demand, max_sids)
    return dataclasses.replace(
        answer, verdict=Verdict.PASS, primary=primary, backup=spare, backup_reason=why_none
    )


def tier_demands(
    graph: nx.MultiDiGraph[str], pairs: Iterable[tuple[str, str]], profile: TierProfile
) -> tuple[Demand, ...]:
    """Demands for (src, dst) pairs with the bounds that ``profile`` sets for each.

    Raises :class:`~netkit.errors.InputError` where a node is unknown or a bound that rests on
    coordinates cannot be had.
    """
    demands: list[Demand] = []
    problems: list[Problem] = []
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


def _unsteered(igp: Igp, demand: Demand) -> CandidatePath | None:
    src, dst = igp.network.index[demand.src], igp.network.index[demand.dst]
    if not np.isfinite(igp.distance[src, dst]):
        return None
    return certified(igp, (demand.src, demand.dst), (), np.inf)


def _without_limits(igp: Igp, demand: Demand) -> FewestSids:
    network = igp.network
    nodes = tuple(dataclasses.replace(node, sid_limits=_UNLIMITED) for node in network.nodes)
    freed = dataclasses.replace(igp, network=dataclasses.replace(network, nodes=nodes))
    src, dst = network.index[demand.src], network.index[demand.dst]
    costs = SteeringCosts.of(freed, network.usable_arcs(src, dst))
    return fewest_sids(costs, src, dst, demand.bound_us)


def _check(graph: nx.MultiDiGraph[str], demands: Sequence[Demand]) -> None:
    problems: list[Problem] = []
    for demand in demands:
        problems.extend(
            _unknown(graph, name) for name in (demand.src, demand.dst) if name not in graph
        )
        if demand.src == demand.dst:
            problems.append(
                Problem("demands", None, "source and destination are the same node", demand.src)
            )
    if problems:
        raise InputError(problems)


def _unknown(graph: nx.MultiDiGraph[str], name: str) -> Problem:
    close = difflib.get_close_matches(name, [str(node) for node in graph], n=3)
    remedy = f"Did you mean {', '.join(close)}?" if close else "`netkit topo show` lists the nodes."
    return Problem("demands", None, "unknown node", name, f"a node of {graph.name}", remedy)
