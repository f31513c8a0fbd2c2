"""Routes from the planner beside every path that a packet may take, by brute force."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_topologies import BruteForce, far_ends, topologies

from netkit.errors import ReplayError
from netkit.model.srv6.segment_list import Behavior, Segment
from netkit.monitor.locate.columns import branches_over
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.replay import Replay
from netkit.planner.proof.routes import Routes


@given(st.data())
def test_a_route_has_the_branches_of_the_certificate(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    src, dst = data.draw(far_ends(topology))
    via = data.draw(st.lists(st.sampled_from(sorted(topology.node)), max_size=2))
    segments = tuple(Segment(Behavior.END, name) for name in via)
    igp = Igp.of(Network.of(topology))
    try:
        certificate = Replay(igp, src, segments, dst).certificate
    except ReplayError:
        with pytest.raises(ReplayError):
            Routes(igp).route(src, dst, segments)
        return
    route = Routes(igp).route(src, dst, segments)
    assert tuple(sorted(route.arcs)) == certificate.links


@given(st.data())
def test_shares_are_those_of_routers_that_hash_evenly(data: st.DataObject) -> None:
    topology = data.draw(topologies())
    src, dst = data.draw(far_ends(topology))
    walks = BruteForce(topology).shortest(src, dst)
    if not walks:
        return
    onward: dict[str, set[tuple[str, str]]] = {}
    for walk in walks:
        for arc in walk:
            onward.setdefault(arc.src, set()).add(arc.key)
    expected: Counter[tuple[int, ...]] = Counter()
    arcs = sorted({arc.key for walk in walks for arc in walk})
    for walk in walks:
        share = Fraction(1)
        for arc in walk:
            share /= len(onward[arc.src])
        expected[tuple(sorted(arcs.index(arc.key) for arc in walk))] += share
    route = Routes(Igp.of(Network.of(topology))).route(src, dst)
    numbers = {arc: (place,) for place, arc in enumerate(arcs)}
    assert dict(branches_over(route, numbers)) == pytest.approx(
        {branch: float(share) for branch, share in expected.items()}
    )
