"""Random small backbones, and brute force over everything a packet can do in them."""

from __future__ import annotations

import itertools
from functools import cache

from hypothesis import strategies as st

from netkit.model.plan import Behavior, Segment
from netkit.model.topology import Adjacency, Link, LinkKind, Node, Role, SidLimits, Topology


def line(*delays_us: int, metric: int = 10) -> Topology:
    """Nodes a, b, c, … in a row."""
    names = [chr(ord("a") + i) for i in range(len(delays_us) + 1)]
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate(names, start=1))
    links = tuple(
        Link(f"{a}-{b}", a, b, d, d, metric, metric)
        for (a, b), d in zip(itertools.pairwise(names), delays_us, strict=True)
    )
    return Topology("line", nodes, links)


@st.composite
def topologies(
    draw: st.DrawFn,
    *,
    limits: bool = False,
    operators: int = 1,
    least_metric: int = 1,
    one_way: bool = False,
) -> Topology:
    """Multigraphs of 2 to 5 nodes: parallel links, equal metrics, asymmetry, islands, SRLGs."""
    names = "abcde"[: draw(st.integers(2, 5))]
    limit = st.integers(0, 4) if limits else st.just(9)
    nodes = tuple(
        Node(
            name,
            Role.CITY,
            index,
            operator=f"op{draw(st.integers(1, operators))}",
            sid_limits=SidLimits(draw(limit), 9, draw(limit), draw(limit)),
        )
        for index, name in enumerate(names, start=1)
    )
    operator = {node.name: node.operator for node in nodes}
    pairs = list(itertools.combinations(names, 2))
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=8))
    delay, metric = st.integers(0, 12), st.integers(least_metric, 3)
    risks = st.frozensets(st.sampled_from(["s1", "s2", "s3"]), max_size=1)
    both_ways = st.booleans() if one_way else st.just(True)
    colours = st.frozensets(st.sampled_from(["red", "blue"]), max_size=2)
    links = tuple(
        Link(
            f"l{number}",
            a,
            b,
            draw(delay),
            draw(delay) if (back := draw(both_ways)) else None,
            draw(metric),
            draw(metric) if back else None,
            kind=LinkKind.TRUNK if operator[a] == operator[b] else LinkKind.DIRECT_CONNECT,
            srlgs=draw(risks),
            admin_groups=draw(colours),
        )
        for number, (a, b) in enumerate(chosen)
    )
    return Topology("random", nodes, links)


Walk = tuple[Adjacency, ...]


class BruteForce:
    """Everything by enumeration of simple paths; slow and obviously right."""

    def __init__(self, topology: Topology) -> None:
        self.topology = topology

    @cache  # noqa: B019
    def walks(self, src: str, dst: str, *, igp_only: bool = True) -> list[Walk]:
        """All simple paths, parallel links apart."""
        arcs = [arc for arc in self.topology.adjacencies if arc.igp or not igp_only]
        found: list[Walk] = []

        def grow(at: str, seen: frozenset[str], walk: Walk) -> None:
            if at == dst:
                found.append(walk)
                return
            for arc in arcs:
                if arc.src == at and arc.dst not in seen:
                    grow(arc.dst, seen | {arc.dst}, (*walk, arc))

        grow(src, frozenset({src}), ())
        return found

    @cache  # noqa: B019
    def shortest(self, src: str, dst: str) -> list[Walk]:
        """The ECMP branches of a node segment."""
        walks = self.walks(src, dst)
        least = min((cost(walk) for walk in walks), default=None)
        return [walk for walk in walks if cost(walk) == least]

    def branches(self, src: str, segments: tuple[Segment, ...], dst: str) -> list[Walk]:
        """All that a packet steered by ``segments`` may do; empty if it may be dropped."""
        at, sofar = src, [()]
        for segment in segments:
            sofar = [a + b for a in sofar for b in self.shortest(at, segment.node)]
            at = segment.node
            if segment.kind is Behavior.END_X:
                arc = self.topology.adjacency[(segment.link or "", segment.node)]
                sofar, at = [(*walk, arc) for walk in sofar], arc.dst
        return [a + b for a in sofar for b in self.shortest(at, dst)]

    def lists(self, most: int) -> list[tuple[Segment, ...]]:
        """Every segment list of up to ``most`` segments."""
        steps = [Segment(Behavior.END, node.name) for node in self.topology.nodes]
        steps += [Segment(Behavior.END_X, a.src, a.link_id) for a in self.topology.adjacencies]
        return [c for k in range(most + 1) for c in itertools.product(steps, repeat=k)]

    def accepted(self, src: str, segments: tuple[Segment, ...], dst: str) -> bool:
        """Do headend, endpoints on the way and the last node accept the list?"""
        node, count = self.topology.node, len(segments)
        return (
            node[src].sid_limits.max_h_encaps >= count + 1
            and node[dst].sid_limits.max_end_d >= count
            and all(
                node[segment.node].sid_limits.max_segments_left >= count - position
                for position, segment in enumerate(segments)
            )
        )


def cost(walk: Walk) -> int:
    """Sum of metrics."""
    return sum(arc.metric for arc in walk)


def delay_us(walk: Walk) -> int:
    """Sum of delays."""
    return sum(arc.delay_us for arc in walk)


def allowed(topology: Topology, src: str, dst: str, walk: Walk) -> bool:
    """Inside one operator, or across exactly one direct hand-over between the two."""
    first, second = topology.node[src].operator, topology.node[dst].operator
    passed = [topology.node[src].operator, *(topology.node[arc.dst].operator for arc in walk)]
    crossings = [pair for pair in itertools.pairwise(passed) if pair[0] != pair[1]]
    return crossings == ([] if first == second else [(first, second)])
