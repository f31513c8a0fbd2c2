"""From a request to a plan, and to what would help a pair of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netkit.errors import InputError, Problem, nearest
from netkit.files.place_names import name_among
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.planning.tier import TierProfile
from netkit.model.progress import Progress
from netkit.planner.plan import plan_demands
from netkit.planner.relaxation.relaxations import with_relaxations
from netkit.planner.relaxation.what_to_build import to_build


def make_plan(request: PlanRequest, progress: Progress | None = None) -> Plan:
    """Plan every demand of the request; ``progress`` is told of each.

    Raises :class:`~netkit.errors.InputError` for constraints that name what the topology does not
    have, and for what the planner cannot take, as :func:`~netkit.planner.plan.plan_demands` has it.
    """
    request = _in_words_of_the_topology(request)
    problems = list(_unknown_names(request))
    if problems:
        raise InputError(problems)
    return plan_demands(
        request.topology,
        request.demands,
        request.options,
        profile=request.profile,
        progress=progress,
    )


def explained(request: PlanRequest, plan: Plan, pair: PairPlan, profile: TierProfile) -> PairPlan:
    """``pair`` of ``plan``, which answers ``request``, with what would help it, or with its margin.

    What would help is tried: less to keep, a wider tier of ``profile``, something built.
    """
    others = [one for one in plan.pairs if one is not pair]
    tiers = (*profile.tiers.values(), *(one.tier for one in profile.exceptions))
    found = with_relaxations(
        request.topology,
        pair,
        request.options,
        tiers if pair.demand.tier else (),
        others,
    )
    why = found.reason
    if why is None or why.relaxations is None:
        return found
    built = to_build(request.topology, pair.demand, request.options, others=others)
    return replace(found, reason=replace(why, relaxations=(*why.relaxations, *built)))


def _in_words_of_the_topology(request: PlanRequest) -> PlanRequest:
    """The request with places to avoid as the topology calls them: Chinese names will do."""
    if not any(demand.constraints.avoid_regions for demand in request.demands):
        return request
    known = _names(request.topology)["avoid_regions"]

    def spelled(demand: Demand) -> Demand:
        regions = demand.constraints.avoid_regions
        if regions <= known:
            return demand
        named = frozenset(name_among(name, known) for name in regions)
        return replace(demand, constraints=replace(demand.constraints, avoid_regions=named))

    return replace(request, demands=tuple(map(spelled, request.demands)))


def _unknown_names(request: PlanRequest) -> Iterator[Problem]:
    """Names in constraints that nothing has: a risk misspelt would be avoided in vain."""
    asked = {demand.constraints for demand in request.demands if demand.constraints.given}
    if not asked:
        return
    for field, known in _names(request.topology).items():
        wanted = {name for one in asked for name in getattr(one, field)}
        for name in sorted(wanted - known):
            yield Problem(None, None, field, name, _expected(name, known), field=field)


def _names(topology: Topology) -> dict[str, set[str]]:
    """What each field of :class:`~netkit.model.planning.demand.Constraints` may name."""
    nodes, links = topology.active_nodes, topology.all_links
    groups = {group for link in links for group in link.admin_groups}
    names = {node.name for node in nodes}
    return {
        "include_any": groups,
        "include_all": groups,
        "exclude_any": groups,
        "exclude_srlgs": {risk for link in links for risk in link.srlgs},
        "exclude_nodes": names,
        "exclude_operators": {node.operator for node in nodes},
        "avoid_regions": {region for node in nodes for region in (node.hub, node.place) if region},
        "waypoints": names,
    }


def _expected(name: str, known: set[str]) -> str:
    close = nearest(name, known, 3) or sorted(known)[:8]
    if not close:
        return "none: the topology has no such names"
    return f"a name in the topology, as {', '.join(close)}"
