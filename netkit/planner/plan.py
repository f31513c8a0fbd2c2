"""From demands to a plan: the one entry to the planner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from netkit.errors import InputError, Problem, did_you_mean
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import LOWEST_PRIORITY, Demand, Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import TierProfile
from netkit.model.progress import Progress
from netkit.model.srv6.segment_list import Stitch
from netkit.model.srv6.usid import LAST_USID_NODE
from netkit.planner.admission import Admission, in_order
from netkit.planner.binding_numbers import numbered
from netkit.planner.network.advertised_sids import check_advertised
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.path_metrics import check_costs
from netkit.planner.pair import PairPlanner
from netkit.planner.parallel import spread


def plan_demands(
    topology: Topology,
    demands: Sequence[Demand],
    options: PlanOptions | None = None,
    *,
    profile: str = "",
    progress: Progress | None = None,
) -> Plan:
    """Plan every demand on a topology, its planned nodes and links aside.

    Demands with a bandwidth come one after the other, by priority and then in their order; all
    others are independent of each other and of them.
    ``progress`` is called with (done, all). Raises :class:`~netkit.errors.InputError` for demands
    between unknown or equal nodes, or without sense, for algorithms that the graph does not
    define, for nodes whose numbers no uSID can carry, and where cost is to be minimised but some
    link states none. The same input gives the same plan.
    """
    options = options or PlanOptions()
    options = replace(options, algorithms=tuple(sorted(set(options.algorithms))))
    network = Network.of(topology)
    _check(topology, network, demands)
    _check_algorithms(network, options.algorithms)
    check_advertised(network, options)
    if options.usid:
        _check_numbers(network)
        if options.binding_sids or options.stitch is not Stitch.BORDER:
            raise InputError.single(
                "uSID lists cut by binding SIDs", expected="full SIDs, or lists that are not cut"
            )
    if any(demand.constraints.metric is Metric.COST for demand in demands):
        check_costs(network.arcs, network.name)
    igp = Igp.of(network, options.algorithms)
    admission, answers = Admission(igp, options), dict[int, PairPlan]()
    for number, answer in _answers(igp, demands, options, admission):
        answers[number] = answer
        if progress is not None:
            progress(len(answers), len(demands))
    order = in_order(demands)
    if options.repack:
        moved = admission.again([answers[number] for number in order])
        answers.update(zip(order, moved, strict=True))
    pairs = tuple(numbered(answers[number] for number in range(len(demands))))
    held = admission.ledger.reservations() if order else None
    return Plan(network.name, profile, pairs, held)


def _answers(
    igp: Igp, demands: Sequence[Demand], options: PlanOptions, admission: Admission
) -> Iterator[tuple[int, PairPlan]]:
    free = [number for number, demand in enumerate(demands) if demand.bandwidth_bps is None]
    yield from zip(
        free, plan_pairs(igp, [demands[number] for number in free], options), strict=True
    )
    for number in in_order(demands):
        yield number, admission.answer(demands[number])


def tier_demands(
    topology: Topology, pairs: Iterable[tuple[str, str]], profile: TierProfile
) -> tuple[Demand, ...]:
    """Demands for (src, dst) pairs with the bounds that ``profile`` sets for each.

    Raises :class:`~netkit.errors.InputError` where a node is unknown or a bound that rests on
    coordinates cannot be had, or where an exception of the profile names nothing there is.
    """
    demands: list[Demand] = []
    nodes = {node.name: node for node in topology.active_nodes}
    problems = _unknown_exceptions(topology, profile)
    for src, dst in pairs:
        unknown = [name for name in (src, dst) if name not in nodes]
        problems.extend(_unknown(topology, name) for name in unknown)
        if unknown:
            continue
        a, b = nodes[src], nodes[dst]
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


def _unknown_exceptions(topology: Topology, profile: TierProfile) -> list[Problem]:
    nodes = topology.active_nodes
    known = {name for node in nodes for name in (node.name, node.place, node.hub) if name}
    what, expected = "unknown name in an exception", f"a node, place or hub of {topology.name}"
    return [
        Problem(profile.file or profile.name, None, what, name, expected, did_you_mean(name, known))
        for exception in profile.exceptions
        for name in exception.between
        if name not in known
    ]


def _check(topology: Topology, network: Network, demands: Sequence[Demand]) -> None:
    problems: list[Problem] = []
    for demand in demands:
        problems.extend(
            _unknown(topology, name)
            for name in (demand.src, demand.dst, *demand.constraints.waypoints)
            if name not in network.index
        )
        if demand.src == demand.dst:
            problems.append(
                Problem("demands", None, "source and destination are the same node", demand.src)
            )
        if demand.bandwidth_bps is not None and demand.bandwidth_bps <= 0:
            what, shown = "bandwidth in bit/s", str(demand.bandwidth_bps)
            problems.append(Problem("demands", None, what, shown, "above 0, or none"))
        if not 0 <= demand.priority <= LOWEST_PRIORITY:
            expected = f"0 to {LOWEST_PRIORITY}"
            problems.append(Problem("demands", None, "priority", str(demand.priority), expected))
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


def _check_numbers(network: Network) -> None:
    """In a container nodes and functions stand side by side, and must not be mistaken."""
    problems = [
        Problem(
            "usid", None, f"node {node.name}: sid_index", str(node.sid_index),
            f"at most {LAST_USID_NODE}: greater numbers mean functions in uSID containers",
        )
        for node in network.nodes
        if node.sid_index > LAST_USID_NODE
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def _unknown(topology: Topology, name: str) -> Problem:
    if name in topology.node:
        what, expected = "node is only planned", f"a node of {topology.name} that is in service"
        return Problem("demands", None, what, name, expected)
    known = [node.name for node in topology.active_nodes]
    remedy = did_you_mean(name, known) or "`netkit topo show` lists the nodes."
    return Problem("demands", None, "unknown node", name, f"a node of {topology.name}", remedy)


_JOINT_WEIGHT = 10


def plan_pairs(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> Iterator[PairPlan]:
    """Answers in the order of ``demands``, as they come."""
    weight = len(demands) * (_JOINT_WEIGHT if options.joint and options.backups else 1)
    return spread(partial(_plan_chunk, options), igp, demands, weight=weight)


def _plan_chunk(options: PlanOptions, igp: Igp, demands: Sequence[Demand]) -> list[PairPlan]:
    planner = PairPlanner(igp, options)
    return [planner.answer(demand) for demand in demands]
