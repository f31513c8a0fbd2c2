"""Random small backbones, and brute force over everything a packet can do in them."""

from __future__ import annotations

import dataclasses
import itertools
from functools import cache

from hypothesis import strategies as st

from netkit.model.network.elements import Adjacency, Link, LinkKind, Node, Role, SidLimits
from netkit.model.network.flex_algo import FlexAlgo, FlexMetric
from netkit.model.network.topology import Topology
from netkit.model.srv6.segment_list import Behavior, Segment


def line(*delays_us: int, metric: int = 10) -> Topology:
    """Nodes a, b, c, … in a row."""
    names = [chr(ord("a") + i) for i in range(len(delays_us) + 1)]
    nodes = tuple(Node(name, Role.CITY, i) for i, name in enumerate(names, start=1))
    links = tuple(
        Link(f"{a}-{b}", a, b, d, d, metric, metric)
        for (a, b), d in zip(itertools.pairwise(names), delays_us, strict=True)
    )
    return Topology("line", nodes, links)


def long_way(links: int = 6, most_sids: int = 4) -> Topology:
    """A row that the IGP shuns, link by link, for a slow detour: each of its links needs a SID."""
    row = line(*[100] * links)
    detours = [
        dataclasses.replace(link, id=f"slow-{link.id}", delay_ab_us=900, delay_ba_us=900,
                            metric_ab=1, metric_ba=1)
        for link in row.links
    ]  # fmt: skip
    limits = SidLimits(max_h_encaps=most_sids)
    nodes = tuple(dataclasses.replace(node, sid_limits=limits) for node in row.nodes)
    return dataclasses.replace(row, nodes=nodes, links=(*row.links, *detours))


@st.composite
def topologies(
    draw: st.DrawFn,
    *,
    limits: bool = False,
    operators: int = 1,
    least_metric: int = 1,
    one_way: bool = False,
    planes: int = 0,
    fewest: int = 2,
) -> Topology:
    """Multigraphs of ``fewest`` to 5 nodes: parallel links, ties, asymmetry, islands, SRLGs.

    ``planes`` is the number of Flexible Algorithms, from 128 on.
    """
    names = "abcde"[: draw(st.integers(fewest, 5))]
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
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=fewest - 1, max_size=8))
    # Delays of 0 would let a plane that minimises delay loop; test_planner_zero sees to loops.
    delay, metric = st.integers(1 if planes else 0, 12), st.integers(least_metric, 3)
    risks = st.frozensets(st.sampled_from(["s1", "s2", "s3"]), max_size=1)
    both_ways = st.booleans() if one_way else st.just(True)
    colours = st.frozensets(st.sampled_from(["red", "blue"]), max_size=2)
    te_metric = st.none() | st.integers(1, 4) if planes else st.none()
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
            te_metric_ab=draw(te_metric),
            te_metric_ba=draw(te_metric),
        )
        for number, (a, b) in enumerate(chosen)
    )
    flex = tuple(draw(flex_algos(128 + number, names)) for number in range(planes))
    return Topology("random", nodes, links, flex_algos=flex)


@st.composite
def ladders(draw: st.DrawFn, *, limits: bool = False) -> Topology:
    """Four nodes in a row, between each two a cheap slow link and a dear quick one: in algorithm 0
    every step takes a SID of its own, which is what a plane of least delay is for."""
    limit = st.integers(0, 1) if limits else st.just(9)
    nodes = tuple(
        Node(name, Role.CITY, number, sid_limits=SidLimits(draw(limit), 9, 9, 9))
        for number, name in enumerate("abcd", start=1)
    )
    colours = st.frozensets(st.sampled_from(["red", "blue"]), max_size=1)
    links = []
    for a, b in itertools.pairwise("abcd"):
        slow, quick = draw(st.integers(6, 12)), draw(st.integers(1, 4))
        dear = draw(st.integers(2, 4))
        links += [
            Link(f"{a}{b}-slow", a, b, slow, slow, 1, 1, admin_groups=draw(colours)),
            Link(f"{a}{b}-quick", a, b, quick, quick, dear, dear, admin_groups=draw(colours)),
        ]
    flex = (FlexAlgo(128, FlexMetric.DELAY), draw(flex_algos(129, "abcd")))
    return Topology("ladder", nodes, tuple(links), flex_algos=flex)


def far_ends(topology: Topology) -> st.SearchStrategy[tuple[str, str]]:
    """Two different nodes; of a ladder its ends."""
    if topology.name == "ladder":
        return st.just(("a", "d"))
    return st.sampled_from(list(itertools.permutations(topology.node, 2)))


def flex_algos(algorithm: int, names: str) -> st.SearchStrategy[FlexAlgo]:
    """Definitions that leave out links of some colours and risks, and now and then some nodes."""
    colours = st.frozensets(st.sampled_from(["red", "blue"]), max_size=1)
    return st.builds(
        FlexAlgo,
        st.just(algorithm),
        st.sampled_from(FlexMetric),
        include_any=st.just(frozenset()) | colours,
        include_all=st.just(frozenset()) | colours,
        exclude_any=st.just(frozenset()) | colours,
        exclude_srlgs=st.frozensets(st.sampled_from(["s1"]), max_size=1),
        nodes=st.none() | st.frozensets(st.sampled_from(names), min_size=len(names) - 1),
    )


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
    def shortest(self, src: str, dst: str, algorithm: int = 0) -> list[Walk]:
        """The ECMP branches of a node segment of a plane."""
        walks, weigh = self.walks(src, dst), cost
        flex = self.topology.flex_algo[algorithm] if algorithm else None
        if flex is not None:
            members = self._members(flex)
            walks = [w for w in walks if all(self._in_plane(flex, arc) for arc in w)]
            walks = walks if {src, dst} <= members else []
            weigh = _WEIGH[flex.metric]
        least = min((weigh(walk) for walk in walks), default=None)
        return [walk for walk in walks if weigh(walk) == least]

    def _members(self, flex: FlexAlgo) -> set[str]:
        return set(self.topology.node) if flex.nodes is None else set(flex.nodes)

    def _in_plane(self, flex: FlexAlgo, arc: Adjacency) -> bool:
        """By the five rules of RFC 9350, section 13."""
        colours, inside = set(arc.admin_groups), {arc.src, arc.dst} <= self._members(flex)
        return not (
            not inside
            or (flex.metric is FlexMetric.TE and arc.te_metric is None)
            or colours & flex.exclude_any
            or set(arc.srlgs) & flex.exclude_srlgs
            or (flex.include_any and not colours & flex.include_any)
            or flex.include_all - colours
        )

    def has_sid(self, segment: Segment) -> bool:
        """Has the node this SID?"""
        if not segment.algorithm:
            return True
        flex = self.topology.flex_algo[segment.algorithm]
        if segment.kind is Behavior.END or segment.node not in self._members(flex):
            return segment.node in self._members(flex)
        arc = self.topology.adjacency[(segment.link or "", segment.node)]
        return not arc.igp or self._in_plane(flex, arc)

    def branches(self, src: str, segments: tuple[Segment, ...], dst: str) -> list[Walk]:
        """All that a packet steered by ``segments`` may do; empty if it may be dropped."""
        at, sofar = src, [()]
        for segment in segments:
            legs = self.shortest(at, segment.node, segment.algorithm)
            sofar = [a + b for a in sofar for b in legs]
            at = segment.node
            if segment.kind is Behavior.END_X:
                arc = self.topology.adjacency[(segment.link or "", segment.node)]
                sofar, at = [(*walk, arc) for walk in sofar], arc.dst
        return [a + b for a in sofar for b in self.shortest(at, dst)]

    def lists(self, most: int) -> list[tuple[Segment, ...]]:
        """Every segment list of up to ``most`` segments, of all algorithms."""
        ends = [(Behavior.END, node.name, None) for node in self.topology.nodes]
        ends += [(Behavior.END_X, a.src, a.link_id) for a in self.topology.adjacencies]
        planes = (0, *self.topology.flex_algo)
        every = [Segment(*end, plane) for plane in planes for end in ends]
        steps = [step for step in every if self.has_sid(step)]
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


def te_metric(walk: Walk) -> int:
    """Sum of TE metrics, all of which are stated."""
    return sum(arc.te_metric or 0 for arc in walk)


_WEIGH = {FlexMetric.IGP: cost, FlexMetric.DELAY: delay_us, FlexMetric.TE: te_metric}


def allowed(topology: Topology, src: str, dst: str, walk: Walk) -> bool:
    """Inside one operator, or across exactly one direct hand-over between the two."""
    first, second = topology.node[src].operator, topology.node[dst].operator
    passed = [topology.node[src].operator, *(topology.node[arc.dst].operator for arc in walk)]
    crossings = [pair for pair in itertools.pairwise(passed) if pair[0] != pair[1]]
    return crossings == ([] if first == second else [(first, second)])
