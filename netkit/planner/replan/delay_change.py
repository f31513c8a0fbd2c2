"""What a change of delays is, and how near it comes to a pair: bounds that need no search."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from netkit.model.network.elements import Adjacency
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums
from netkit.planner.search.segment_costs import SteeringCosts


@dataclass(frozen=True)
class DelayChange:
    """The arcs whose delay is another one; whether all of them got slower; and of every arc the
    lesser of its delays before and after, (m,)."""

    arcs: IntArray
    slower: bool
    least_us: IntArray
    keys: frozenset[tuple[str, str]]

    @classmethod
    def between(cls, before: Network, after: Network) -> DelayChange | None:
        """The change; None where more has changed than delays, or what has cannot be told."""
        if before.nodes != after.nodes or len(before.arcs) != len(after.arcs):
            return None
        if before.flex_algos or after.flex_algos or before.advertised != after.advertised:
            return None
        if not all(map(_same_but_delay, before.arcs, after.arcs)):
            return None
        arcs = np.flatnonzero(before.delay_us != after.delay_us)
        slower = bool((after.delay_us >= before.delay_us).all())
        keys = frozenset(after.arcs[arc].key for arc in arcs.tolist())
        return cls(arcs, slower, np.minimum(before.delay_us, after.delay_us), keys)

    def crossed_by_igp(self, igp: Igp, src: IntArray, dst: IntArray) -> BoolArray:
        """May ECMP take a packet over what changed, from ``src`` to ``dst``, item for item? Said of
        some more where routers are overloaded."""
        network, distance = igp.network, igp.distance
        found = np.zeros(len(src), dtype=np.bool_)
        for arc in self.arcs[network.igp[self.arcs]].tolist():
            onward = distance[network.head[arc], dst] + network.metric[arc]
            found |= distance[src, network.tail[arc]] + onward == distance[src, dst]
        return found

    def through_us(self, costs: SteeringCosts, src: IntArray, dst: IntArray) -> FloatArray:
        """No path or list over what changed takes less, before or after, from ``src`` to ``dst``,
        item for item."""
        network = costs.igp.network
        least = LeastSums(network, self.least_us, costs.allowed)
        found = np.full(len(src), np.inf)
        for arc in self.arcs[costs.allowed[self.arcs]].tolist():
            before = least.to_node(int(network.tail[arc]))[src]
            after = least.from_node(int(network.head[arc]))[dst]
            np.minimum(found, before + self.least_us[arc] + after, out=found)
        return found


def _same_but_delay(before: Adjacency, after: Adjacency) -> bool:
    """Capacities aside too: demands that reserve any are planned afresh."""
    if before is after or before == after:
        return True
    return replace(after, delay_us=before.delay_us, pools=before.pools) == before
