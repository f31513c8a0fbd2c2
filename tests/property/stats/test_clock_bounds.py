"""Certified intervals: they hold the truth, they are as tight as can be, and lies are found."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from clock_meshes import BOUNDS_NS, Mesh, random_mesh
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from netkit.model.verdict import Verdict
from netkit.stats.clocks.clock_bounds import ClockBounds, bound_clocks

SEEDS = st.integers(0, 2**32)


def bounds_of(mesh: Mesh, ways: int | None = None) -> ClockBounds:
    return bound_clocks(mesh.ways[:ways], max_error_ns=mesh.max_error_ns, wander_ns=mesh.wander_ns)


@settings(max_examples=60)
@given(SEEDS, st.sampled_from((0.15, 0.5, 1.0)))
def test_the_truth_is_inside_and_no_verdict_is_wrong(seed: int, share: float) -> None:
    mesh = random_mesh(random.Random(seed), share=share)
    clocks = bounds_of(mesh)
    assert clocks.contradiction is None
    for way in mesh.ways:
        truth_ns = mesh.truth_ns[way.src, way.dst]
        theta = clocks.difference(way.src, way.dst)
        assert theta is not None
        assert mesh.offset_ns[way.dst] - mesh.offset_ns[way.src] in theta
        for bound_ns in BOUNDS_NS:
            certified = clocks.certify(way, bound_ns)
            assert certified.delay is not None
            assert truth_ns in certified.delay
            if certified.verdict is Verdict.PASS:
                assert truth_ns <= bound_ns
            if certified.verdict is Verdict.BREACH:
                assert truth_ns > bound_ns
    for site in clocks.sites:
        offset = clocks.offset(site)
        assert offset is not None
        assert mesh.offset_ns[site] in offset


@settings(max_examples=10)
@given(SEEDS)
def test_no_interval_could_be_tighter(seed: int) -> None:
    """Each end is the optimum of the linear programme over all clocks that explain the mesh."""
    mesh = random_mesh(random.Random(seed), sites=5, share=0.7)
    mesh = replace(mesh, wander_ns={}, max_error_ns=dict(list(mesh.max_error_ns.items())[:1]))
    clocks = bounds_of(mesh)
    if clocks.contradiction is not None:
        return  # without its wanders the mesh need not have a solution
    index = {site: number for number, site in enumerate(clocks.sites)}
    rows, limits = [], []
    for way in mesh.ways:
        row = np.zeros(len(index))
        row[index[way.dst]], row[index[way.src]] = 1, -1
        rows.append(row)
        limits.append(way.min_ns - way.floor_ns)
    ranges = [
        (-mesh.max_error_ns[s], mesh.max_error_ns[s]) if s in mesh.max_error_ns else (None, None)
        for s in clocks.sites
    ]
    for src in clocks.sites:
        for dst in clocks.sites:
            if src == dst:
                continue
            goal = np.zeros(len(index))
            goal[index[dst]], goal[index[src]] = -1, 1
            best = linprog(goal, A_ub=np.array(rows), b_ub=limits, bounds=ranges)
            theta = clocks.difference(src, dst)
            assert theta is not None
            if theta.high_ns is None:
                assert best.status != 0
            else:
                assert -best.fun == pytest.approx(theta.high_ns, rel=1e-6, abs=10)


@settings(max_examples=15)
@given(SEEDS)
def test_each_further_direction_only_narrows(seed: int) -> None:
    mesh = random_mesh(random.Random(seed), sites=6)
    judged = mesh.ways[0]
    before = bounds_of(mesh, 1).true_delay(judged)
    for count in range(2, len(mesh.ways) + 1, 3):
        after = bounds_of(mesh, count).true_delay(judged)
        assert before is not None
        assert after is not None
        assert after.low_ns is not None
        assert before.low_ns is not None
        assert after.low_ns >= before.low_ns
        assert before.high_ns is None or (
            after.high_ns is not None and after.high_ns <= before.high_ns
        )
        before = after


@settings(max_examples=40)
@given(SEEDS, st.integers(10**9, 10**18))
def test_one_lie_is_named(seed: int, shift_ns: int) -> None:
    """A way measured faster than light can go breaks the mesh, and the cycle named contains it."""
    rng = random.Random(seed)
    mesh = random_mesh(rng, sites=7, share=0.8)
    guilty = rng.randrange(len(mesh.ways))
    lie = replace(mesh.ways[guilty], min_ns=mesh.ways[guilty].min_ns - shift_ns)
    broken = replace(mesh, ways=(*mesh.ways[:guilty], lie, *mesh.ways[guilty + 1 :]))
    clocks = bounds_of(broken)
    reachable = bounds_of(replace(mesh, ways=broken.ways[:guilty] + broken.ways[guilty + 1 :]))
    back = (
        reachable.difference(lie.dst, lie.src)
        if {lie.src, lie.dst} <= set(reachable.sites)
        else None
    )
    if back is None or back.high_ns is None:
        return  # nothing leads back: no cycle can tell
    cycle = clocks.contradiction
    assert cycle is not None
    assert (lie.src, lie.dst) in {(step.src, step.dst) for step in cycle.steps}
    assert cycle.shortfall_ns > 0
    ends = [step.src for step in cycle.steps]
    assert [step.dst for step in cycle.steps] == [*ends[1:], ends[0]]
    assert len(set(ends)) == len(ends)
    assert {clocks.certify(way, BOUNDS_NS[0]).verdict for way in broken.ways} == {Verdict.UNKNOWN}
