"""Certified figures of whole sessions over drifting clocks: the truth is inside, and lies show."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
from drifting_clocks import MS, DriftingMesh, drifting_mesh
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Stamp
from netkit.model.verdict import Verdict
from netkit.stats.clocks import certify
from netkit.stats.clocks.certify import CertifiedMesh, certify_mesh
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.delay import delay_figures
from netkit.stats.judgement import judged

BOUND_NS = 5 * MS


def certified(mesh: DriftingMesh, ppm: float) -> CertifiedMesh:
    return certify_mesh(
        passages_of(mesh.rows),
        lambda src, dst: mesh.floor_ns[src, dst],
        lambda _src, _dst: BOUND_NS,
        drift_ppm=ppm,
    )


def truth_ns(mesh: DriftingMesh, way: tuple[str, str]) -> int:
    figures = delay_figures(np.array(mesh.true_ns[way]))
    assert figures is not None
    return judged(figures)[1]


@settings(max_examples=examples(25, one_in=3))
@given(st.integers(0, 2**32), st.sampled_from((1.0, 50.0, 400.0)))
def test_the_truth_is_inside_though_clocks_drift(seed: int, ppm: float) -> None:
    mesh = drifting_mesh(random.Random(seed), 4, ppm)
    found = certified(mesh, ppm)
    assert found.contradiction is None
    assert {(one.way.src, one.way.dst) for one in found.ways} == set(mesh.true_ns)
    for one in found.ways:
        true_ns = truth_ns(mesh, (one.way.src, one.way.dst))
        assert one.certified.delay is not None
        assert true_ns in one.certified.delay
        if one.certified.verdict is Verdict.PASS:
            assert true_ns <= BOUND_NS
        if one.certified.verdict is Verdict.BREACH:
            assert true_ns > BOUND_NS


def test_cutting_a_run_narrows_what_drift_has_widened(monkeypatch) -> None:
    mesh = drifting_mesh(random.Random(5), 4, 50.0)
    cut = [one.certified.delay for one in certified(mesh, 50.0).ways]
    monkeypatch.setattr(certify, "PARTS", (1,))
    whole = [one.certified.delay for one in certified(mesh, 50.0).ways]
    for narrow, wide in zip(cut, whole, strict=True):
        assert narrow is not None
        assert wide is not None
        assert narrow.width_ns is not None
        assert wide.width_ns is not None
        assert narrow.width_ns < wide.width_ns - 500_000


def test_a_clock_that_stepped_makes_nothing_certain() -> None:
    """50 ms in the middle of the run is more than any drift."""
    mesh = drifting_mesh(random.Random(3), 3, 1.0)
    middle = sorted(sample.t1.time_ns for src, _, sample in mesh.rows if src == "s0")[30]

    def stepped(stamp: Stamp) -> Stamp:
        late = stamp.time_ns > middle
        return replace(stamp, time_ns=stamp.time_ns + (50 * MS if late else 0))

    mesh.rows = [
        (src, dst, replace(sample, t1=stepped(sample.t1), t4=stepped(sample.t4)))
        if src == "s0" else (src, dst, sample)
        for src, dst, sample in mesh.rows
    ]  # fmt: skip
    verdicts = {
        one.certified.verdict
        for one in certified(mesh, 1.0).ways
        if "s0" in (one.way.src, one.way.dst)
    }
    assert verdicts == {Verdict.UNKNOWN}


def test_no_samples_are_no_ways() -> None:
    assert certified(DriftingMesh(), 1.0) == CertifiedMesh((), None)


def test_ends_that_exclude_each_other_are_no_interval() -> None:
    assert certify._figure(np.array([1, 5]), np.array([2, 4])) is None
    assert certify._figure(np.array([1, 3]), np.array([2, 4])) is not None
