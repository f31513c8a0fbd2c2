"""Meshes with clocks that step and stamps that lie: no certified interval without the truth."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from drifting_clocks import MS, drifting_mesh
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from lying_meshes import S, certified, garbled, shifted, stepped

from netkit.model.verdict import Verdict
from netkit.stats.clocks.doubts import DoubtCause


@settings(max_examples=examples(200, one_in=3))
@given(st.integers(0, 2**32), st.integers(2, 4), st.sampled_from((1.0, 50.0)))
def test_no_interval_without_the_truth_whatever_is_mixed(seed: int, sites: int, ppm: float) -> None:
    lied_to(seed, sites, ppm, flows=1)


@settings(max_examples=examples(60, one_in=3))
@given(st.integers(0, 2**32), st.sampled_from((1.0, 50.0)), st.sampled_from((2, 3)))
def test_nor_where_flows_take_paths_of_their_own(seed: int, ppm: float, flows: int) -> None:
    lied_to(seed, 3, ppm, flows)


def lied_to(seed: int, sites: int, ppm: float, flows: int) -> None:
    rng = random.Random(seed)
    mesh = drifting_mesh(rng, sites, ppm, probes=40, flows=flows)
    for _ in range(rng.randint(1, 3)):
        site = f"s{rng.randrange(sites)}"
        match rng.randrange(4):
            case 0 | 1:
                step_ns = rng.choice((5 * MS, 20 * MS, S, 3600 * S)) * rng.choice((-1, 1))
                stepped(mesh, site, rng.random(), step_ns, rng.random() < 0.5)
            case 2:
                shifted(mesh, site, rng.choice((37 * S, -18 * S, 10**17)))
            case 3:
                garbled(mesh, site, rng, rng.choice((0.05, 0.5)))
    certified(mesh, ppm)


@pytest.mark.parametrize("seed", range(10))
def test_flows_over_unequal_paths_are_no_clock_that_jumps(seed: int) -> None:
    """One way longer and the other shorter looks like a step, where two flows are taken for one."""
    mesh = drifting_mesh(random.Random(seed), 3, 1.0, flows=3)
    found = certified(mesh, 1.0)
    assert found.doubts == ()
    assert all(one.certified.delay is not None for one in found.ways)


@pytest.mark.parametrize("flows", [1, 2, 3])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_an_unseen_step_shows_in_each_of_several_flows(flows: int, share: float) -> None:
    mesh = drifting_mesh(random.Random(8), 3, 1.0, flows=flows)
    stepped(mesh, "s0", share, 10 * MS, known=False)
    found = certified(mesh, 1.0)
    assert {"s0"} <= {site for one in found.doubts for site in (one.src, one.dst)}


def test_of_flows_that_ran_one_after_the_other_a_step_between_them_is_found() -> None:
    """Neither straddles it, so that only both together show it; a path of its own looks alike."""
    mesh = drifting_mesh(random.Random(3), 2, 1.0, probes=60)
    half = [replace(one, sequence=number % 30) for number, (_, _, one) in enumerate(mesh.rows)]
    mesh.rows = [(*row[:2], one) for row, one in zip(mesh.rows, half, strict=True)]
    (sender,) = {src for src, _, _ in mesh.rows}
    assert certified(mesh, 1.0).doubts == ()
    stepped(mesh, ({"s0", "s1"} - {sender}).pop(), 0.5, 10 * MS, known=False)
    assert certified(mesh, 1.0).doubts


@pytest.mark.parametrize("step_ns", [-3600 * S, -10 * MS, 10 * MS, 3600 * S])
def test_a_step_that_its_own_host_saw_costs_one_probe(step_ns: int) -> None:
    """Such a clock is read as if it had not been set: the intervals are those without the step."""
    plain, mesh = (drifting_mesh(random.Random(5), 2, 1.0, probes=200) for _ in range(2))
    senders = {src for src, _, _ in mesh.rows}
    assert len(senders) == 1
    stepped(mesh, *senders, 0.5, step_ns, known=True)
    found, before = certified(mesh, 1.0), certified(plain, 1.0)
    assert not found.doubts
    for one, other in zip(found.ways, before.ways, strict=True):
        assert one.certified.delay is not None
        assert other.certified.delay is not None
        assert one.certified.delay.width_ns == pytest.approx(other.certified.delay.width_ns, abs=MS)


def test_probes_that_are_not_believed_may_have_taken_any_time() -> None:
    """One of 40 spans the step: what is judged is the longest, which may have been that one."""
    mesh = drifting_mesh(random.Random(5), 2, 1.0, probes=40)
    (sender,) = {src for src, _, _ in mesh.rows}
    mesh.rows[20] = (*mesh.rows[20][:2], replace(mesh.rows[20][2], spans_step=True))
    found = certified(mesh, 1.0)
    assert sender
    for one in found.ways:
        assert one.certified.delay is not None
        assert one.certified.delay.high_ns is None
        assert one.way.count == 39


def test_a_step_that_nobody_saw_leaves_the_others_certain() -> None:
    """A site that stepped is named; between the others all is as it was."""
    mesh = drifting_mesh(random.Random(8), 4, 1.0)
    stepped(mesh, "s0", 0.5, 10 * MS, known=False)
    found = certified(mesh, 1.0)
    assert found.contradiction is None
    assert len(found.doubts) > 1
    assert {"s0"} == set.intersection(*({one.src, one.dst} for one in found.doubts))
    assert {one.cause for one in found.doubts} == {DoubtCause.JUMP}
    for one in found.ways:
        without = "s0" not in (one.way.src, one.way.dst)
        assert (one.certified.delay is not None) == without
        assert (one.certified.verdict is not Verdict.UNKNOWN) == without


def test_impossible_stamps_make_a_site_uncertain() -> None:
    mesh = drifting_mesh(random.Random(4), 3, 1.0)
    garbled(mesh, "s1", random.Random(1), 0.5)
    found = certified(mesh, 1.0)
    assert {one.cause for one in found.doubts} == {DoubtCause.IMPOSSIBLE_STAMPS}
