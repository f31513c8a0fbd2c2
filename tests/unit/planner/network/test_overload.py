"""Overloaded routers and drained directions: what SPF leaves out (ISO 10589, RFC 5305)."""

import heapq
import random
from dataclasses import replace

import numpy as np
import pytest

from netkit.model.network.elements import MAX_LINK_METRIC, Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.planner.network.crossing import Crossing
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.protection.ti_lfa import Reconverged


def network_of(topology):
    return Network.of(topology)


def a_topology(seed):
    """A random network in which some routers are overloaded and some directions drained."""
    rng = random.Random(seed)
    count = rng.randint(2, 9)
    nodes = tuple(
        Node(f"n{i}", Role.CITY, i + 1, overload=rng.random() < 0.3) for i in range(count)
    )
    links = []
    for i in range(rng.randint(1, 3 * count)):
        a, b = rng.sample(range(count), 2)
        metrics = [MAX_LINK_METRIC if rng.random() < 0.15 else rng.randint(1, 4) for _ in range(2)]
        links.append(Link(f"l{i}", f"n{a}", f"n{b}", rng.randint(1, 9), 5, *metrics))
    return Topology("t", nodes, tuple(links))


def distances(topology, src):
    """Dijkstra as ISO 10589 C.2 has it: an overloaded router is reached and not gone through."""
    busy = {node.name for node in topology.nodes if node.overload}
    found, heap = {}, [(0, src)]
    while heap:
        away, node = heapq.heappop(heap)
        if node in found:
            continue
        found[node] = away
        if node in busy and node != src:
            continue
        for arc in topology.adjacencies:
            if arc.src == node and arc.metric < 0xFFFFFF:
                heapq.heappush(heap, (away + arc.metric, arc.dst))
    return found


def walks(igp, node, dst):
    """Delays of all ways that the tables give, hop by hop."""
    network = igp.network
    if node == dst:
        return [0]
    return [
        network.arcs[arc].delay_us + rest
        for arc in igp.next_arcs(network.index[node], network.index[dst])
        for rest in walks(igp, network.arcs[arc].dst, dst)
    ]


@pytest.mark.parametrize("seed", range(120))
def test_the_tables_are_those_of_an_spf_that_goes_through_no_overloaded_router(seed):
    topology = a_topology(seed)
    igp = Igp.of(network_of(topology))
    index, names = igp.network.index, [node.name for node in topology.nodes]
    after = Reconverged(igp, np.zeros(len(igp.network.arcs), dtype=np.bool_))
    for src in names:
        wanted = distances(topology, src)
        for dst in names:
            i, j = index[src], index[dst]
            assert igp.distance[i, j] == wanted.get(dst, np.inf)
            assert igp.next_arcs(i, j) == after.next_arcs(i, j)
            if src != dst and dst in wanted:
                ways = walks(igp, src, dst)
                assert (igp.worst_us[i, j], igp.paths[i, j]) == (max(ways), len(ways))


@pytest.mark.parametrize("seed", range(120))
def test_what_a_packet_may_cross_is_what_the_tables_let_it_cross(seed):
    topology = a_topology(seed)
    igp = Igp.of(network_of(topology))
    network, rng = igp.network, random.Random(seed)
    forbidden = np.array([rng.random() < 0.4 for _ in network.arcs], dtype=np.bool_)
    shut = rng.randrange(len(network.nodes))
    forbidden |= (network.tail == shut) | (network.head == shut)
    everywhere = np.arange(len(network.nodes))
    crossed = Crossing(igp, forbidden).between(everywhere, everywhere)

    def meets(node, dst):
        arcs = igp.next_arcs(node, dst)
        return any(forbidden[arc] or meets(int(network.head[arc]), dst) for arc in arcs)

    for i in everywhere:
        for j in everywhere:
            if i != j and np.isfinite(igp.distance[i, j]):
                assert crossed[i, j] == meets(int(i), int(j))


def test_a_drained_direction_leaves_the_other_alone():
    link = Link("l", "a", "b", 7, 9, MAX_LINK_METRIC, 3)
    nodes = (Node("a", Role.CITY, 1), Node("b", Role.CITY, 2))
    igp = Igp.of(network_of(Topology("t", nodes, (link,))))
    assert igp.distance.tolist() == [[0, np.inf], [3, 0]]
    free = Igp.of(network_of(Topology("t", nodes, (replace(link, metric_ab=1),))))
    assert free.distance.tolist() == [[0, 1], [3, 0]]
