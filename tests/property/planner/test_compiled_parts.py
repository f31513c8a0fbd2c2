"""Parts of the compiled code by themselves, against what they stand for."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from random_backbones import random_backbone

from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.planner.arrays import NARROW_MOST
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.network.shortest_paths import LeastSums
from netkit.planner.search.larac import best_multiplier
from netkit.planner.search.segment_costs import SteeringCosts, steering

pytest.importorskip("numba")

SEEDS = range(60)


def backbone(seed: int, times: int = 1) -> tuple[Topology, list[Demand]]:
    """A random one, with metrics so many times as large."""
    topology, demands = random_backbone(random.Random(seed))
    links = tuple(
        replace(
            link, metric_ab=link.metric_ab * times,
            metric_ba=None if link.metric_ba is None else link.metric_ba * times,
        )
        for link in topology.links
    )  # fmt: skip
    return replace(topology, links=links), demands


@pytest.mark.parametrize(("times", "kind"), [(1, np.float32), (10 * NARROW_MOST, np.float64)])
def test_rows_of_the_igp_are_the_plain_ones(times: int, kind: type) -> None:
    """Zero metrics, overloaded routers, islands and operators among them; in half the memory only
    where that is exact."""
    kinds = set()
    for seed in SEEDS:
        network = Network.of(backbone(seed, times)[0])
        plain, fast = Igp.of(network), Igp.of(replace(network, compiled=True))
        assert np.array_equal(plain.distance, fast.distance)
        assert np.array_equal(plain.worst_us, fast.worst_us)
        assert np.array_equal(plain.paths, fast.paths)
        assert fast.distance.dtype == fast.worst_us.dtype
        kinds.add(fast.distance.dtype.type)
    assert kind in kinds


def test_least_sums_within_a_bound_are_those_without() -> None:
    """Infinite at most where no path inside the bound comes by."""
    cut = 0
    for seed in SEEDS:
        network = replace(Network.of(backbone(seed)[0]), compiled=True)
        whole, bounded = (LeastSums(network, network.delay_us, network.igp) for _ in range(2))
        away, to = whole.from_node(0), whole.to_node(1)
        for most in (0.5 * away[1], away[1], 1.3 * away[1]):
            found = bounded.within(0, 1, most)
            inside = away + to <= most
            assert np.array_equal(found[inside], to[inside])
            assert (found >= to).all()
            cut += int((np.isfinite(to) & np.isinf(found)).sum())
        assert bounded.between(0, 1) == away[1]
    assert cut


def test_compiled_multipliers_are_the_plain_ones() -> None:
    """The same p and q, and the same least sums wherever a path inside the bound comes by."""
    from netkit.planner.search.compiled_searches import best_guide

    many = 0
    for seed in range(300):
        topology, demands = random_backbone(random.Random(seed))
        network = replace(Network.of(topology), compiled=True)
        igp = Igp.of(network, ())
        for demand in demands:
            costs: SteeringCosts = steering(igp, demand, demand.constraints)
            src, dst = network.index[demand.src], network.index[demand.dst]
            away, to = costs.delay.from_node(src), costs.delay.to_node(dst)
            if costs.plain and to[src] <= demand.bound_us:
                plain = best_multiplier(costs, src, dst, demand.bound_us)
                fast = best_guide(replace(costs), src, dst, float(demand.bound_us))
                assert (plain is None) == (fast.q == 0)
                if plain is not None:
                    many += 1
                    assert (plain.p, plain.q) == (fast.p, fast.q)
                    inside = away + to <= demand.bound_us
                    assert np.array_equal(np.array(plain.left)[inside], fast.left[inside])
    assert many > 20
