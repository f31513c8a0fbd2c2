"""A probe that went back over a one-way link, which no plan can have it do, is told, not tripped
over."""

from __future__ import annotations

from dataclasses import replace

from lab_topologies import chain

from netkit.lab.truth.records import Hop, ProbeTruth
from netkit.workflows.lab_verdict import asked_ns


def test_a_way_that_the_file_does_not_have_is_held_to_nothing():
    topology = chain(100, 100)
    one_way = replace(topology.links[0], delay_ba_us=None, metric_ba=None)
    topology = replace(topology, links=(one_way, topology.links[1]))
    back = Hop("l0", "r1", "r0", 0, 90_000, 90_000)
    there = Hop("l1", "r1", "r2", 100_000, 200_000, 100_000, 100_000)
    assert asked_ns(topology, ProbeTruth(None, (back, there))) == (100_000, 190_000)
