"""What is asked of the planner, checked before any work: demands, and options on this network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from netkit.errors import InputError, Problem, in_digits, shown, unknown_node
from netkit.model.network.advertised import AdvertisedSid, SidStructure
from netkit.model.network.elements import Adjacency, Node
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import LOWEST_PRIORITY, MOST_BOUND_US, Constraints, Demand, Metric
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.sr_policy import LAST_BOUND_COLOR
from netkit.model.srv6.segment_list import Stitch
from netkit.model.srv6.usid import LAST_USID_NODE
from netkit.model.units import PPB
from netkit.planner.network.network import Network


def checked(topology: Topology, demands: Sequence[Demand], options: PlanOptions) -> Network:
    """The network of a topology, if the demands can be planned on it with these options; raises as
    :func:`~netkit.planner.plan.plan_demands` does."""
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


def _check(topology: Topology, network: Network, demands: Sequence[Demand]) -> None:
    problems: list[Problem] = []
    for demand in demands:
        problems.extend(
            unknown_node(topology.name, name, network.index, topology.node)
            for name in (demand.src, demand.dst, *demand.constraints.waypoints)
            if name not in network.index
        )
        problems.extend(_unfit(demand))
    if problems:
        raise InputError(problems)


def _unfit(demand: Demand) -> Iterator[Problem]:
    """What no network could make sense of."""
    if demand.src == demand.dst:
        yield Problem("demands", None, "source and destination are the same node", demand.src)
    if not demand.bound_us <= MOST_BOUND_US:  # which NaN is not either
        yield _out_of_range("bound in µs", demand.bound_us, f"at most {MOST_BOUND_US}")
    elif demand.bound_us < -MOST_BOUND_US:
        yield _out_of_range("bound in µs", demand.bound_us, "at least 0")
    yield from _unfit_limits(demand.constraints)
    if demand.bandwidth_bps is not None and not 0 < demand.bandwidth_bps < math.inf:
        yield _out_of_range("bandwidth in bit/s", demand.bandwidth_bps, "above 0, or none")
    if not 0 <= demand.priority <= LOWEST_PRIORITY:
        yield _out_of_range("priority", demand.priority, f"0 to {LOWEST_PRIORITY}")
    if demand.color is not None and not 1 <= demand.color <= LAST_BOUND_COLOR:
        expected = f"1 to {LAST_BOUND_COLOR}, or none: the bound in µs"
        yield _out_of_range("color", demand.color, expected)


def _unfit_limits(asked: Constraints) -> Iterator[Problem]:
    for what, number, most in (
        ("most links", asked.max_hops, MOST_BOUND_US),
        ("most delay variation in µs", asked.max_jitter_us, MOST_BOUND_US),
        ("most loss in parts per billion", asked.max_loss_ppb, PPB - 1),
    ):
        if number is not None and not 0 <= number <= most:
            yield _out_of_range(what, number, f"0 to {most}")


def _out_of_range(what: str, number: float, expected: str) -> Problem:
    return Problem("demands", None, what, shown(in_digits(number)).strip("'"), expected)


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
        first = [
            Problem(network.name, None, f"link {link} states no cost, which is to be minimised",
                    remedy="Give it one, or the file a default")
            for link in without[:_SHOWN]
        ]  # fmt: skip
        raise InputError(first, len(without) - len(first))
