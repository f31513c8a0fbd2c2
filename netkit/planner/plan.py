"""From demands to a plan: the one entry to the planner.

What is asked is checked, every demand is answered, and the binding SIDs of the whole plan get their
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from netkit.errors import InputError, Problem, unknown_node
from netkit.model.network.addressing import MAX_BINDINGS
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import LOWEST_PRIORITY, Demand, Metric
from netkit.model.planning.plan import PairPlan, Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
from netkit.model.progress import Progress
from netkit.model.srv6.segment_list import CandidatePath, DisjointPair, Segment, Share, Stitch
from netkit.model.srv6.usid import LAST_USID_NODE
from netkit.planner.admission import Admission, in_order
from netkit.planner.network.advertised_sids import check_advertised
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
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
        _check_costs(network)
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


def plan_pairs(igp: Igp, demands: Sequence[Demand], options: PlanOptions) -> Iterator[PairPlan]:
    """Answers in the order of ``demands``, as they come."""
    weight = len(demands) * (_JOINT_WEIGHT if options.joint and options.backups else 1)
    return spread(partial(_plan_chunk, options), igp, demands, weight=weight)


def _plan_chunk(options: PlanOptions, igp: Igp, demands: Sequence[Demand]) -> list[PairPlan]:
    planner = PairPlanner(igp, options)
    return [planner.answer(demand) for demand in demands]


def numbered(pairs: Iterable[PairPlan]) -> Iterator[PairPlan]:
    """The same answers; equal lists at one node share one binding SID.

    Binding SIDs here are local to their node (RFC 8402 §5 has both kinds), so numbers are given a
    node at a time, in the order in which they come up; the same plan gives the same numbers.
    O(SIDs of the plan). Raises :class:`~netkit.errors.InputError` where a node has no more function
    numbers for them.
    """
    numbers = _Numbers()
    for pair in pairs:
        both = pair.disjoint_pair
        yield replace(
            pair,
            primary=numbers.of(pair.primary),
            backup=numbers.of(pair.backup),
            disjoint_pair=None
            if both is None
            else DisjointPair(numbers.given(both.primary), numbers.given(both.backup)),
            alternatives=tuple(numbers.given(one) for one in pair.alternatives),
            shares=numbers.shared(pair.shares),
            backup_shares=numbers.shared(pair.backup_shares),
        )


class _Numbers:
    def __init__(self) -> None:
        self._known: dict[str, dict[tuple[Segment, ...], int]] = {}

    def of(self, candidate: CandidatePath | None) -> CandidatePath | None:
        return None if candidate is None else self.given(candidate)

    def given(self, candidate: CandidatePath) -> CandidatePath:
        """The candidate with the numbers of its binding SIDs."""
        if not candidate.bindings:
            return candidate
        bindings = tuple(
            replace(one, number=self._number(one.node, candidate.segments[one.first : one.end]))
            for one in candidate.bindings
        )
        return replace(candidate, bindings=bindings)

    def shared(self, shares: tuple[Share, ...]) -> tuple[Share, ...]:
        return tuple(replace(share, candidate=self.given(share.candidate)) for share in shares)

    def _number(self, node: str, pushed: tuple[Segment, ...]) -> int:
        own = self._known.setdefault(node, {})
        number = own.setdefault(pushed, len(own))
        if number >= MAX_BINDINGS:
            raise InputError.single(
                "more binding SIDs than a node has functions for",
                value=node,
                expected=f"{MAX_BINDINGS} at most",
                remedy="Plan fewer pairs at once.",
            )
        return number
