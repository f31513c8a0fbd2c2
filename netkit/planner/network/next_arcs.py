"""Which arcs a node forwards over: the ECMP set towards one destination."""

from __future__ import annotations

import numpy as np

from netkit.planner.network.asked_rows import Table
from netkit.planner.network.network import Network

_KEPT = 1 << 15


class NextArcs:
    """The ECMP sets of one plane. The last ones asked for are kept: a sweep over failures asks for
    few of them again and again."""

    def __init__(self, network: Network, distance: Table) -> None:
        self._network, self._distance = network, distance
        self._known: dict[tuple[int, int], tuple[int, ...]] = {}

    def towards(self, node: int, dst: int) -> tuple[int, ...]:
        """The arcs that ``node`` forwards over to ``dst``, ascending; none where it does not."""
        found = self._known.get((node, dst))
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[node, dst] = self._found(node, dst)
        return found

    def _found(self, node: int, dst: int) -> tuple[int, ...]:
        to, network = self._distance.item, self._network
        here = to(node, dst)
        if node == dst or here == np.inf:
            return ()
        return tuple(
            arc
            for arc, head, metric, _ in network.leaving[node]
            if metric + to(head, dst) == here
            and network.igp.item(arc)
            and (head == dst or not network.overload.item(head))
        )
