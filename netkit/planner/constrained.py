"""The least-cost path whose delay keeps a bound: exact, by label setting.

The problem is NP-hard; exact bounds on what is still to come and dominance make it quick on real
backbones (Joksch 1966; Lozano & Medaglia 2013 for the pruning).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from netkit.model.plan import Path
from netkit.planner.graph import Network
from netkit.planner.steering import SteeringCosts


@dataclass(frozen=True, slots=True)
class _Label:
    node: int
    cost: int
    delay_us: int
    arc: int
    parent: _Label | None


def least_cost_path(costs: SteeringCosts, src: int, dst: int, bound_us: float) -> Path | None:
    """The path of least metric among those of at most ``bound_us``; None where there is none.

    Ties go to the lesser delay, then to the path found first, arcs taken in ascending order.
    Labels are settled by (metric, delay) with the least of both still to come, so the first one at
    ``dst`` is the answer. Exponential in the worst case only.
    """
    to_go_us = costs.delay.to_node(dst)
    if not np.isfinite(to_go_us[src]) or to_go_us[src] > bound_us:
        return None
    us_left, cost_left = to_go_us.item, costs.cost.to_node(dst).item
    allowed, arc_cost = costs.allowed.item, costs.arc_cost.item
    leaving = costs.igp.network.leaving
    queue = [(cost_left(src), us_left(src), 0, _Label(src, 0, 0, -1, None))]
    best_us: dict[int, int] = {}
    made = 0
    while queue:
        label = heapq.heappop(queue)[3]
        if label.delay_us >= best_us.get(label.node, np.inf):
            continue
        best_us[label.node] = label.delay_us
        if label.node == dst:
            return _path(costs.igp.network, src, label)
        for arc, head, _, arc_us in leaving[label.node]:
            delay_us = label.delay_us + arc_us
            arrival_us = delay_us + us_left(head)
            if arrival_us > bound_us or delay_us >= best_us.get(head, np.inf) or not allowed(arc):
                continue
            made += 1
            cost = label.cost + arc_cost(arc)
            entry = (cost + cost_left(head), arrival_us, made)
            heapq.heappush(queue, (*entry, _Label(head, cost, delay_us, arc, label)))
    return None


def least_delay_path(costs: SteeringCosts, src: int, dst: int) -> Path | None:
    """The path of least delay, ties to the lesser metric; None where ``dst`` cannot be reached."""
    least_us = float(costs.delay.to_node(dst)[src])
    return least_cost_path(costs, src, dst, least_us) if np.isfinite(least_us) else None


def _path(network: Network, src: int, label: _Label) -> Path:
    arcs = []
    step: _Label | None = label
    while step is not None and step.parent is not None:
        arcs.append(network.arcs[step.arc])
        step = step.parent
    arcs.reverse()
    nodes = (network.nodes[src].name, *(arc.dst for arc in arcs))
    cost = sum(arc.metric for arc in arcs)
    return Path(nodes, tuple(arc.link_id for arc in arcs), cost, label.delay_us)
