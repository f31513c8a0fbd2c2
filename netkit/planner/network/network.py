"""The topology as the arrays that the algorithms run on.

Every link is two arcs and parallel links stay apart: a directed multigraph of n nodes and m arcs.
An *arc* here is a row of the arrays; the :class:`~netkit.model.network.elements.Adjacency` behind
it keeps the names. Arcs are in a fixed order, so equal topologies give equal arrays and equal
plans.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from netkit.model.network.elements import Adjacency, Node
from netkit.model.network.flex_algo import FlexAlgo
from netkit.model.network.topology import Topology
from netkit.planner.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    Tables,
    Weights,
    arcs_by,
    failing,
)
from netkit.planner.network.names import Names
from netkit.planner.network.path_metrics import PathMetric, arc_metric


@dataclass(frozen=True)
class Network:
    """n nodes and m arcs as arrays; arcs are sorted by head, then by (link id, headend).

    ``tail``, ``head``, ``metric``, ``delay_us`` have shape (m,); ``igp`` says which arcs the
    interior gateway protocol routes over; ``operator`` is a number for each node, shape (n,).

    Each plane of ``flex_algos`` is a network of the same nodes and arcs (:meth:`plane`), in which
    ``algorithm``, ``metric`` and ``igp`` are the plane's; ``member`` (n,) says which nodes have an
    ``End`` in the plane, ``steerable`` (m,) which arcs have an ``End.X``. ``advertised``: the SIDs
    are those that routers are known to advertise, not those of the address plan. ``compiled``: the
    inner loops of whatever works on it run as machine code.
    """

    name: str
    nodes: tuple[Node, ...]
    index: dict[str, int]
    arcs: tuple[Adjacency, ...]
    arc_index: dict[tuple[str, str], int]
    tail: IntArray
    head: IntArray
    metric: IntArray
    delay_us: IntArray
    igp: BoolArray
    operator: IntArray
    member: BoolArray
    steerable: BoolArray
    flex_algos: tuple[FlexAlgo, ...] = ()
    algorithm: int = 0
    advertised: bool = False
    compiled: bool = False

    @classmethod
    def of(cls, topology: Topology) -> Network:
        """Arrays of the active part of a topology. O(m log m)."""
        made = cls.joined(topology.name, topology.active_nodes, topology.adjacencies)
        if not topology.advertised:
            return replace(made, flex_algos=topology.flex_algos)
        steerable = _steerable(made.arcs, 0, advertised=True)
        return replace(made, flex_algos=topology.flex_algos, advertised=True, steerable=steerable)

    @classmethod
    def joined(
        cls, name: str, nodes: tuple[Node, ...], adjacencies: Sequence[Adjacency]
    ) -> Network:
        """Arrays of nodes and of the arcs between them, all of which have SIDs. O(m log m)."""
        index = {node.name: number for number, node in enumerate(nodes)}
        arcs = tuple(sorted(adjacencies, key=lambda arc: (index[arc.dst], arc.key)))
        operators = {name: i for i, name in enumerate(sorted({node.operator for node in nodes}))}
        return cls(
            name=name,
            nodes=nodes,
            index=index,
            arcs=arcs,
            arc_index={arc.key: number for number, arc in enumerate(arcs)},
            tail=np.array([index[arc.src] for arc in arcs], dtype=np.int64),
            head=np.array([index[arc.dst] for arc in arcs], dtype=np.int64),
            metric=np.array([arc.metric for arc in arcs], dtype=np.int64),
            delay_us=np.array([arc.delay_us for arc in arcs], dtype=np.int64),
            igp=np.array([arc.in_spf for arc in arcs], dtype=np.bool_),
            operator=np.array([operators[node.operator] for node in nodes], dtype=np.int64),
            member=np.ones(len(nodes), dtype=np.bool_),
            steerable=np.ones(len(arcs), dtype=np.bool_),
        )

    def plane(self, flex: FlexAlgo) -> Network:
        """The same nodes and arcs as ``flex`` sees them."""
        return replace(
            self,
            metric=np.array([flex.weight(arc) or 0 for arc in self.arcs], dtype=np.int64),
            igp=np.array([flex.has_link(arc) for arc in self.arcs], dtype=np.bool_),
            member=np.array([flex.has_node(node.name) for node in self.nodes], dtype=np.bool_),
            steerable=np.array([flex.has_end_x(arc) for arc in self.arcs], dtype=np.bool_)
            & _steerable(self.arcs, flex.algorithm, advertised=self.advertised),
            flex_algos=(),
            algorithm=flex.algorithm,
        )

    def with_delay(self, key: tuple[str, str], delay_us: int) -> Network:
        """The same with one arc, by (link id, headend), that takes ``delay_us``."""
        number = self.arc_index[key]
        changed, delays = list(self.arcs), self.delay_us.copy()
        changed[number] = replace(changed[number], delay_us=delay_us)
        delays[number] = delay_us
        return replace(self, arcs=tuple(changed), delay_us=delays)

    @cached_property
    def overload(self) -> BoolArray:
        """The nodes that carry nothing for others (ISO 10589 §7.2.8.1), shape (n,)."""
        return np.array([node.overload for node in self.nodes], dtype=np.bool_)

    @cached_property
    def has_end(self) -> BoolArray:
        """The nodes that have an ``End`` of this algorithm, shape (n,)."""
        if not self.advertised:
            return self.member
        own = [any(sid.algorithm == self.algorithm for sid in node.sids) for node in self.nodes]
        return self.member & np.array(own, dtype=np.bool_)

    @cached_property
    def has_service(self) -> BoolArray:
        """The nodes that a list can end at, shape (n,): a service SID lies in a locator."""
        if not self.advertised:
            return np.ones(len(self.nodes), dtype=np.bool_)
        own = [any(locator.algorithm == 0 for locator in node.locators) for node in self.nodes]
        return np.array(own, dtype=np.bool_)

    def weight(self, metric: PathMetric) -> Weights:
        """What each arc adds to ``metric``, shape (m,); infinite where nobody has stated it.

        On every plane ``METRIC`` is that of algorithm 0.
        """
        if metric is PathMetric.METRIC and self.algorithm == 0:
            return self.metric
        if metric is PathMetric.DELAY:
            return self.delay_us
        if metric not in self._weights:
            rows = [arc_metric(arc, metric) for arc in self.arcs]
            self._weights[metric] = np.array(rows, dtype=np.float64)
        return self._weights[metric]

    def floats(self, metric: PathMetric) -> FloatArray:
        """The same as floats, for compiled code, which would be made twice for two kinds."""
        if metric not in self._floats:
            self._floats[metric] = self.weight(metric).astype(np.float64)
        return self._floats[metric]

    @cached_property
    def _floats(self) -> dict[PathMetric, FloatArray]:
        return {}

    @cached_property
    def _weights(self) -> dict[PathMetric, FloatArray]:
        return {}

    @cached_property
    def reported(self) -> tuple[PathMetric, ...]:
        """The measures that a certificate has beside delay and hops: those that some arc states."""
        stated = {
            PathMetric.JITTER: any(arc.jitter_us is not None for arc in self.arcs),
            PathMetric.LOSS: any(arc.loss_ppb is not None for arc in self.arcs),
            PathMetric.TE: any(arc.te_metric is not None for arc in self.arcs),
            PathMetric.COST: any(arc.cost is not None for arc in self.arcs),
        }
        return tuple(metric for metric, some in stated.items() if some)

    @cached_property
    def leaving(self) -> tuple[tuple[tuple[int, int, int, int], ...], ...]:
        """For each node its arcs as plain (arc, head, metric, delay), ascending: for search loops
        over few arcs, where array access would cost more than the work."""
        found: list[list[tuple[int, int, int, int]]] = [[] for _ in self.nodes]
        columns = (self.tail, self.head, self.metric, self.delay_us)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for arc, (tail, head, metric, delay_us) in enumerate(rows):
            found[tail].append((arc, head, metric, delay_us))
        return tuple(tuple(arcs) for arcs in found)

    @cached_property
    def names(self) -> Names:
        """What the numbers of nodes and arcs mean to people."""
        return Names(self.nodes, self.arcs)

    @cached_property
    def outgoing(self) -> tuple[IntArray, IntArray]:
        """The arcs in order of their tails, and where those of each node begin."""
        return arcs_by(self.tail, len(self.nodes))

    @cached_property
    def tables(self) -> Tables:
        """The arcs of the IGP as what carries packets."""
        arcs, starts = self.outgoing
        rows = [self.weight(metric).astype(np.float64) for metric in self.reported]
        sums = np.array(rows).reshape(len(rows), len(self.arcs))
        return Tables(
            starts, arcs, self.head, self.metric, self.igp, self.overload, self.delay_us, sums
        )

    @cached_property
    def incoming(self) -> tuple[IntArray, IntArray]:
        """The same by their heads."""
        return arcs_by(self.head, len(self.nodes))

    @cached_property
    def outgoing_heads(self) -> IntArray:
        """The heads of the arcs in order of their tails, (m,)."""
        return self.head[self.outgoing[0]]

    @cached_property
    def incoming_tails(self) -> IntArray:
        """The tails of the arcs in order of their heads, (m,)."""
        return self.tail[self.incoming[0]]

    @cached_property
    def by_tail(self) -> IntArray:
        """The arcs in order of their tails, of equal ones by heads, shape (m,)."""
        return np.lexsort((self.head, self.tail))

    @cached_property
    def by_head(self) -> IntArray:
        """The arcs in order of their heads, of equal ones by tails, shape (m,)."""
        return np.lexsort((self.tail, self.head))

    @cached_property
    def degree(self) -> IntArray:
        """IGP arcs that enter or leave each node, shape (n,)."""
        ends = np.concatenate((self.tail[self.igp], self.head[self.igp]))
        return np.bincount(ends, minlength=len(self.nodes))

    @cached_property
    def arcs_of_link(self) -> dict[str, tuple[int, ...]]:
        """The arcs of each link: two, or one where the other direction is absent."""
        found: dict[str, list[int]] = {}
        for number, arc in enumerate(self.arcs):
            found.setdefault(arc.link_id, []).append(number)
        return {link: tuple(numbers) for link, numbers in found.items()}

    @cached_property
    def arcs_of_srlg(self) -> dict[str, tuple[int, ...]]:
        """The arcs that share each risk."""
        found: dict[str, list[int]] = {}
        for number, arc in enumerate(self.arcs):
            for risk in arc.srlgs:
                found.setdefault(risk, []).append(number)
        return {risk: tuple(numbers) for risk, numbers in sorted(found.items())}

    @cached_property
    def risk_groups(self) -> tuple[IntArray, ...]:
        """The arcs that fail together: those of each link, and then those of each SRLG."""
        groups = [*self.arcs_of_link.values(), *self.arcs_of_srlg.values()]
        return tuple(np.array(group, dtype=np.int64) for group in groups)

    @cached_property
    def risks(self) -> tuple[IntArray, IntArray, int]:
        """What fails together, links and SRLGs, by arc and in numbers."""
        return failing(len(self.arcs), self.risk_groups)

    @cached_property
    def risks_of_arc(self) -> tuple[tuple[int, ...], ...]:
        """The same numbers, those of :attr:`risk_groups`, for loops over few arcs."""
        first, numbers = (column.tolist() for column in self.risks[:2])
        return tuple(tuple(numbers[start:end]) for start, end in pairwise(first))

    @cached_property
    def max_segments_left(self) -> IntArray:
        """Segments left with which a SID may reach each node (RFC 9352 §4.1), shape (n,)."""
        return np.array([n.sid_limits.max_segments_left for n in self.nodes], dtype=np.int64)

    @cached_property
    def max_h_encaps(self) -> IntArray:
        """SIDs that each node can push (RFC 9352 §4.3), shape (n,)."""
        return np.array([n.sid_limits.max_h_encaps for n in self.nodes], dtype=np.int64)

    @cached_property
    def max_end_d(self) -> IntArray:
        """SIDs in a header that each node can take off (RFC 9352 §4.4), shape (n,)."""
        return np.array([n.sid_limits.max_end_d for n in self.nodes], dtype=np.int64)


def _steerable(arcs: Sequence[Adjacency], algorithm: int, *, advertised: bool) -> BoolArray:
    """The arcs that have an ``End.X`` of an algorithm, shape (m,)."""
    if not advertised:
        return np.ones(len(arcs), dtype=np.bool_)
    own = [any(sid.algorithm == algorithm for sid in arc.sids) for arc in arcs]
    return np.array(own, dtype=np.bool_)
