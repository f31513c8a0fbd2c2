"""Replays a segment list as routers would forward it, over every ECMP branch.

This is the proof step: it knows nothing of how the list was found. It asks each node for its next
hops towards the active SID (``End`` and ``End.X`` of RFC 8986 §4.1 and §4.2), follows all of them,
and reports the worst that can happen.

Invariant: a node of a leg is joined once everything it may forward to is, so what is known of it
covers every branch from there to the end of the leg; a node met again before that is a loop, and
the list is refused. Branches are counted, not listed: O(s m) for s segments and m arcs, however
many branches there are.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from netkit.errors import ReplayError
from netkit.model.srv6.segment_list import Behavior, Certificate, Path, Segment
from netkit.model.units import loss_of_log
from netkit.planner.arrays import BoolArray
from netkit.planner.network.path_metrics import MetricBound, PathMetric
from netkit.planner.proof.legs import Forwarding, Leg


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a list must keep on every branch: worst delay, no arc of ``forbidden`` (m,), ``limits``
    on what else adds up, the nodes ``waypoints`` in order; and of a cut list no header with more
    than ``max_sids``."""

    bound_us: float
    forbidden: BoolArray | None = None
    limits: tuple[MetricBound, ...] = ()
    waypoints: tuple[int, ...] = ()
    max_sids: int | None = None


KnownLegs = dict[tuple[int, int, int], Leg]
"""Legs over one set of tables, by (algorithm, from, to)."""


class Replay:
    """The forwarding of one packet from ``src`` over ``segments`` to the service SID of ``dst``.

    ``shared`` are the places in the list whose SID is that of a group, of which the node is a
    member. ``known`` keeps the legs by IGP over the same tables for the next replay. Raises
    :class:`ReplayError` where the packet would loop or be dropped. O(s m).
    """

    def __init__(
        self, tables: Forwarding, src: str, segments: tuple[Segment, ...], dst: str,
        shared: Collection[int] = (), known: KnownLegs | None = None,
    ) -> None:  # fmt: skip
        self._network = tables.network
        self._src = src
        kept: KnownLegs = {} if known is None else known
        self._legs: list[Leg | int] = []
        for leg in itinerary(tables, src, segments, dst, shared):
            if isinstance(leg, tuple) and leg not in kept:
                kept[leg] = Leg(tables.plane(leg[0]), *leg[1:])
            self._legs.append(kept[leg] if isinstance(leg, tuple) else leg)

    @cached_property
    def guaranteed_us(self) -> int:
        """The largest delay on any branch."""
        delay_us = self._network.delay_us.item
        return sum(delay_us(leg) if isinstance(leg, int) else leg.worst_us for leg in self._legs)

    @cached_property
    def certificate(self) -> Certificate:
        """Worst and best delay, number of branches, everything that any branch crosses."""
        network, arcs, nodes = self._network, set[int](), set[int]()
        best_us, branches = 0, 1
        for leg in self._legs:
            if isinstance(leg, int):
                arcs.add(leg)
                best_us += int(network.delay_us[leg])
            else:
                arcs |= leg.arcs
                nodes.update(leg.nodes)
                best_us += leg.whole.best_us
                branches *= leg.whole.branches
        return Certificate(
            guaranteed_us=self.guaranteed_us,
            best_us=best_us,
            branches=branches,
            links=network.names.links(arcs),
            nodes=network.names.nodes(nodes),
            hops=int(self.worst(PathMetric.HOPS)),
            jitter_us=self._known(PathMetric.JITTER),
            loss_ppb=None if (lost := self._known(PathMetric.LOSS)) is None else loss_of_log(lost),
            te_metric=self._known(PathMetric.TE),
            cost=self._known(PathMetric.COST),
        )

    def worst(self, metric: PathMetric) -> float:
        """The largest sum of ``metric`` on any branch; infinite where it is not known."""
        network, legs = self._network, self._legs
        if metric is PathMetric.HOPS:
            return sum(1 if isinstance(leg, int) else leg.whole.hops for leg in legs)
        if metric not in network.reported:
            return math.inf
        place, weigh = network.reported.index(metric), network.weight(metric).item
        sums = (weigh(leg) if isinstance(leg, int) else leg.whole.sums[place] for leg in legs)
        return float(sum(sums))

    def _known(self, metric: PathMetric) -> int | None:
        if metric not in self._network.reported:
            return None
        worst = self.worst(metric)
        return int(worst) if worst < math.inf else None

    @property
    def crossings(self) -> Counter[int]:
        """How often a flow may cross each arc at the most: once a leg."""
        arcs = ((leg,) if isinstance(leg, int) else leg.arcs for leg in self._legs)
        return Counter(arc for leg in arcs for arc in leg)

    def visited(self, waypoints: tuple[int, ...]) -> int:
        """How many of ``waypoints`` every branch visits in this order, at the least."""
        done = 0
        for leg in self._legs:
            if not isinstance(leg, int):
                done = leg.visited(waypoints, done)
        return done

    @cached_property
    def path(self) -> Path:
        """The branch of least delay, ties to the earlier arcs."""
        crossed: list[int] = []
        for leg in self._legs:
            crossed.extend((leg,) if isinstance(leg, int) else leg.whole.best)
        return self._network.names.path(self._network.index[self._src], crossed)


def itinerary(
    tables: Forwarding, src: str, segments: tuple[Segment, ...], dst: str, shared: Collection[int]
) -> Iterator[tuple[int, int, int] | int]:
    """Legs by IGP as (algorithm, from, to), and the arcs that End.X crosses, in order."""
    network = tables.network
    at = network.index[src]
    for place, segment in enumerate(segments):
        target, own = network.index[segment.node], tables.plane(segment.algorithm).network
        known = own.has_end if segment.kind is Behavior.END else own.member
        if not known[target] and place not in shared:
            raise ReplayError(f"{segment.node} has no SID of algorithm {segment.algorithm}")
        yield segment.algorithm, at, target
        at = target
        if segment.kind is Behavior.END_X:
            arc = network.arc_index.get((segment.link or "", segment.node))
            if arc is None or not own.steerable[arc]:
                which = f"of algorithm {segment.algorithm} over {segment.link}"
                raise ReplayError(f"{segment.node} has no adjacency SID {which}")
            yield arc
            at = int(network.head[arc])
    yield 0, at, network.index[dst]
