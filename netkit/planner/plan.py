"""From demands to a plan: the one entry to the planner.

What is asked is checked, every demand is answered, and the binding SIDs of the whole plan get their
numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from netkit.errors import InputError, Problem, unknown_node
from netkit.model.network.advertised import AdvertisedSid, SidStructure
from netkit.model.network.elements import Adjacency, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import LOWEST_PRIORITY, Demand, Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
from netkit.model.progress import Progress
from netkit.model.srv6.segment_list import Stitch
from netkit.model.srv6.usid import LAST_USID_NODE
from netkit.planner.admission import Admission, in_order
from netkit.planner.binding_numbers import numbered
from netkit.planner.compiled import compiler
from netkit.planner.network.asked_rows import few
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.pair import PairPlanner
from netkit.planner.parallel import COMPILED_SHARE, spread
from netkit.planner.warm_up import warm_up

LONE = 2_000
"""With more nodes than these for each demand machine code, which has all rows made, takes longer
than those alone that are asked for."""


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
    network = checked(topology, demands, options)
    if _compiles(len(network.nodes), len(demands)):
        warm_up()
        network = replace(network, compiled=True)
    igp = Igp.of(network, options.algorithms, asked=few(len(network.nodes), len(demands)))
    order, answers = in_order(demands), dict[int, PairPlan]()
    admission = Admission(igp, options) if order else None
    for number, answer in _answers(igp, demands, options, admission):
        answers[number] = answer
        if progress is not None:
            progress(len(answers), len(demands))
    if admission is not None and options.repack:
        moved = admission.again([answers[number] for number in order])
        answers.update(zip(order, moved, strict=True))
    pairs = tuple(numbered(answers[number] for number in range(len(demands))))
    held = None if admission is None else admission.ledger.reservations()
    return Plan(network.name, profile, pairs, held)


def by_rows(nodes: int, demands: int) -> bool:
    """Does a plan of so many demands on so many nodes make those rows of the IGP alone that it asks
    for?"""
    return few(nodes, demands) and not _compiles(nodes, demands)


def _compiles(nodes: int, demands: int) -> bool:
    return nodes <= LONE * demands and compiler.repays(demands * nodes)


def checked(topology: Topology, demands: Sequence[Demand], options: PlanOptions) -> Network:
    """The network of a topology, if the demands can be planned on it with these options; raises as
    :func:`plan_demands` does."""
    network = Network.of(topology)
    _check(topology, network, demands)
    _check_algorithms(network, options.algorithms or ())
    _check_advertised(network, options)
    if options.usid:
        _check_numbers(network)
        if options.binding_sids or options.stitch is not Stitch.BORDER:
            raise InputError.single(
                "uSID lists cut by binding SIDs", expected="full SIDs, or lists that are not cut"
            )
    if any(demand.constraints.metric is Metric.COST for demand in demands):
        _check_costs(network)
    return network


def _answers(
    igp: Igp, demands: Sequence[Demand], options: PlanOptions, admission: Admission | None
) -> Iterator[tuple[int, PairPlan]]:
    free = [number for number, demand in enumerate(demands) if demand.bandwidth_bps is None]
    free.sort(key=lambda number: demands[number].src)  # what a source's demands share is made once
    yield from zip(
        free, plan_pairs(igp, [demands[number] for number in free], options), strict=True
    )
    if admission is not None:
        for number in in_order(demands):
            yield number, admission.answer(demands[number])


def _check(topology: Topology, network: Network, demands: Sequence[Demand]) -> None:
    problems: list[Problem] = []
    for demand in demands:
        problems.extend(
            unknown_node(topology.name, name, network.index, topology.node)
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
        if demand.color is not None and not 1 <= demand.color <= LAST_BOUND_COLOR:
            expected = f"1 to {LAST_BOUND_COLOR}, or none: the bound in µs"
            problems.append(Problem("demands", None, "color", str(demand.color), expected))
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


_F3216 = SidStructure(32, 16, 16)


def _check_advertised(network: Network, options: PlanOptions) -> None:
    """Binding SIDs, or uSIDs of another layout than F3216, would have to be advertised."""
    if not network.advertised:
        return
    if options.binding_sids or options.stitch is not Stitch.BORDER:
        raise InputError.single(
            "binding SIDs", value="the routers of this file advertise their SIDs, none of these",
            expected="lists that are not cut",
        )  # fmt: skip
    problems = list(_not_usids(network.nodes, network.arcs)) if options.usid else []
    if problems:
        raise InputError(problems)


def _not_usids(nodes: Sequence[Node], arcs: Sequence[Adjacency]) -> Iterator[Problem]:
    expected = "uN and uA of 32 bits block, 16 bits node, 16 bits function (RFC 9800 F3216)"
    for node in nodes:
        wrong = [one for one in node.sids if not _is_usid(one, function_bits=(0, 16))]
        if wrong or any(one.prefix.prefixlen != 48 for one in node.locators):
            value = str(wrong[0].sid if wrong else node.locators[0].prefix)
            yield Problem("usid", None, f"node {node.name}", value, expected)
    for arc in arcs:
        for one in arc.sids:
            if not _is_usid(one, function_bits=(16,)):
                yield Problem("usid", None, f"link {arc.label}", str(one.sid), expected)


def _is_usid(one: AdvertisedSid, function_bits: tuple[int, ...]) -> bool:
    parts = one.structure or _F3216
    return (
        one.next_csid
        and (parts.block_bits, parts.node_bits) == (_F3216.block_bits, _F3216.node_bits)
        and parts.function_bits in function_bits
    )


_SHOWN = 20


def _check_costs(network: Network) -> None:
    """What nobody has stated cannot be minimised."""
    without = sorted({arc.link_id for arc in network.arcs if arc.cost is None})
    if without:
        shown = [
            Problem(network.name, None, f"link {link} states no cost, which is to be minimised",
                    remedy="Give it one, or the file a default")
            for link in without[:_SHOWN]
        ]  # fmt: skip
        raise InputError(shown, len(without) - len(shown))


_JOINT_WEIGHT = 10

_THREADED = 500
"""Nodes from which on about half of a demand is machine code, and threads, which need no other
code and no other tables, are sooner done than processes."""


def plan_pairs(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> Iterator[PairPlan]:
    """Answers in the order of ``demands``, as they come."""
    nodes = len(igp.network.nodes)
    cost = len(demands) * nodes
    if options.joint and options.backups:
        cost *= _JOINT_WEIGHT
    threads = igp.network.compiled and nodes >= _THREADED
    if igp.network.compiled and not threads:
        cost //= COMPILED_SHARE
    return spread(partial(_plan_chunk, igp, options), demands, cost, threads=threads)


def _plan_chunk(igp: Igp, options: PlanOptions, demands: Sequence[Demand]) -> list[PairPlan]:
    return list(PairPlanner(igp, options).answers(demands))
