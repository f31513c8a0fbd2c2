"""The national backbone against published figures, computed here on its own with scipy."""

import importlib
from itertools import combinations

import numpy as np
import pytest
from goldens import ROOT
from scipy.sparse.csgraph import dijkstra

from netkit.files.native.topology import load_topology
from netkit.model.network.elements import DelayBasis, LinkKind, Role, Status
from netkit.model.network.geo import floor_us

FOLDER = ROOT / "topologies"
TOLERANCE = 0.15


@pytest.fixture(scope="module")
def national():
    return load_topology(FOLDER / "east-data-west-compute.yaml")


@pytest.fixture
def builder(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module("build_east_data_west_compute")


@pytest.fixture(scope="module")
def best_us(national):
    """Least delay between two places' routers inside one operator, the best of the operators."""
    index = {node.name: number for number, node in enumerate(national.nodes)}
    delay = np.full((len(index), len(index)), np.inf)
    for edge in national.adjacencies:
        if edge.igp:
            at = index[edge.src], index[edge.dst]
            delay[at] = min(delay[at], edge.delay_us)
    distance = dijkstra(delay)

    def best(a, b):
        return min(
            distance[index[f"{a}-{operator}"], index[f"{b}-{operator}"]]
            for operator in ("ct", "cm", "cu")
        )

    return best


def hub_pairs(topology):
    clusters = {n.name.rpartition("-")[0]: n for n in topology.nodes if n.role is Role.CLUSTER}
    for a, b in combinations(sorted(clusters), 2):
        if clusters[a].hub != clusters[b].hub:
            yield clusters[a], clusters[b], a, b


def test_best_delays_between_hubs_come_near_the_published_ones(national, best_us):
    delays_ms = [best_us(a, b) / 1000 for _, _, a, b in hub_pairs(national)]
    assert len(delays_ms) == 43
    assert np.mean(delays_ms) == pytest.approx(14.6, rel=TOLERANCE)
    assert max(delays_ms) == pytest.approx(23.9, rel=TOLERANCE)


def test_light_in_the_ducts_comes_near_the_published_optical_layer(builder):
    optical_ms = [us / 1000 for us in builder.optical_us()]
    assert np.mean(optical_ms) == pytest.approx(9.7, rel=TOLERANCE)
    assert max(optical_ms) == pytest.approx(17.1, rel=TOLERANCE)


def test_floors_are_those_of_the_facts(national):
    floors_ms = [
        floor_us(x.coordinates, y.coordinates) / 1000 for x, y, _, _ in hub_pairs(national)
    ]
    assert np.mean(floors_ms) == pytest.approx(5.52, abs=0.01)
    assert max(floors_ms) == pytest.approx(8.64, abs=0.01)


def test_figures_known_for_single_pairs(best_us):
    assert 8_000 <= best_us("zhongwei-dc", "beijing") <= 10_000
    assert best_us("zhongwei-dc", "shanghai") <= 15_000
    assert best_us("zhangjiakou-dc", "beijing") <= 1_500


def test_it_holds_what_it_promises(national):
    clusters = [node for node in national.active_nodes if node.role is Role.CLUSTER]
    assert len({node.name.rpartition("-")[0] for node in clusters}) == 10
    assert len(clusters) == 30  # each with all three operators
    cities = {node.place for node in national.active_nodes if node.role is not Role.CLUSTER}
    assert len(cities) >= 60
    assert 120 <= len(national.active_nodes) <= 160
    assert 280 <= len(national.all_links) <= 400
    assert len(national.fabrics) == 5
    assert len({node.sid_index for node in national.nodes}) == len(national.nodes)
    points = [link for link in national.links if link.kind is LinkKind.DIRECT_CONNECT]
    assert len([link for link in points if link.status is Status.ACTIVE]) == 3 * 23
    assert len([link for link in points if link.status is Status.PLANNED]) == 3 * 2
    assert {link.basis for link in national.links} == {DelayBasis.LENGTH, DelayBasis.COORDINATES}


def test_every_shared_risk_is_shared(national):
    users = [group for link in national.links for group in link.srlgs]
    assert all(users.count(group) > 1 for group in set(users))


def test_steering_is_worth_it_and_not_always_enough(national, builder):
    calibrate = importlib.import_module("calibrate")
    for graph in calibrate.igp_graphs(national).values():
        keeps, steers, never = calibrate.steering(national, graph)
        assert keeps > 100
        assert steers > 40
        assert never > 20


def test_file_and_readme_are_what_the_sources_give(national, builder):
    assert builder.build() == (FOLDER / "east-data-west-compute.yaml").read_text("utf-8")
    tables = importlib.import_module("calibrate").tables(national, builder.optical_us())
    assert tables in (FOLDER / "README.md").read_text("utf-8")
