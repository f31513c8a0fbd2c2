"""Lists through anycast SIDs: what is certified is the worst that routers, hop by hop, may do."""

import heapq
import random

import pytest

from netkit.errors import InputError
from netkit.model.network.anycast import Anycast
from netkit.model.network.elements import Link, Node, Role
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import anycast_sid, end_sid, end_x_sid
from netkit.model.srv6.segment_list import Behavior
from netkit.workflows.replay import replay_list


def a_topology(rng) -> Topology:
    """A connected multigraph with few metrics, so that many ways and many members are alike."""
    names = "abcdefg"[: rng.randint(3, 7)]
    nodes = tuple(Node(name, Role.CORE, i) for i, name in enumerate(names, start=1))
    pairs = [(names[i], names[rng.randrange(i)]) for i in range(1, len(names))]
    pairs += [tuple(rng.sample(names, 2)) for _ in range(rng.randint(0, 6))]
    links = tuple(
        Link(
            f"l{i}", a, b, rng.randint(1, 99), rng.randint(1, 99), rng.choice((1, 1, 2)),
            rng.choice((1, 1, 2)),
        )
        for i, (a, b) in enumerate(pairs)
    )  # fmt: skip
    groups = tuple(
        Anycast(f"group-{n}", tuple(sorted(rng.sample(names, 2))), sid_index=100 + n)
        for n in range(2)
    )
    return Topology("random", nodes, links, anycasts=groups)


def walks(topology, src, wanted):
    """Every (node, delay) at which a packet for the nearest of ``wanted`` may arrive."""
    arcs = topology.adjacencies
    distance = dict.fromkeys(wanted, 0)
    queue = [(0, node) for node in wanted]
    while queue:
        metric, node = heapq.heappop(queue)
        if metric == distance[node]:
            for arc in arcs:
                if arc.dst == node and metric + arc.metric < distance.get(arc.src, 10**9):
                    distance[arc.src] = metric + arc.metric
                    heapq.heappush(queue, (distance[arc.src], arc.src))
    stack = [(src, 0)]
    while stack:
        node, delay_us = stack.pop()
        if node in wanted:
            yield node, delay_us
            continue
        stack.extend(
            (arc.dst, delay_us + arc.delay_us)
            for arc in arcs
            if arc.src == node and arc.metric + distance[arc.dst] == distance[node]
        )


def arrivals(topology, src, segments, dst):
    """Delays of every way in which a packet may come to ``dst``."""
    places = [(src, 0)]
    for segment in segments:
        group = topology.anycast.get(segment.node)
        wanted = set(group.nodes) if group else {segment.node}
        places = [
            (end, sofar + more)
            for node, sofar in places
            for end, more in walks(topology, node, wanted)
        ]
        if segment.kind is Behavior.END_X:
            arc = topology.adjacency[segment.link, segment.node]
            places = [(arc.dst, sofar + arc.delay_us) for _, sofar in places]
    return [sofar + more for node, sofar in places for _, more in walks(topology, node, {dst})]


@pytest.mark.parametrize("block", range(4))
def test_what_is_certified_is_the_worst_of_all_members_and_branches(block):
    spread = 0
    for seed in range(block * 60, block * 60 + 60):
        rng = random.Random(seed)
        topology = a_topology(rng)
        src, dst = rng.sample([node.name for node in topology.nodes], 2)
        words = [rng.choice(("group-0", "group-1"))]
        for _ in range(rng.randint(0, 2)):
            arc, node = rng.choice(topology.adjacencies), rng.choice(topology.nodes).name
            group = topology.anycasts[1]
            sids = (
                str(end_x_sid(topology, arc)), node, str(end_sid(topology, node)), group.name,
                str(anycast_sid(topology, group)),
            )  # fmt: skip
            words.insert(rng.randrange(len(words) + 1), rng.choice(sids))
        segments, certificate = replay_list(topology, (src, dst), words)
        delays = arrivals(topology, src, segments, dst)
        assert len(segments) == len(words)
        assert certificate.guaranteed_us == max(delays), seed
        assert certificate.best_us == min(delays), seed
        assert certificate.branches == len(delays), seed
        spread += (
            len({taker for taker, _ in walks(topology, src, set(topology.anycasts[0].nodes))}) > 1
        )
    assert spread, "no group ever had two nearest members"


def test_words_that_nobody_has_are_told_all_at_once():
    topology = a_topology(random.Random(1))
    with pytest.raises(InputError) as caught:
        replay_list(topology, ("a", "b"), ["grop-0", "a", "2001:db8::1"])
    first, second = map(str, caught.value.problems)
    assert first.startswith("SID: nobody has it: grop-0; expected a SID, or the name of a node")
    assert "Did you mean 'group-0'?" in first
    assert "2001:db8::1" in second


def test_what_cannot_be_pushed_or_ends_nowhere_is_refused():
    topology = a_topology(random.Random(1))
    with pytest.raises(InputError, match="a cannot push the list: 12 SIDs with the service SID"):
        replay_list(topology, ("a", "b"), ["a"] * 11)
    lonely = Topology(
        "pieces", tuple(Node(name, Role.CORE, i) for i, name in enumerate("abcd", start=1)),
        (Link("l", "a", "b", 1, 1, 1, 1),), anycasts=(Anycast("far", ("c", "d"), 9),),
    )  # fmt: skip
    with pytest.raises(InputError, match="a has no route to any member of far"):
        replay_list(lonely, ("a", "b"), ["far"])
