"""The least-cost path whose delay keeps a bound: exact, by label setting.

The problem is NP-hard; reverse Dijkstra bounds and dominance make it quick on real backbones
(Joksch 1966; Lozano & Medaglia 2013 for the pruning).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np

from netkit.model.plan import Path
from netkit.planner.graph import BoolArray, Network
from netkit.planner.igp import least_to


@dataclass(frozen=True, slots=True)
class _Label:
    node: int
    cost: int
    delay_us: int
    arc: int
    parent: _Label | None


def least_cost_path(
    network: Network, src: int, dst: int, bound_us: float, usable: BoolArray
) -> Path | None:
    """The path of least metric among those of at most ``bound_us``; None where there is none.

    Ties go to the lesser delay, then to the earlier arc. Exponential in the worst case only.
    """
    to_go_us = least_to(network, dst, network.delay_us, usable)
    if to_go_us[src] > bound_us:
        return None
    leaving = _arcs_by_tail(network, usable)
    queue = [(0, 0, 0, _Label(src, 0, 0, -1, None))]
    best_us = np.full(len(network.nodes), np.inf)
    made = 0
    while queue:
        _, _, _, label = heapq.heappop(queue)
        if label.delay_us >= best_us[label.node]:
            continue
        best_us[label.node] = label.delay_us
        if label.node == dst:
            return _path(network, src, label)
        for arc in leaving[label.node]:
            head = int(network.head[arc])
            cost = label.cost + int(network.metric[arc])
            delay_us = label.delay_us + int(network.delay_us[arc])
            if delay_us + to_go_us[head] <= bound_us and delay_us < best_us[head]:
                made += 1
                entry = (cost, delay_us, made, _Label(head, cost, delay_us, arc, label))
                heapq.heappush(queue, entry)
    return None


def least_delay_path(network: Network, src: int, dst: int, usable: BoolArray) -> Path | None:
    """The path of least delay, ties to the lesser metric; None where ``dst`` cannot be reached."""
    least_us = least_to(network, dst, network.delay_us, usable)[src]
    return least_cost_path(network, src, dst, least_us, usable) if np.isfinite(least_us) else None


def _arcs_by_tail(network: Network, usable: BoolArray) -> list[list[int]]:
    leaving: list[list[int]] = [[] for _ in network.nodes]
    for arc in np.flatnonzero(usable):
        leaving[network.tail[arc]].append(int(arc))
    return leaving


def _path(network: Network, src: int, label: _Label) -> Path:
    arcs = []
    step: _Label | None = label
    while step is not None and step.parent is not None:
        arcs.append(network.arcs[step.arc])
        step = step.parent
    arcs.reverse()
    nodes = (network.nodes[src].name, *(arc.dst for arc in arcs))
    return Path(nodes, tuple(arc.link_id for arc in arcs), label.cost, label.delay_us)
