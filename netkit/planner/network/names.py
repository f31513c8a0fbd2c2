"""From numbers of arcs and nodes to their names, in the order of the names.

Every list and path that leaves the planner is named here, some thousand times a second: so names
are sorted once, and then only their ranks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netkit.model.network.elements import Adjacency, Node
from netkit.model.srv6.segment_list import Path


class Names:
    """The names of nodes and arcs by their numbers."""

    def __init__(self, nodes: Sequence[Node], arcs: Sequence[Adjacency]) -> None:
        names, keys = [node.name for node in nodes], [arc.key for arc in arcs]
        self._names, self._node_rank = sorted(names), _ranks(names)
        self._keys, self._arc_rank = sorted(keys), _ranks(keys)
        self._by_number = names
        self._hops = [(arc.dst, arc.link_id, arc.metric, arc.delay_us) for arc in arcs]

    def nodes(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Different nodes by their names, sorted."""
        names = self._names
        return tuple([names[rank] for rank in sorted(map(self._node_rank.__getitem__, numbers))])

    def links(self, arcs: Iterable[int]) -> tuple[tuple[str, str], ...]:
        """Different arcs as (link id, headend), sorted."""
        keys = self._keys
        return tuple([keys[rank] for rank in sorted(map(self._arc_rank.__getitem__, arcs))])

    def path(self, src: int, arcs: Iterable[int]) -> Path:
        """The path from ``src`` over ``arcs``, in their order."""
        hops = [self._hops[arc] for arc in arcs]
        if not hops:
            return Path((self._by_number[src],), (), 0, 0)
        heads, links, metrics, delays_us = zip(*hops, strict=True)
        return Path((self._by_number[src], *heads), links, sum(metrics), sum(delays_us))


def _ranks(names: Sequence[str] | Sequence[tuple[str, str]]) -> list[int]:
    """The place of each name among all of them, sorted."""
    ranks = [0] * len(names)
    for rank, number in enumerate(sorted(range(len(names)), key=names.__getitem__)):
        ranks[number] = rank
    return ranks
