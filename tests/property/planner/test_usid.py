"""uSID containers against brute force over lists and packings, and against routers that shift."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from functools import cache
from ipaddress import IPv6Address

import numpy as np
from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, allowed, cost, delay_us, far_ends, ladders, topologies

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Constraints, Demand
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.model.srv6.sids import active_sids, sid_list
from netkit.planner.network.allowed_arcs import usable_arcs
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.plan import plan_demands
from netkit.planner.search.candidate_path import PathComputation
from netkit.planner.search.segment_costs import SteeringCosts

thorough = settings(max_examples=examples(120, one_in=3), suppress_health_check=list(HealthCheck))
meshes = st.booleans().flatmap(lambda limits: ladders(limits=limits)) | st.tuples(
    st.integers(0, 2), st.booleans()
).flatmap(lambda drawn: topologies(limits=drawn[1], planes=drawn[0], one_way=True))
Packing = tuple[tuple[int, ...], ...]


@cache
def packings(kinds: tuple[tuple[int, Behavior], ...]) -> list[tuple[int, ...]]:
    """Every way to cut SIDs (algorithm, behavior; the service SID last) into containers: for each
    the number of containers behind each SID."""
    found = []
    for cuts in itertools.product((False, True), repeat=len(kinds) - 1):
        groups, group = [], [0]
        for place, cut in enumerate(cuts, start=1):
            if cut:
                groups.append(group)
                group = []
            group.append(place)
        groups.append(group)
        if all(fits([kinds[place] for place in group]) for group in groups):
            found.append(
                tuple(
                    len(groups) - 1 - number for number, group in enumerate(groups) for _ in group
                )
            )
    return found


def fits(kinds: list[tuple[int, Behavior]]) -> bool:
    slots = sum(1 if kind is Behavior.END else 2 for _, kind in kinds)
    return slots <= 6 and len({algorithm for algorithm, _ in kinds}) == 1


def fewest_accepted(brute: BruteForce, src: str, segments: tuple[Segment, ...], dst: str) -> float:
    """The fewest containers in which all nodes take the list; infinite where none will do."""
    node = brute.topology.node
    kinds = (*((s.algorithm, s.kind) for s in segments), (0, Behavior.END_X))
    least = math.inf
    for behind in packings(kinds):
        if (
            node[src].sid_limits.max_h_encaps >= behind[0] + 1
            and node[dst].sid_limits.max_end_d >= behind[0]
            and all(
                node[segment.node].sid_limits.max_segments_left >= left
                for segment, left in zip(segments, behind, strict=False)
            )
        ):
            least = min(least, behind[0] + 1)
    return least


@thorough
@given(meshes, st.integers(0, 40), st.none() | st.integers(1, 2), st.data())
def test_fewest_containers_then_sids_then_metric_then_delay(
    topology: Topology, bound_us: int, max_sids: int | None, data: st.DataObject
) -> None:
    src, dst = data.draw(far_ends(topology))
    brute, asked = BruteForce(topology), PlanOptions(max_sids=max_sids, usid=True)
    # Planes that leave out what a list must not cross are what makes them worth a container.
    shut = data.draw(st.frozensets(st.sampled_from(["red", "blue"]), max_size=1))
    fit, least = [], math.inf
    for segments in brute.lists(2):
        walks = brute.branches(src, segments, dst)
        containers = fewest_accepted(brute, src, segments, dst) if walks else math.inf
        if not walks or containers > (max_sids or 99):
            continue
        if any(arc.admin_groups & shut for walk in walks for arc in walk):
            continue
        worst = max(map(delay_us, walks))
        least = min(least, worst)
        if worst <= bound_us:
            fit.append((containers, len(segments), max(map(cost, walks)), worst))
    constraints = Constraints(exclude_any=shut)
    demand, planes = Demand(src, dst, bound_us, "", constraints), tuple(topology.flex_algo)
    answer = plan_demands(
        topology, [demand], PlanOptions(algorithms=planes, usid=True, max_sids=max_sids)
    ).pairs[0]
    network = Network.of(topology)
    usable = usable_arcs(network, network.index[src], network.index[dst])
    forbidden = np.array([bool(arc.admin_groups & shut) for arc in network.arcs])
    costs = SteeringCosts.of(Igp.of(network), usable, forbidden)
    assert PathComputation(costs, demand, asked).least_us() <= least
    found = answer.primary
    if found is None:
        assert not fit
        assert answer.reason is not None
        return
    walks = brute.branches(src, found.segments, dst)
    assert not any(arc.admin_groups & shut for walk in walks for arc in walk)
    assert max(map(delay_us, walks)) == found.certificate.guaranteed_us <= bound_us
    assert found.sid_count == fewest_accepted(brute, src, found.segments, dst) <= (max_sids or 99)
    key = (
        found.sid_count, len(found.segments), max(map(cost, walks)),
        found.certificate.guaranteed_us,
    )  # fmt: skip
    assert key <= min(fit, default=key)
    if len(found.segments) <= 2:
        assert key == min(fit)


@thorough
@given(meshes, st.integers(0, 40), st.integers(0, 4), st.data())
def test_limits_and_waypoints_hold_with_containers_too(
    topology: Topology, bound_us: int, max_hops: int, data: st.DataObject
) -> None:
    src, dst = data.draw(far_ends(topology))
    via = data.draw(st.lists(st.sampled_from(sorted(topology.node)), max_size=1))
    brute, planes = BruteForce(topology), tuple(topology.flex_algo)
    demand = Demand(src, dst, bound_us, constraints=Constraints(max_hops, waypoints=tuple(via)))

    def keeps(segments: tuple[Segment, ...]) -> bool:
        walks = brute.branches(src, segments, dst)
        return bool(walks) and all(
            delay_us(walk) <= bound_us
            and len(walk) <= max_hops
            and set(via) <= {src, *(arc.dst for arc in walk)}
            and allowed(topology, src, dst, walk)
            for walk in walks
        )

    fit = [
        (containers, len(segments))
        for segments in brute.lists(2)
        if keeps(segments) and (containers := fewest_accepted(brute, src, segments, dst)) < math.inf
    ]
    plan = plan_demands(topology, [demand], PlanOptions(algorithms=planes, usid=True))
    found = plan.pairs[0].primary
    if found is None:
        assert not fit
        return
    assert keeps(found.segments)
    key = (found.sid_count, len(found.segments))
    assert key == min([*fit, key])


class Router:
    """What a node does with a destination address, from the bits alone (RFC 9800 §4.1)."""

    def __init__(self, topology: Topology) -> None:
        self.number = {node.sid_index: node.name for node in topology.nodes}
        self.topology = topology

    def visits(self, sids: tuple[IPv6Address, ...]) -> Iterator[tuple[str, int, int | None]]:
        """Node, algorithm and adjacency number of each SID on the way; the service as -1."""
        for sid in sids:
            bits = int(sid)
            while bits & ((1 << 96) - 1):
                algorithm = (bits >> 96) - (0x5F00 << 16)
                node, function = self.number[bits >> 80 & 0xFFFF], bits >> 64 & 0xFFFF
                is_service, is_adjacency = function == 0xD046, function >> 12 == 0xE
                number = -1 if is_service else function & 0xFFF if is_adjacency else None
                yield node, algorithm, number
                shift = 32 if is_service or is_adjacency else 16
                bits = bits >> 96 << 96 | (bits << shift) & ((1 << 96) - 1)


@thorough
@given(topologies(planes=2), st.data())
def test_routers_read_from_the_bits_what_the_list_says(
    topology: Topology, data: st.DataObject
) -> None:
    src, dst = data.draw(far_ends(topology))
    plan = plan_demands(topology, [Demand(src, dst, 10**6)], PlanOptions(usid=True))
    if plan.pairs[0].primary is None:
        return
    steps = st.sampled_from([step for (step,) in BruteForce(topology).lists(1)[1:]])
    segments = tuple(data.draw(st.lists(steps, max_size=14)))
    found = data.draw(st.just(plan.pairs[0].primary))
    found = type(found)(segments, found.path, found.certificate, usid=True)
    wanted = [
        (
            segment.node,
            segment.algorithm,
            None if segment.link is None else topology.adjacency[segment.link, segment.node].number,
        )
        for segment in segments
    ]
    sids = sid_list(topology, found)
    assert len(sids) == found.sid_count
    assert list(Router(topology).visits(sids)) == [*wanted, (dst, 0, -1)]
    for place, sid in enumerate(active_sids(topology, found)):
        ahead = next(Router(topology).visits((sid,)))
        assert ahead == [*wanted, (dst, 0, -1)][place]
