"""Lists cut by binding SIDs, and stitched across operators, against brute force.

The brute force writes down every way in which headers can be pushed, not the ways to cut a list:
a header is a sequence of SIDs, and a binding SID brings a header of its own.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, allowed, cost, delay_us, long_way

from netkit.errors import ReplayError
from netkit.model.network.elements import Link, LinkKind, Node, Role, SidLimits
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan import PairPlan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Behavior, Binding, CandidatePath, Segment, Stitch
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.proof.certify import check_headers

Item = Segment | tuple[str, tuple[Segment, ...]]
"""A SID of the headend's header: a segment, or a binding SID's node and what it pushes."""

exact = settings(max_examples=examples(80, one_in=3), suppress_health_check=list(HealthCheck))


class Headers:
    """Every header that the headend can push in time, with what is pushed on top, up to ``sids``;
    what comes late on some branch is given up, since more SIDs make nothing faster."""

    def __init__(self, brute: BruteForce, demand: Demand, sids: int) -> None:
        self.brute, self.demand, self.sids = brute, demand, sids
        self.most = {
            name: node.sid_limits.max_h_encaps for name, node in brute.topology.node.items()
        }
        self.segments = [one for (one,) in brute.lists(1)[1:]]

    def all(self) -> Iterator[tuple[Item, ...]]:
        src = self.demand.src
        return self._from(src, 0, self.most[src] - 1, self.sids)

    def _from(self, at: str, late_us: int, items: int, left: int) -> Iterator[tuple[Item, ...]]:
        yield ()
        if not items or not left:
            return
        for segment, to, then_us in self._steps(at, late_us):
            for rest in self._from(to, then_us, items - 1, left - 1):
                yield (segment, *rest)
        for node in set(self.most) - {self.demand.src}:
            for there_us in self._reached(at, node, late_us):
                for push, to, then_us in self._pushes(
                    node, there_us, min(self.most[node], left - 1)
                ):
                    for rest in self._from(to, then_us, items - 1, left - 1 - len(push)):
                        yield ((node, push), *rest)

    def _pushes(
        self, at: str, late_us: int, left: int
    ) -> Iterator[tuple[tuple[Segment, ...], str, int]]:
        if left:
            for segment, to, then_us in self._steps(at, late_us):
                yield (segment,), to, then_us
                for rest, end, end_us in self._pushes(to, then_us, left - 1):
                    yield (segment, *rest), end, end_us

    def _steps(self, at: str, late_us: int) -> Iterator[tuple[Segment, str, int]]:
        for segment in self.segments:
            for there_us in self._reached(at, segment.node, late_us):
                if segment.link is None:
                    yield segment, segment.node, there_us
                    continue
                arc = self.brute.topology.adjacency[segment.link, segment.node]
                if there_us + arc.delay_us <= self.demand.bound_us:
                    yield segment, arc.dst, there_us + arc.delay_us

    def _reached(self, at: str, node: str, late_us: int) -> Iterator[int]:
        """When the last branch comes to ``node``, if it does and in time."""
        walks = self.brute.shortest(at, node)
        if walks and late_us + max(map(delay_us, walks)) <= self.demand.bound_us:
            yield late_us + max(map(delay_us, walks))


def flat(topology: Topology, items: tuple[Item, ...], src: str) -> tuple[Segment, ...]:
    """The segments that the headers execute; a binding SID elsewhere is reached like an End."""
    at, found = src, []
    for item in items:
        if isinstance(item, tuple) and item[0] != at:
            found.append(Segment(Behavior.END, item[0]))
        own = item[1] if isinstance(item, tuple) else (item,)
        for segment in own:
            found.append(segment)
            at = segment.node
            if segment.link is not None:
                at = topology.adjacency[segment.link, segment.node].dst
    return tuple(found)


def accepted(topology: Topology, items: tuple[Item, ...], src: str, dst: str) -> bool:
    """Each header within the limits of all nodes that push, process or take it off."""
    limits = {name: node.sid_limits for name, node in topology.node.items()}
    if len(items) + 1 > limits[src].max_h_encaps or len(items) > limits[dst].max_end_d:
        return False
    for left, item in zip(range(len(items), 0, -1), items, strict=True):
        node = item[0] if isinstance(item, tuple) else item.node
        if left > limits[node].max_segments_left:
            return False
        if isinstance(item, tuple):
            push = item[1]
            if node == src or len(push) > limits[node].max_h_encaps:
                return False
            if len(push) - 1 > limits[push[-1].node].max_end_d:
                return False
            for behind, segment in zip(range(len(push) - 1, -1, -1), push, strict=True):
                if behind > limits[segment.node].max_segments_left:
                    return False
    return True


def total(items: tuple[Item, ...]) -> tuple[int, int]:
    """Binding SIDs, and SIDs pushed by all with the service SID."""
    cuts = [item for item in items if isinstance(item, tuple)]
    return len(cuts), len(items) + 1 + sum(len(push) for _, push in cuts)


def fit(
    brute: BruteForce, items: tuple[Item, ...], demand: Demand
) -> tuple[int, int, int, int] | None:
    """What the lists are ranked by, if they keep the bound and every limit."""
    topology, src, dst = brute.topology, demand.src, demand.dst
    if not accepted(topology, items, src, dst):
        return None
    walks = brute.branches(src, flat(topology, items, src), dst)
    worst = max(map(delay_us, walks), default=math.inf)
    hops = max(map(len, walks), default=0)
    if worst > demand.bound_us or hops > (demand.constraints.max_hops or 99):
        return None
    if not all(allowed(topology, src, dst, walk) for walk in walks):
        return None
    return (*total(items), cost(walks[0]), int(worst))


def rank(brute: BruteForce, found: CandidatePath, demand: Demand) -> tuple[int, int, int, int]:
    """The same figures of a list that was planned, and every limit of its headers held."""
    items: tuple[Item, ...] = tuple(
        (item.node, found.segments[item.first : item.end]) if isinstance(item, Binding) else item
        for item in found.pushed
    )
    assert flat(brute.topology, items, demand.src) == found.segments
    ranked = fit(brute, items, demand)
    assert ranked is not None
    return ranked


def answered(topology: Topology, demand: Demand, **options: object) -> PairPlan:
    return plan_demands(topology, [demand], PlanOptions(backups=False, **options)).pairs[0]


@st.composite
def rows(draw: st.DrawFn, *, across: bool = False) -> Topology:
    """One-way rows of four or five nodes, in which a link that the IGP shuns lies beside each that
    it takes, and up to two links more; so lists are long, and platforms of few SIDs feel it."""
    names = "abcde"[: draw(st.integers(4, 5))]
    border = draw(st.integers(1, len(names) - 1)) if across else 9
    few, most = st.sampled_from([3, 3, 3, 2, 1, 0]), st.sampled_from([3, 3, 2, 2, 4, 1])
    nodes = tuple(
        Node(
            name,
            Role.CITY,
            number,
            operator="west" if number <= border else "east",
            sid_limits=SidLimits(draw(few), 9, draw(most), draw(few)),
        )
        for number, name in enumerate(names, start=1)
    )
    operator = {node.name: node.operator for node in nodes}
    ways = [(a, b, metric) for a, b in itertools.pairwise(names) for metric in (1, 3)]
    more = st.tuples(st.sampled_from(list(itertools.combinations(names, 2))), st.integers(1, 9))
    ways += [(*ends, metric) for ends, metric in draw(st.lists(more, max_size=2))]
    links = tuple(
        Link(
            f"l{number}", a, b, draw(st.integers(1, 4)) + (5 if metric == 1 else 0), None, metric,
            None,
            kind=LinkKind.TRUNK if operator[a] == operator[b] else LinkKind.DIRECT_CONNECT,
        )
        for number, (a, b, metric) in enumerate(ways)
    )  # fmt: skip
    return Topology("row", nodes, links)


def demands(topology: Topology) -> st.SearchStrategy[Demand]:
    """From end to end, in little more time than there must be."""
    src, *_, dst = topology.node
    walks = BruteForce(topology).walks(src, dst, igp_only=False)
    least = min(delay_us(walk) for walk in walks if allowed(topology, src, dst, walk))
    asked = st.builds(Constraints, max_hops=st.none() | st.integers(2, 4))
    return st.builds(
        Demand, st.just(src), st.just(dst), st.integers(least, least + 2), constraints=asked
    )


@exact
@given(rows(), st.data())
def test_cut_lists_exist_where_brute_force_finds_one_and_are_the_least(
    topology: Topology, data: st.DataObject
) -> None:
    demand, brute = data.draw(demands(topology)), BruteForce(topology)
    ranks = [fit(brute, items, demand) for items in Headers(brute, demand, 6).all()]
    best = min((one for one in ranks if one is not None), default=None)
    found = answered(topology, demand, binding_sids=True).primary
    if found is None:
        assert best is None
    else:
        key = rank(brute, found, demand)
        assert key == min(best or key, key)
        assert bool(found.bindings) == (answered(topology, demand).primary is None)


@exact
@given(rows(across=True), st.data())
def test_the_hand_over_is_the_best_of_all(topology: Topology, data: st.DataObject) -> None:
    """One binding SID at most, and only of the border router, for all that the neighbour does."""
    demand, brute = data.draw(demands(topology)), BruteForce(topology)
    operator = {name: node.operator for name, node in topology.node.items()}

    def stitched(items: tuple[Item, ...]) -> bool:
        at = [i for i, item in enumerate(items) if isinstance(item, Segment) and across(item)]
        if len(at) != 1:
            return False
        own, hand_over, rest = items[: at[0]], items[at[0]], items[at[0] + 1 :]
        border = topology.adjacency[hand_over.link, hand_over.node].dst
        mine = all(isinstance(i, Segment) and operator[i.node] == operator[demand.src] for i in own)
        if not mine or not rest:
            return mine
        only = len(rest) == 1 and isinstance(rest[0], tuple) and rest[0][0] == border
        return only and all(
            operator[s.node] == operator[demand.dst] and not across(s) for s in rest[0][1]
        )

    def across(segment: Segment) -> bool:
        return segment.link is not None and (
            topology.link[segment.link].kind is LinkKind.DIRECT_CONNECT
        )

    ranks = [fit(brute, i, demand) for i in Headers(brute, demand, 5).all() if stitched(i)]
    best = min((one[1:] for one in ranks if one is not None), default=None)
    found = answered(topology, demand, stitch=Stitch.BINDING).primary
    if found is None:
        assert best is None
    else:
        key = rank(brute, found, demand)[1:]
        assert key == min(best or key, key)


def test_a_list_too_long_for_its_headend_is_cut_once() -> None:
    demand = Demand("a", "g", 600)
    assert answered(long_way(), demand).primary is None
    found = answered(long_way(), demand, binding_sids=True).primary
    assert found is not None
    assert found.certificate.guaranteed_us == 600
    assert len(found.segments) == 6
    (binding,) = found.bindings
    assert (found.sid_count, binding.end - binding.first, found.most_sids) == (4, 4, 8)


def test_max_sids_bounds_what_each_node_pushes() -> None:
    found = answered(long_way(), Demand("a", "e", 400), binding_sids=True, max_sids=3).primary
    assert found is not None
    assert found.sid_count <= 3
    assert all(binding.end - binding.first <= 3 for binding in found.bindings)


def test_headers_are_held_against_limits_and_list() -> None:
    topology, demand = long_way(), Demand("a", "g", 600)
    network = Network.of(topology)
    found = answered(topology, demand, binding_sids=True).primary
    check_headers(network, found)
    with pytest.raises(ReplayError, match="would push 4 SIDs, its limit is 3"):
        check_headers(network, found, 3)
    binding = found.bindings[0]
    for wrong, why in (
        ((), "would push 7 SIDs"),
        ((dataclasses.replace(binding, node="g"),), "not the list"),
    ):
        with pytest.raises(ReplayError, match=why):
            check_headers(network, dataclasses.replace(found, bindings=wrong))
    for limits in (
        SidLimits(max_h_encaps=4, max_segments_left=2),
        SidLimits(max_h_encaps=4, max_end_d=2),
    ):
        nodes = tuple(dataclasses.replace(node, sid_limits=limits) for node in topology.nodes)
        weak = Network.of(dataclasses.replace(topology, nodes=nodes))
        with pytest.raises(ReplayError, match="would meet 3, over its max_"):
            check_headers(weak, found)
