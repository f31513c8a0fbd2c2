"""Every branch of a list as a route, for whoever lays on links what was measured over it.

What a certificate tells of all branches together stands here branch by branch, with the share of
flows that routers hash onto each: equal over the next hops of a node (RFC 2992), parallel links
counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netkit.errors import ReplayError
from netkit.model.srv6.route import Hop, Route
from netkit.model.srv6.segment_list import Segment
from netkit.planner.network.network import Network
from netkit.planner.proof.legs import Forwarding
from netkit.planner.proof.replay import itinerary


class Routes:
    """Routes over one set of routing tables; legs by IGP are worked out once."""

    def __init__(self, tables: Forwarding) -> None:
        self._tables = tables
        self._legs: dict[tuple[int, int, int], tuple[Hop, ...]] = {}

    def route(self, src: str, dst: str, segments: Sequence[Segment] = ()) -> Route:
        """What a packet may cross from ``src`` over ``segments`` to the service SID of ``dst``.

        Raises :class:`ReplayError` where it would loop or be dropped, and for a segment of an
        anycast group, whose member is the network's to choose. O(s m) for s segments and m
        arcs, O(s) for legs that were asked for before.
        """
        for segment in segments:
            if segment.node not in self._tables.network.index:
                raise ReplayError(f"{segment.node} is no node")
        steps = itinerary(self._tables, src, tuple(segments), dst, ())
        return Route(
            tuple(
                self._leg(*step) if isinstance(step, tuple) else self._arc(step) for step in steps
            )
        )

    def _arc(self, arc: int) -> tuple[Hop, ...]:
        return (_hop(self._tables.network, arc, 1.0),)

    def _leg(self, algorithm: int, src: int, dst: int) -> tuple[Hop, ...]:
        key = algorithm, src, dst
        if key not in self._legs:
            self._legs[key] = _hops(self._tables.plane(algorithm), src, dst)
        return self._legs[key]


def _hops(tables: Forwarding, src: int, dst: int) -> tuple[Hop, ...]:
    """The arcs of all branches, each node's once all that lead to it are there (Kahn 1962)."""
    network = tables.network
    onward = _onward(tables, src, dst)
    waiting: dict[int, int] = {}
    for arcs in onward.values():
        for arc in arcs:
            head = int(network.head[arc])
            waiting[head] = waiting.get(head, 0) + 1
    ready, found = [src], list[Hop]()
    for node in ready:
        for arc in onward.get(node, ()):
            found.append(_hop(network, arc, 1 / len(onward[node])))
            head = int(network.head[arc])
            waiting[head] -= 1
            if not waiting[head]:
                ready.append(head)
    if any(waiting.values()):
        raise ReplayError(f"packets from {network.nodes[src].name} loop")
    return tuple(found)


def _onward(tables: Forwarding, src: int, dst: int) -> Mapping[int, tuple[int, ...]]:
    """The ECMP set of every node that a packet may come to, the end left out."""
    network = tables.network
    onward: dict[int, tuple[int, ...]] = {}
    reached = [src]
    for node in reached:
        if node == dst or node in onward:
            continue
        onward[node] = tables.next_arcs(node, dst)
        if not onward[node]:
            names = network.nodes
            raise ReplayError(f"{names[node].name} has no route to {names[dst].name}")
        reached.extend(int(network.head[arc]) for arc in onward[node])
    return onward


def _hop(network: Network, number: int, share: float) -> Hop:
    arc = network.arcs[number]
    return Hop(arc.key, arc.src, arc.dst, share)
