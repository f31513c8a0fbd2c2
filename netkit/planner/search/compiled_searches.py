"""What the compiled searches for paths and lists are given, and their answers in names.

They answer for costs of one plane with no bound but that on delay.
"""

from __future__ import annotations

from collections.abc import Sequence
from sys import float_info

import numpy as np

from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.planner.arrays import Barred, Figures, FloatArray
from netkit.planner.compiled.best_multiplier import BEST, NO_MULTIPLIER, Priced, multiplier
from netkit.planner.compiled.least_sums import Side
from netkit.planner.compiled.list_search import fewest_steps, least_within
from netkit.planner.compiled.list_steps import ListGraph
from netkit.planner.compiled.path_search import FOUND, NONE, Guide, PathGraph, best_path, best_paths
from netkit.planner.compiled.paths_from import Ways, paths_from
from netkit.planner.network.path_metrics import PathMetric
from netkit.planner.search.larac import ROUNDS, Multiplier, best_multiplier
from netkit.planner.search.segment_costs import SteeringCosts


def compiled_path(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, patience: float
) -> list[int] | None:
    """The arcs of the path of :func:`~netkit.planner.search.cspf.least_cost_path` for ``costs``
    that are plain; None where there is none."""
    bound_us = min(float(bound_us), float_info.max)
    us_left = costs.delay.within(src, dst, bound_us)
    if us_left[src] > bound_us:
        return None
    graph = _path_graph(costs, costs.cost_to(dst), us_left)
    how, found = best_path(graph, _guide(None, us_left), src, dst, bound_us, float(patience))
    if how not in (FOUND, NONE):
        guide = best_guide(costs, src, dst, bound_us)
        how, found = best_path(graph, guide, src, dst, bound_us, np.inf)
    return found.tolist() if how == FOUND else None


def compiled_paths(
    costs: SteeringCosts, ends: Sequence[tuple[int, int]], bounds_us: Sequence[int], patience: float
) -> list[list[int] | None]:
    """The same for many pairs of ends under the same costs, each with its bound."""
    targets = sorted({dst for _, dst in ends})
    row = {dst: number for number, dst in enumerate(targets)}
    us_left = np.array([costs.delay.to_node(dst) for dst in targets])
    cost_left = np.array([costs.cost_to(dst) for dst in targets])
    srcs, dsts = np.array(ends, dtype=np.int64).T.copy()
    graph = _path_graph(costs, cost_left[0], us_left[0])
    how, starts, arcs = best_paths(
        graph, cost_left, us_left, np.array([row[dst] for _, dst in ends]), srcs, dsts,
        np.array(bounds_us, dtype=np.float64), float(patience),
    )  # fmt: skip
    found: list[list[int] | None] = []
    for number, (src, dst) in enumerate(ends):
        if how[number] == FOUND:
            found.append(arcs[starts[number] : starts[number + 1]].tolist())
        elif how[number] == NONE:
            found.append(None)
        else:
            found.append(compiled_path(costs, src, dst, bounds_us[number], patience))
    return found


def compiled_paths_from(
    costs: SteeringCosts, src: int, dsts: Sequence[int], bounds_us: Sequence[int], patience: int
) -> dict[int, list[int] | None]:
    """The same from one node to many others by one search, by their places; without those of which
    it cannot tell, and without any where metrics are no whole numbers, or some arcs take nothing.
    ``patience``: labels that are settled at the most."""
    network, cost, delay_us = costs.igp.network, costs.float_cost, costs.igp.network.delay_us
    used = cost[costs.allowed]
    whole = np.isfinite(used).all() and (used == np.floor(used)).all()
    if not whole or not (used + delay_us[costs.allowed]).all():
        return {}
    (out, starts), (into, ends) = network.outgoing, network.incoming
    ways = Ways(
        starts, out, ends, into, network.tail, network.head, cost,
        network.floats(PathMetric.DELAY), costs.allowed,
    )  # fmt: skip
    most_us = np.minimum(np.array(bounds_us, dtype=np.float64), float_info.max)
    ends_at = np.array(dsts, np.int64)
    late = costs.delay.from_node(src)[ends_at] > most_us
    found: dict[int, list[int] | None] = dict.fromkeys(np.flatnonzero(late).tolist())
    asked = np.flatnonzero(~late)
    how, starts, arcs = paths_from(ways, src, ends_at[asked], most_us[asked], patience)
    for number in np.flatnonzero((how == FOUND) | (how == NONE)).tolist():
        path = arcs[starts[number] : starts[number + 1]].tolist()
        found[int(asked[number])] = path if how[number] == FOUND else None
    return found


def _path_graph(costs: SteeringCosts, cost_left: FloatArray, us_left: FloatArray) -> PathGraph:
    network = costs.igp.network
    arcs, starts = network.outgoing
    return PathGraph(
        starts, arcs, network.head, costs.float_cost, network.floats(PathMetric.DELAY),
        costs.allowed, cost_left, us_left,
    )  # fmt: skip


def best_guide(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Guide:
    """That of :func:`~netkit.planner.search.larac.best_multiplier`; its least sums are right where
    a path inside the bound may come by. ``q`` is 0 where there is none."""
    us_left = costs.delay.within(src, dst, bound_us)
    network, cost = costs.igp.network, costs.arc_cost
    if cost.dtype.kind == "i":
        (arcs, starts), (into, ends) = network.outgoing, network.incoming
        priced = Priced(
            Side(starts, network.outgoing_heads), arcs, Side(ends, network.incoming_tails), into,
            cost.astype(np.int64), network.delay_us, costs.allowed,
            (int(cost.max(initial=0)), int(network.delay_us.max(initial=0))),
        )  # fmt: skip
        how, p, q, left = multiplier(
            priced, costs.cost_to(dst), us_left, src, dst, bound_us, ROUNDS,
            len(network.nodes).bit_length(),
        )  # fmt: skip
        if how == BEST:
            return Guide(float(p), float(q), left)
        if how == NO_MULTIPLIER:
            return _guide(None, us_left)
    return _guide(best_multiplier(costs, src, dst, bound_us), us_left)


def _guide(found: Multiplier | None, anything: FloatArray) -> Guide:
    if found is None:
        return Guide(0.0, 0.0, anything)
    return Guide(float(found.p), float(found.q), np.array(found.left))


def compiled_list(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int
) -> tuple[Segment, ...] | None:
    """The best list of 1 to ``most`` segments; None where there is none."""
    bound_us = min(float(bound_us), float_info.max)
    graph, figures, barred, from_us, to_us = _given(costs, src, dst, bound_us)
    found = fewest_steps(graph, figures, barred, from_us, to_us, src, dst, bound_us, most)
    return tuple(_segment(costs, number) for number in found.tolist()) or None


def compiled_least_us(
    costs: SteeringCosts, src: int, dst: int, bound_us: float, most: int
) -> float:
    """The least delay that any list of at most ``most`` segments guarantees in the search graph of
    the bound."""
    bound_us = min(float(bound_us), float_info.max)
    graph, figures, barred, from_us, to_us = _given(costs, src, dst, bound_us)
    return least_within(graph, figures, barred, from_us, to_us, src, dst, bound_us, most)


def _given(
    costs: SteeringCosts, src: int, dst: int, bound_us: float
) -> tuple[ListGraph, Figures, Barred, FloatArray, FloatArray]:
    network = costs.igp.network
    graph = ListGraph(
        network.tail, network.incoming[1], network.floats(PathMetric.DELAY), costs.float_cost,
        costs.allowed, network.steerable, network.has_end,
        network.max_segments_left,
    )  # fmt: skip
    from_us, to_us = costs.delay.from_node(src), costs.delay.within(src, dst, bound_us)
    return graph, costs.figures, costs.barred, from_us, to_us


def _segment(costs: SteeringCosts, number: int) -> Segment:
    network = costs.igp.network
    if number < 0:
        return Segment(Behavior.END, network.nodes[-1 - number].name, None, network.algorithm)
    arc = network.arcs[number]
    return Segment(Behavior.END_X, arc.src, arc.link_id, network.algorithm)
