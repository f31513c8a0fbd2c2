"""A graph of other people's names, one-way links and all: planned, booted and proved as it is."""

import networkx as nx
import pytest
from lab_topologies import needs_root

from netkit.api import Demand, boot, measure, plan, topology_from_networkx
from netkit.model.measurement.sample import Outcome

pytestmark = [pytest.mark.lab, needs_root]


def test_odd_names_and_one_way_links_boot_and_keep_their_certificates():
    graph = nx.MultiDiGraph()
    far = "a very long name that no interface of any kernel could ever have"
    ring = ["北京 1", "上海/2", "a;b $(x)"]
    for src, dst, delay_us in zip(ring, [*ring[1:], ring[0]], (900, 700, 800), strict=True):
        graph.add_edge(src, dst, delay_us=delay_us)
    for src, dst in ((ring[2], far), (far, ring[2])):
        graph.add_edge(src, dst, delay_us=300)
    topology = topology_from_networkx(graph)
    answers = plan(graph, [Demand(ring[0], far, 9_000), Demand(far, ring[0], 9_000)])
    there, back = (pair.primary.certificate for pair in answers.pairs)
    assert (there.guaranteed_us, back.guaranteed_us) == (1_900, 1_100)
    with boot(topology, answers) as lab:
        ends = answers.pairs[0].demand.src, answers.pairs[0].demand.dst
        (pair,) = measure(lab, [ends], count=10, interval_ms=20).pairs
    assert [traced.sample.outcome for traced in pair.traced] == [Outcome.RECEIVED] * 10
    assert pair.path_proven(there, back)
