"""What a change of the network is, and how near it comes to a pair: bounds that need no search.

A list keeps a bound on every branch. So one that keeps it, before or after, crosses no arc over
which even the least delay exceeds the bound; and a node segment can be another one only where ECMP
takes it over an arc of another metric, or over one that came or went.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from netkit.model.network.elements import Adjacency
from netkit.planner.arrays import BoolArray, FloatArray, IntArray
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums
from netkit.planner.search.segment_costs import SteeringCosts

Key = tuple[str, str]
"""An arc by its link and its headend."""


@dataclass(frozen=True)
class Change:
    """``keys`` are the arcs that are others, came or went; over those in ``reroutes`` the IGP may
    take other paths than before. ``slower``: delays alone differ, and none is less than before.

    ``joint`` has every node and arc there was or is, each arc with the least that it took.
    """

    keys: frozenset[Key]
    reroutes: frozenset[Key]
    slower: bool
    joint: Network

    @classmethod
    def between(cls, before: Network, after: Network) -> Change | None:
        """The change; None where more is another than delays, metrics, capacities and what is up,
        or where it cannot be told what that means."""
        if before.flex_algos or after.flex_algos or before.advertised != after.advertised:
            return None
        if before.reported != after.reported or not _same_nodes(before, after):
            return None
        kept = before.arc_index.keys() & after.arc_index.keys()
        old, new = _by_key(before, kept), _by_key(after, kept)
        if not all(_akin(old[key], new[key]) for key in kept):
            return None
        moved = frozenset(key for key in kept if old[key].metric != new[key].metric)
        moved |= before.arc_index.keys() ^ after.arc_index.keys()
        timed = {key for key in kept if old[key].delay_us != new[key].delay_us}
        slower = not moved and all(old[key].delay_us <= new[key].delay_us for key in timed)
        return cls(moved | timed, moved, slower, _joint(before, after, old))

    @property
    def arcs(self) -> IntArray:
        """Numbers of what is another, in ``joint``."""
        return np.array(sorted(self.joint.arc_index[key] for key in self.keys), dtype=np.int64)

    def through_us(self, costs: SteeringCosts, src: IntArray, dst: IntArray) -> FloatArray:
        """No path or list over what changed takes less, before or after, from ``src`` to ``dst``,
        item for item. ``costs`` and numbers are those of ``joint``. O(m log n) an arc."""
        network = self.joint
        least = LeastSums(network, network.delay_us, costs.allowed)
        found = np.full(len(src), np.inf)
        for arc in self.arcs[costs.allowed[self.arcs]].tolist():
            before = least.to_node(int(network.tail[arc]))[src]
            after = least.from_node(int(network.head[arc]))[dst]
            np.minimum(found, before + network.delay_us[arc] + after, out=found)
        return found


def same_distances(change: Change, before: Network, after: Network) -> bool:
    """Are the distances of the IGP what they were, and of the same nodes, row by row?"""
    return not change.reroutes and before.nodes == after.nodes


def crossing(igp: Igp, keys: Iterable[Key], src: IntArray, dst: IntArray) -> BoolArray:
    """May ECMP take a packet over one of the arcs ``keys``, those that are there, from ``src`` to
    ``dst``, which are broadcast? Said of some more where routers are overloaded."""
    network, distance = igp.network, igp.distance
    whole = distance[src, dst]
    found = np.zeros(whole.shape, dtype=np.bool_)
    numbers = (network.arc_index.get(key) for key in keys)
    for arc in (number for number in numbers if number is not None and network.igp[number]):
        onward = distance[network.head[arc], dst] + network.metric[arc]
        found |= distance[src, network.tail[arc]] + onward == whole
    return found & np.isfinite(whole)


def rerouted(change: Change, before: Igp, after: Igp) -> BoolArray | None:
    """Between which nodes the IGP may take other paths than it did, (n, n) of those after; None
    where between none."""
    if not change.reroutes:
        return None
    everywhere = np.arange(len(after.network.nodes))
    found = crossing(after, change.reroutes, everywhere[:, None], everywhere)
    index = before.network.index
    common = [node.name for node in after.network.nodes if node.name in index]
    old = np.array([index[name] for name in common], dtype=np.int64)
    new = np.array([after.network.index[name] for name in common], dtype=np.int64)
    found[np.ix_(new, new)] |= crossing(before, change.reroutes, old[:, None], old)
    return found if found.any() else None


def _same_nodes(before: Network, after: Network) -> bool:
    """Are the nodes of both the same, and in the same order?"""
    old = [node for node in before.nodes if node.name in after.index]
    return old == [node for node in after.nodes if node.name in before.index]


def _by_key(network: Network, keys: Iterable[Key]) -> dict[Key, Adjacency]:
    return {key: network.arcs[network.arc_index[key]] for key in keys}


def _akin(before: Adjacency, after: Adjacency) -> bool:
    """Are both the same but for delay, metric and capacity? What numbers an arc has among others
    says where it is addressed, and nothing to a search."""
    if before is after or before == after:
        return True
    return before == replace(
        after, delay_us=before.delay_us, metric=before.metric, number=before.number,
        subnet=before.subnet, pools=before.pools, min_delay_us=before.min_delay_us,
    )  # fmt: skip


def _joint(before: Network, after: Network, old: dict[Key, Adjacency]) -> Network:
    """Both in one; an arc is routed over where it was or is. Nobody asks it for SIDs."""
    arcs = [_lesser(arc, old.get(arc.key, arc)) for arc in after.arcs]
    gone = [arc for arc in before.arcs if arc.key not in after.arc_index]
    nodes = (*after.nodes, *(node for node in before.nodes if node.name not in after.index))
    joint = Network.joined(after.name, nodes, [*arcs, *gone])
    return replace(joint, compiled=before.compiled)


def _lesser(arc: Adjacency, other: Adjacency) -> Adjacency:
    if arc is other or (arc.delay_us, arc.metric) == (other.delay_us, other.metric):
        return arc
    delay_us, metric = min(arc.delay_us, other.delay_us), min(arc.metric, other.metric)
    return replace(arc, delay_us=delay_us, metric=metric)
