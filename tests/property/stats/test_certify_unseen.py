"""Clocks that were set by less than shows: no certified interval without the truth all the same."""

from __future__ import annotations

import random

import numpy as np
import pytest
from drifting_clocks import MS, drifting_mesh
from examples import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from lying_meshes import by_programs, certified, coarse_at, stepped

from netkit.stats.clocks.certify import _Run
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.clocks.grain import grains_of_sites
from netkit.stats.clocks.unseen import _most_in


@settings(max_examples=examples(150, one_in=3))
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


@settings(max_examples=examples(150, one_in=3))
@given(
    st.integers(0, 2**32),
    st.sampled_from((10, 20, 60)),
    st.sampled_from((0.0, 1.0, 50.0)),
    st.lists(st.integers(50_000, 400_000), min_size=2, max_size=2),
    st.sampled_from((None, 1.0, 1.5, 3.0, 6.0)),
)
@example(1, 60, 1.0, [300_000, 250_000], None)
def test_nor_over_two_of_one_clock_or_of_two(
    seed: int, probes: int, ppm: float, steps_ns: list[int], apart: float | None
) -> None:
    """At any times, or the one takes back the other so many probes later."""
    rng = random.Random(seed)
    sites = rng.choice((2, 3, 4))
    mesh = drifting_mesh(rng, sites, ppm, probes, flows=rng.choice((1, 2)))
    site, share, sign = f"s{rng.randrange(sites)}", rng.random(), rng.choice((-1, 1))
    stepped(mesh, site, share, sign * steps_ns[0], known=False)
    if apart is None:
        other = rng.choice((site, f"s{rng.randrange(sites)}"))
        stepped(mesh, other, rng.random(), rng.choice((-1, 1)) * steps_ns[1], known=False)
    else:
        stepped(mesh, site, min(1.0, share + apart / probes), -sign * steps_ns[0], known=False)
    certified(mesh, ppm)


def test_two_steps_that_one_would_not_explain() -> None:
    """Each hides in what probes wait; an interval that allows for one missed the truth by 27 µs."""
    rng = random.Random(1)
    ppm, probes, flows = rng.choice((0.0, 1.0, 50.0)), rng.choice((10, 20, 60)), rng.choice((1, 2))
    sites = rng.choice((2, 3, 4))
    mesh = drifting_mesh(rng, sites, ppm, probes, flows)
    same = f"s{rng.randrange(sites)}"
    for _ in range(2):
        site = same if rng.random() < 0.5 else f"s{rng.randrange(sites)}"
        share, sign = rng.random(), rng.choice((-1, 1))
        stepped(mesh, site, share, sign * rng.randint(50_000, 400_000), known=False)
    found = certified(mesh, ppm)
    assert [one for one in found.ways if one.certified.delay is not None]


@settings(max_examples=examples(60, one_in=2))
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


@settings(max_examples=examples(100, one_in=3))
@given(
    st.integers(0, 2**32),
    st.sampled_from((10, 20, 60)),
    st.sampled_from((0.0, 1.0, 50.0)),
    st.sampled_from((0.02, 0.05, 0.3, 0.8)),
    st.sampled_from((20_000, 200_000, 3 * MS)),
    st.integers(0, 2),
)
def test_nor_where_programs_took_some_of_the_stamps(
    seed: int, probes: int, ppm: float, share: float, usual_ns: int, steps: int
) -> None:
    rng = random.Random(seed)
    sites = rng.choice((2, 3, 4))
    mesh = drifting_mesh(rng, sites, ppm, probes, flows=rng.choice((1, 2)))
    for _ in range(steps):
        step_ns = rng.choice((-1, 1)) * rng.randint(50_000, 400_000)
        stepped(mesh, f"s{rng.randrange(sites)}", rng.random(), step_ns, known=False)
    by_programs(mesh, rng, share, usual_ns)
    certified(mesh, ppm)


@pytest.mark.parametrize("ppm", [1.0, 50.0])
@pytest.mark.parametrize("seed", range(4))
def test_stamps_of_programs_that_took_little_cost_little(seed: int, ppm: float) -> None:
    """One reply in twenty has no T3 of the kernel: what is said to allow for unseen steps of the
    others is enough for these."""
    plain, mesh = (drifting_mesh(random.Random(seed), 3, ppm, 150) for _ in range(2))
    by_programs(mesh, random.Random(seed), 0.05, 20_000)
    before, after = certified(plain, ppm), certified(mesh, ppm)
    for one, other in zip(before.ways, after.ways, strict=True):
        assert one.certified.delay is not None
        assert other.certified.delay is not None
        assert other.certified.delay.high_ns <= one.certified.delay.high_ns + MS // 5


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
    run.allow_for_steps()
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


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40), st.integers(1, 40))
def test_the_most_of_successive_values(values: list[int], length: int) -> None:
    assume(length <= len(values))
    found = _most_in(np.array(values, np.int64), length)
    starts = range(len(values) - length + 1)
    assert found.tolist() == [max(values[start : start + length]) for start in starts]
