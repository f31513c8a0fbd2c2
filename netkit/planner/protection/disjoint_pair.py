"""Two disjoint paths chosen together: found wherever they exist, or proved absent.

Both legs inside the bound (Li, McCormick & Simchi-Levi 1990), disjoint in links, nodes and SRLGs
(Hu 2003): each NP-hard. Two unit flows as a mixed integer program over the arcs from which the
bound can still be kept decide it (HiGHS). Any branch of two disjoint lists is such a pair of paths;
and each path of such a pair has a list that keeps to it. So paths decide existence, platforms' SID
limits aside. 2 a + 2 r variables for a arcs that are left, counted once a leg, and r shared risks.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, hstack, vstack

from netkit.model.planning.absent_lists import DisjointPairReason, PairObstacle
from netkit.model.planning.demand import Demand
from netkit.model.srv6.segment_list import Certificate
from netkit.planner.arrays import FloatArray, IntArray, Weights
from netkit.planner.search.segment_costs import SteeringCosts, within_reach

_NODE_LIMIT = 100_000
"""Branch-and-bound nodes after which a pair is called undecided; thousands of times the usual."""

_INFEASIBLE = 2

_LARGEST = 1e7
"""Limits over this are scaled down to it, so that the solver's absolute tolerance stays small."""


def disjoint_paths(
    costs: SteeringCosts, demand: Demand
) -> tuple[Certificate, Certificate] | DisjointPairReason:
    """The two paths of least total delay, the faster first; or why there are none."""
    network = costs.igp.network
    src, dst = network.index[demand.src], network.index[demand.dst]
    program = _TwoFlows(costs, src, dst, demand.bound_us)
    solved = program.solve()
    if solved is None or solved.status == _INFEASIBLE:
        return DisjointPairReason(PairObstacle.PROVED_ABSENT, demand.bound_us)
    if solved.x is None:
        return DisjointPairReason(PairObstacle.UNDECIDED, demand.bound_us, _NODE_LIMIT)
    one, other = (program.leg(solved.x, flow) for flow in (0, 1))
    return (one, other) if one.guaranteed_us <= other.guaranteed_us else (other, one)


class _TwoFlows:
    """The program: a 0/1 variable for each flow, leg and arc, and for each flow and shared risk.

    A leg leads from one waypoint to the next; ``_arcs`` and ``_layer`` (c,) tell the arc and the
    leg of each column of one flow. Where there are several legs, a flow may cross a link or a node
    in each of them, so links and nodes are shared risks too.
    """

    def __init__(self, costs: SteeringCosts, src: int, dst: int, bound_us: float) -> None:
        network = costs.igp.network
        _, fits = within_reach(costs, src, dst, bound_us)
        stops = [src, *costs.waypoints, dst]
        self._network = network
        self._legs = [(a, b) for a, b in pairwise(stops) if a != b]
        self._stops = frozenset(stops)
        layers = [
            np.flatnonzero(fits & (network.head != start) & (network.tail != end))
            for start, end in self._legs
        ]
        self._arcs: IntArray = np.concatenate(layers)
        self._layer: IntArray = np.repeat(np.arange(len(layers)), [len(arcs) for arcs in layers])
        self._cost = network.delay_us[self._arcs]
        self._limits: list[tuple[Weights, float]] = [(self._cost, bound_us)]
        for measure, most in costs.limits:
            self._limits.append((network.weight(measure)[self._arcs], most))

    def solve(self) -> OptimizeResult | None:
        """The optimum, or a result without ``x``; None where an end has fewer than two arcs."""
        network, arcs = self._network, self._arcs
        (src, _), (_, dst) = self._legs[0], self._legs[-1]
        leaving = (network.tail[arcs] == src) & (self._layer == 0)
        entering = (network.head[arcs] == dst) & (self._layer == len(self._legs) - 1)
        if min(leaving.sum(), entering.sum()) < 2:
            return None
        risks = self._risks()
        many, extra = 2 * len(arcs), 2 * len(risks)
        objective = np.concatenate((self._cost, self._cost, np.zeros(extra)))
        return milp(
            objective,
            constraints=[*self._flows(extra), *self._apart(extra), *self._risks_apart(risks)],
            integrality=np.concatenate((np.ones(many), np.zeros(extra))),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0, "node_limit": _NODE_LIMIT},
        )

    def leg(self, solution: FloatArray, flow: int) -> Certificate:
        """One flow as the path it is, from ``src`` on; loops off the path do not belong to it."""
        network, count = self._network, len(self._arcs)
        taken = solution[flow * count : (flow + 1) * count] > 0.5
        onward = {
            (layer, int(network.tail[arc])): int(arc)
            for layer, arc in zip(self._layer[taken].tolist(), self._arcs[taken], strict=True)
        }
        at, crossed = self._legs[0][0], list[int]()
        for layer, (_, end) in enumerate(self._legs):
            while at != end:
                crossed.append(onward[layer, at])
                at = int(network.head[crossed[-1]])
        keys = tuple(network.arcs[arc].key for arc in crossed)
        names = {network.arcs[arc].src for arc in crossed} | {network.nodes[at].name}
        delay_us = int(network.delay_us[crossed].sum())
        return Certificate(delay_us, delay_us, 1, keys, tuple(sorted(names)))

    def _flows(self, extra: int) -> list[LinearConstraint]:
        """On each leg a flow leaves its start once, enters its end once, is kept between; on all
        of them together it keeps the limits."""
        network, arcs = self._network, self._arcs
        n, count = len(network.nodes), len(arcs)
        tail, head = self._layer * n + network.tail[arcs], self._layer * n + network.head[arcs]
        column = np.arange(count)
        incidence = csr_array(
            (
                np.concatenate((np.ones(count), -np.ones(count))),
                (np.concatenate((tail, head)), np.tile(column, 2)),
            ),
            shape=(n * len(self._legs), count),
        )
        balance = np.zeros(n * len(self._legs))
        for layer, (start, end) in enumerate(self._legs):
            balance[layer * n + start], balance[layer * n + end] = 1, -1
        busy = np.unique(np.concatenate((tail, head, np.flatnonzero(balance))))
        incidence, balance = incidence[busy], balance[busy]
        both = np.tile(balance, 2)
        scale = [max(1.0, most / _LARGEST) for _, most in self._limits]
        rows = [weight / by for (weight, _), by in zip(self._limits, scale, strict=True)]
        sums = csr_array(np.array(rows, dtype=np.float64))
        most = np.tile([most / by for (_, most), by in zip(self._limits, scale, strict=True)], 2)
        return [
            LinearConstraint(_wider(_each(incidence), extra), both, both),
            LinearConstraint(_wider(_each(sums), extra), -np.inf, most),
        ]

    def _apart(self, extra: int) -> list[LinearConstraint]:
        """A link is crossed at most once, either way, by either flow; so is a node between. Of
        several legs: a flow enters a node at most once on each."""
        network, arcs = self._network, self._arcs
        count = len(arcs)
        if len(self._legs) > 1:
            entered = self._layer * len(network.nodes) + network.head[arcs]
            shape = (len(network.nodes) * len(self._legs), count)
            once = csr_array((np.ones(count), (entered, np.arange(count))), shape=shape)
            return [LinearConstraint(_wider(_each(once[np.unique(entered)]), extra), -np.inf, 1)]
        names = sorted({network.arcs[arc].link_id for arc in arcs})
        number = {name: row for row, name in enumerate(names)}
        link = np.array([number[network.arcs[arc].link_id] for arc in arcs])
        ones, column = np.ones(count), np.arange(count)
        by_link = csr_array((ones, (link, column)), shape=(len(names), count))
        inner = network.head[arcs] != self._legs[0][1]
        by_node = csr_array(
            (ones[inner], (network.head[arcs][inner], column[inner])),
            shape=(len(network.nodes), count),
        )
        by_node = by_node[np.unique(network.head[arcs][inner])]
        shared = vstack((by_link, by_node))
        return [LinearConstraint(_wider(hstack((shared, shared)), extra), -np.inf, 1)]

    def _risks(self) -> list[list[int]]:
        """Columns of the arcs of each SRLG that more than one link has; of several legs also those
        of each link, and those into each node that is no waypoint or end."""
        network, several = self._network, len(self._legs) > 1
        place: dict[int, list[int]] = {}
        for column, arc in enumerate(self._arcs.tolist()):
            place.setdefault(arc, []).append(column)
        groups = list(network.arcs_of_srlg.values())
        if several:
            heads = network.head.tolist()
            inner = set(range(len(network.nodes))) - self._stops
            into = {node: [arc for arc, head in enumerate(heads) if head == node] for node in inner}
            groups += [*network.arcs_of_link.values(), *map(tuple, into.values())]
        found = []
        for members in groups:
            columns = [column for arc in members for column in place.get(arc, ())]
            links = {network.arcs[int(self._arcs[column])].link_id for column in columns}
            if len(links) > 1 or (several and columns):
                found.append(columns)
        return found

    def _risks_apart(self, risks: list[list[int]]) -> list[LinearConstraint]:
        """A flow that crosses an arc of a risk has the risk; not both flows have it."""
        if not risks:
            return []
        count, many = len(self._arcs), len(risks)
        pairs = [(risk, column) for risk, columns in enumerate(risks) for column in columns]
        risk, column = (np.array(part) for part in zip(*pairs, strict=True))
        row, ones = np.arange(len(pairs)), np.ones(len(pairs))
        blocks = []
        for flow in (0, 1):
            data = np.concatenate((ones, -ones))
            columns = np.concatenate((flow * count + column, 2 * count + flow * many + risk))
            shape = (len(pairs), 2 * (count + many))
            blocks.append(csr_array((data, (np.tile(row, 2), columns)), shape=shape))
        each = np.arange(many)
        columns = np.concatenate((2 * count + each, 2 * count + many + each))
        shape = (many, 2 * (count + many))
        once = csr_array((np.ones(2 * many), (np.tile(each, 2), columns)), shape=shape)
        return [
            LinearConstraint(vstack(blocks), -np.inf, 0),
            LinearConstraint(once, -np.inf, 1),
        ]


def _each(rows: csr_array) -> csr_array:
    """The same rows for either flow."""
    nothing = csr_array(rows.shape)
    return csr_array(vstack((hstack((rows, nothing)), hstack((nothing, rows)))))


def _wider(matrix: csr_array, extra: int) -> csr_array:
    """The rows with ``extra`` columns of zeros behind."""
    return hstack((matrix, csr_array((matrix.shape[0], extra)))) if extra else csr_array(matrix)
