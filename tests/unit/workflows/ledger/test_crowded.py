"""Which slow lines a campaign may have filled by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lab_topologies import chain, two_sides

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.workflows.ledger.crowded import crowded

MS = 1_000_000


def probes(link, headend, every_ms, count=200):
    return [
        ProbeTruth(None, (Hop(link, headend, "", number * every_ms * MS, None, None),))
        for number in range(count)
    ]


@pytest.mark.parametrize(
    ("bps", "every_ms", "full"),
    [(10**6, 20, False), (10**6, 10, True), (10**9, 1, False), (1000, 20, True), (None, 1, False)],
)  # a full frame of 2,018 bytes takes 16.1 ms at 1 Mbit/s
def test_a_line_is_full_where_more_comes_than_it_sends(bps, every_ms, full):
    topology = chain(100, 100)
    slow = replace(topology.links[0], capacity_bps=bps)
    topology = replace(topology, links=(slow, topology.links[1]))
    found = crowded(topology, [*probes("l0", "r0", every_ms), *probes("l1", "r1", 1)])
    assert found == ({("l0", "r0")} if full else frozenset())


def test_links_over_a_fabric_share_the_legs_of_their_ends():
    topology = two_sides()
    (fabric,) = topology.fabrics
    members = tuple(
        replace(one, capacity_bps=10**6 if one.node == "x" else None) for one in fabric.members
    )
    topology = replace(topology, fabrics=(replace(fabric, members=members),))
    one, other = probes("ix:w2~x", "w2", 20), probes("ix:e2~x", "e2", 20)
    assert crowded(topology, one) == crowded(topology, probes("ix:w2~e2", "w2", 1)) == frozenset()
    assert crowded(topology, [*one, *other]) == {("ix:w2~x", "w2"), ("ix:e2~x", "e2")}
    on_leg = probes("ix:x", "x", 10)
    assert crowded(topology, on_leg) == {("ix:x", "x")}
