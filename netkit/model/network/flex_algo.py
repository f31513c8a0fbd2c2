"""Flexible Algorithms (RFC 9350): further planes of one network, each with its own shortest paths.

A plane is algorithm 0 without the nodes that take no part in it and the links that its definition
leaves out, and with a metric of its own. It has SIDs of its own: an ``End`` at each node that takes
part, an ``End.X`` for each adjacency of the plane and for each hand-over to another operator that
such a node has. Every operator runs it inside its own network.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netkit.model.network.elements import Adjacency

FIRST_FLEX_ALGO, LAST_FLEX_ALGO = 128, 255
"""The algorithms that a network may define itself (RFC 9350 §4)."""


class FlexMetric(StrEnum):
    """What shortest paths of a plane minimise (RFC 9350 §5.1, Metric-Type 0, 1 and 2)."""

    IGP = "igp"
    DELAY = "delay"
    TE = "te"


@dataclass(frozen=True, slots=True)
class FlexAlgo:
    """A Flexible Algorithm Definition; ``nodes`` are those that take part, None if all do.

    Links are left out by the rules of RFC 9350 §13: any admin group of ``exclude_any``, any risk of
    ``exclude_srlgs``, none of the groups of ``include_any``, not all of ``include_all``, or no
    figure for the metric.
    """

    algorithm: int
    metric: FlexMetric = FlexMetric.IGP
    include_any: frozenset[str] = frozenset()
    include_all: frozenset[str] = frozenset()
    exclude_any: frozenset[str] = frozenset()
    exclude_srlgs: frozenset[str] = frozenset()
    nodes: frozenset[str] | None = None

    def has_node(self, name: str) -> bool:
        """Does the node take part?"""
        return self.nodes is None or name in self.nodes

    def weight(self, adjacency: Adjacency) -> int | None:
        """What the adjacency costs in the plane; None where it has no such figure."""
        if self.metric is FlexMetric.DELAY:
            return adjacency.least_delay_us
        return adjacency.te_metric if self.metric is FlexMetric.TE else adjacency.metric

    def has_link(self, adjacency: Adjacency) -> bool:
        """May packets of the plane be routed over the adjacency?"""
        groups = adjacency.admin_groups
        usable = adjacency.in_spf if self.metric is FlexMetric.IGP else adjacency.igp
        return (
            usable
            and self.has_node(adjacency.src)
            and self.has_node(adjacency.dst)
            and self.weight(adjacency) is not None
            and groups.isdisjoint(self.exclude_any)
            and adjacency.srlgs.isdisjoint(self.exclude_srlgs)
            and not (self.include_any and groups.isdisjoint(self.include_any))
            and self.include_all <= groups
        )

    def has_end_x(self, adjacency: Adjacency) -> bool:
        """Is there an ``End.X`` of this algorithm for the adjacency?"""
        handover = not adjacency.igp and self.has_node(adjacency.src)
        return handover or self.has_link(adjacency)
