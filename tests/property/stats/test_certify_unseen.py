"""Clocks that were set by less than shows: no certified interval without the truth all the same."""

from __future__ import annotations

import random

import pytest
from drifting_clocks import MS, drifting_mesh
from hypothesis import given, settings
from hypothesis import strategies as st
from lying_meshes import certified, coarse_at, stepped

from netkit.stats.clocks.certify import _Run
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.clocks.grain import grains_of_sites


@settings(max_examples=150)
@given(
    st.integers(0, 2**32),
    st.sampled_from((10, 20, 60)),
    st.sampled_from((0.0, 1.0, 50.0)),
    st.integers(50_000, 400_000),
    st.sampled_from((1, 2)),
)
def test_no_interval_without_the_truth_over_a_step_that_is_too_small_to_be_seen(
    seed: int, probes: int, ppm: float, step_ns: int, flows: int
) -> None:
    rng = random.Random(seed)
    sites = rng.choice((2, 3, 4))
    mesh = drifting_mesh(rng, sites, ppm, probes, flows)
    site = f"s{rng.randrange(sites)}"
    stepped(mesh, site, rng.random(), rng.choice((-1, 1)) * step_ns, known=False)
    certified(mesh, ppm)


@settings(max_examples=60)
@given(
    st.integers(0, 2**32),
    st.sampled_from((10_000, 100_000, 200_000, MS, 4 * MS, 10 * MS)),
    st.sampled_from((0.0, 1.0, 50.0)),
    st.booleans(),
)
def test_nor_where_a_clock_shows_whole_grains_only(
    seed: int, grain_ns: int, ppm: float, stated: bool
) -> None:
    """What it cuts off differs from reading to reading, and by less than others wait."""
    rng = random.Random(seed)
    mesh = drifting_mesh(rng, rng.choice((2, 3, 4)), ppm)
    coarse_at(mesh, "s0", grain_ns)
    certified(mesh, ppm, {"s0": 10**9 + 10**6} if stated else {})


def test_what_is_round_at_every_site_is_no_grain() -> None:
    mesh = drifting_mesh(random.Random(5), 3, 1.0)
    assert grains_of_sites(passages_of(mesh.rows)) == {}
    coarse_at(mesh, "s0", 100_000)
    assert grains_of_sites(passages_of(mesh.rows)) == {"s0": 100_000}
    for site in ("s1", "s2"):
        coarse_at(mesh, site, 100_000)
    assert grains_of_sites(passages_of(mesh.rows)) == {}


@pytest.mark.parametrize("seed", [4, 7, 30])
def test_intervals_hardly_widen_where_nothing_stepped(seed: int) -> None:
    mesh = drifting_mesh(random.Random(seed), 3, 1.0)
    passages = passages_of(mesh.rows)
    run = _Run(passages, mesh.floor_ns, 1.0, {})
    assert run.narrow_all() is None
    before = {way: run.figure(way) for way in passages}
    run.allow_for_a_step()
    for way, held in before.items():
        after = run.figure(way)
        assert held is not None
        assert after is not None
        assert held.width_ns is not None
        assert after.width_ns is not None
        assert held.width_ns <= after.width_ns <= held.width_ns + MS


@pytest.mark.parametrize("step_ns", [-400_000, -200_000, 200_000, 400_000])
def test_steps_that_are_smaller_than_what_probes_wait_are_found_as_well(step_ns: int) -> None:
    """Paths as short as light allows, waits of 0.2 ms: intervals would exclude the truth."""
    found = 0
    for seed in range(6):
        rng = random.Random(seed)
        mesh = drifting_mesh(rng, 3, 1.0, probes=300)
        stepped(mesh, "s0", rng.uniform(0.2, 0.8), step_ns, known=False)
        found += bool(certified(mesh, 1.0).doubts)
    assert found >= 5
