"""From what is asked to a plan, and to what would help a pair of it.

This is the one place where what a user wrote meets the names of a network: words become nodes,
pairs get their bounds, places and risks in constraints are looked up. Other names of a place will
do, slips are told with what was meant. Plans are made of what is understood so.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from netkit.errors import InputError, Problem, nearest
from netkit.files.importers.imported import Imported
from netkit.files.importers.node_words import NodeWords, node_words
from netkit.files.importers.unknown_ends import check_ends, places_guessed
from netkit.files.place_names import also_called, by_other_names
from netkit.files.reading.findings import Findings
from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.plan_request import PlanRequest
from netkit.model.planning.tier import TierProfile, bounded
from netkit.model.planning.wanted import Among, DemandTable, PairChoice, Wish
from netkit.model.progress import Progress
from netkit.planner.plan import plan_demands

Tell = Callable[[Problem], None]


def unheard(_: Problem) -> None:
    """Nobody listens."""


def demand_set(imported: Imported, request: PlanRequest, tell: Tell = unheard) -> DemandSet:
    """The demands of a request, in the order of its table or of its pairs.

    ``tell`` is told what a table lives with, such as a demand from a node to itself, left out.
    Raises :class:`~netkit.errors.InputError` for words that mean no node, or several, for bounds
    that cannot be had (:func:`~netkit.model.planning.tier.bounded`) and where nothing is left.
    """
    topology, wanted, words = imported.topology, request.wanted, node_words(imported)
    constraints = _with_names(request.constraints, words)
    if isinstance(wanted, DemandTable):
        found = _of_table(topology, request, understood(words, wanted, tell))
    else:
        if isinstance(wanted, PairChoice):
            pairs = _chosen(topology, wanted)
        else:
            pairs = _named(words, wanted)
        with places_guessed(words):
            found = bounded(topology, pairs, request.tiers, request.bound_us)
            check_ends(topology, found)
    if not found:
        expected = "two active nodes at least"
        raise InputError.single("no pairs to plan", value=topology.name, expected=expected)
    demands = (
        replace(
            one,
            bandwidth_bps=one.bandwidth_bps or request.bandwidth_bps,
            constraints=constraints,
        )
        for one in found
    )
    return DemandSet(topology, tuple(demands), request.profile)


def understood(words: NodeWords, table: DemandTable, tell: Tell = unheard) -> tuple[Wish, ...]:
    """The wishes of a table between nodes by their names.

    Raises :class:`~netkit.errors.InputError` with every problem of the table and of its words.
    """
    findings = Findings(table.file)
    findings.extend_problems(table.problems)
    wishes = words.understood(table.wishes, table.named_by, findings)
    findings.check()
    if not wishes:
        raise InputError.single("no demands", file=table.file, expected="at least one")
    for note in (*table.notes, *findings.notes):
        tell(note)
    return wishes


def _of_table(
    topology: Topology, request: PlanRequest, wishes: tuple[Wish, ...]
) -> tuple[Demand, ...]:
    """Those without a bound get that of the request."""
    pairs = (
        (wish.src, wish.dst) if wish.bound_us is None else Demand(wish.src, wish.dst, wish.bound_us)
        for wish in wishes
    )
    demands = bounded(topology, pairs, request.tiers, request.bound_us)
    return tuple(
        replace(
            demand,
            bandwidth_bps=_reserved_bps(wish, request),
            priority=wish.priority,
            color=wish.color,
        )
        for demand, wish in zip(demands, wishes, strict=True)
    )


def _reserved_bps(wish: Wish, request: PlanRequest) -> int | None:
    wanted = wish.reserve if request.reserve is None else request.reserve
    return wish.bandwidth_bps or None if wanted else None


def _named(words: NodeWords, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Pairs by the names of their nodes; labels, keys of the file and places will do."""
    for pair in pairs:
        src, dst = (words.node(word, "pair", "pair") for word in pair)
        yield src, dst


def _with_names(asked: Constraints, words: NodeWords) -> Constraints:
    """The constraints with nodes by their names; the same words will do."""
    avoided = (words.node(word, "exclude_nodes", "exclude_nodes") for word in asked.exclude_nodes)
    via = (words.node(word, "waypoints", "waypoints") for word in asked.waypoints)
    return replace(asked, exclude_nodes=frozenset(avoided), waypoints=tuple(via))


def _chosen(topology: Topology, choice: PairChoice) -> Iterable[tuple[str, str]]:
    names = [node.name for node in topology.active_nodes]
    if choice.drawn is not None:
        return _drawn(names, choice.drawn, choice.seed)
    clusters = [node.name for node in topology.active_nodes if node.role is Role.CLUSTER]
    several = choice.among is Among.SITES and len(clusters) > 1
    among = clusters if several or choice.among is Among.CLUSTERS else names
    return itertools.permutations(among, 2)


def _drawn(names: list[str], count: int, seed: int) -> list[tuple[str, str]]:
    """Different ordered pairs at random; they are numbered, not listed: there may be millions."""
    others = len(names) - 1
    every = range(len(names) * others)
    drawn = random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311
    found = []
    for number in drawn:
        src, dst = divmod(number, others)
        found.append((names[src], names[dst + (dst >= src)]))
    return sorted(found)


def make_plan(
    asked: DemandSet, options: PlanOptions | None = None, progress: Progress | None = None
) -> Plan:
    """Plan every demand; ``progress`` is told of each.

    Raises :class:`~netkit.errors.InputError` for constraints that name what the topology does not
    have, and for what the planner cannot take, as :func:`~netkit.planner.plan.plan_demands` has it.
    """
    asked = with_known_names(asked)
    return plan_demands(
        asked.topology, asked.demands, options, profile=asked.profile, progress=progress
    )


def replanned(
    plan: Plan, before: Topology, after: Topology, options: PlanOptions | None = None
) -> Plan:
    """The plan of the same demands on ``after``, given the one made on ``before`` with the same
    options: the same as made afresh, sooner where a change is out of reach of many pairs."""
    from netkit.planner.replan.replanner import Replanner

    return Replanner(before, plan, options).planned_on(after)


def explained(
    asked: DemandSet, options: PlanOptions, plan: Plan, pair: PairPlan, profile: TierProfile
) -> PairPlan:
    """``pair`` of ``plan``, the answer to what is asked, with what would help it, or its margin.

    What would help is tried: less to keep, a wider tier of ``profile``, something built.
    """
    from netkit.planner.relaxation.relaxations import with_relaxations
    from netkit.planner.relaxation.what_to_build import to_build

    others = [one for one in plan.pairs if one is not pair]
    tiers = (*profile.tiers.values(), *(one.tier for one in profile.exceptions))
    usual = tiers if pair.demand.tier else ()
    found = with_relaxations(asked.topology, pair, options, usual, others)
    why = found.reason
    if why is None or why.relaxations is None:
        return found
    built = to_build(asked.topology, pair.demand, options, others=others)
    return replace(found, reason=replace(why, relaxations=(*why.relaxations, *built)))


def with_known_names(asked: DemandSet) -> DemandSet:
    """The same demands, places to avoid as the topology calls them: Chinese names will do.

    Raises :class:`~netkit.errors.InputError` for constraints that name what nothing is called: a
    risk misspelt would be avoided in vain.
    """
    if not any(demand.constraints.given for demand in asked.demands):
        return asked
    known = _names(asked.topology)
    demands = tuple(_spelled(demand, known["avoid_regions"]) for demand in asked.demands)
    problems = list(_unknown_names({demand.constraints for demand in demands}, known))
    if problems:
        raise InputError(problems)
    return replace(asked, demands=demands)


def _spelled(demand: Demand, places: set[str]) -> Demand:
    """The demand with places to avoid by the names in ``places``, where any of theirs is one."""
    regions = demand.constraints.avoid_regions
    if regions <= places:
        return demand
    named = frozenset(
        next((name for name in (word, *also_called(word)) if name in places), word)
        for word in regions
    )
    return replace(demand, constraints=replace(demand.constraints, avoid_regions=named))


def _unknown_names(asked: set[Constraints], names: Mapping[str, set[str]]) -> Iterator[Problem]:
    for field, known in names.items():
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
    others = by_other_names({one: one for one in known})
    close = nearest(name, known, 3) or nearest(name, others, 3) or sorted(known)[:8]
    if not close:
        return "none: the topology has no such names"
    return f"a name in the topology, as {', '.join(close)}"
