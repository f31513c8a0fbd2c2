"""Probes that programs stamped, beside those of the kernel, in what is certain of a mesh."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import Row
from netkit.model.verdict import Verdict
from netkit.stats.clocks.certify import CertifiedMesh, certify_mesh
from netkit.stats.clocks.clock_readings import passages_of
from netkit.stats.clocks.doubts import DoubtCause

MS, S = 1_000_000, 10**9
KERNEL, PROGRAM = StampSource.KERNEL, StampSource.USERSPACE
EPOCH_NS = 1_800_000_000 * S
FLOOR_NS = 4 * MS


def probe(number: int, there_ns: int = 5 * MS, back_ns: int = 5 * MS, lie_ns: int = 0) -> Sample:
    """One of a round a second; the far clock is 1 s ahead, and more by ``lie_ns``."""
    t1_ns = EPOCH_NS + number * S
    t2_ns, t3_ns = t1_ns + there_ns, t1_ns + there_ns + 50_000
    ahead_ns = S + lie_ns
    t1, t2, t3, t4 = (
        Stamp(ns, KERNEL) for ns in (t1_ns, t2_ns + ahead_ns, t3_ns + ahead_ns, t3_ns + back_ns)
    )
    return Sample(number, Outcome.RECEIVED, t1, t2, t3, t4)


def by_program(sample: Sample, corner: str) -> Sample:
    return replace(sample, **{corner: replace(getattr(sample, corner), source=PROGRAM)})


def certified(samples: list[Sample], src: str = "a", dst: str = "b") -> CertifiedMesh:
    rows: list[Row] = [(src, dst, one) for one in samples]
    return certify_mesh(passages_of(rows), lambda *_: FLOOR_NS, lambda *_: 20 * MS, drift_ppm=10.0)


def verdicts(mesh: CertifiedMesh) -> dict[tuple[str, str], Verdict]:
    return {(one.certified.src, one.certified.dst): one.certified.verdict for one in mesh.ways}


@pytest.mark.parametrize(("corner", "way"), [("t3", ("b", "a")), ("t2", ("a", "b"))])
def test_a_pass_stands_with_the_delays_that_programs_stamped(
    corner: str, way: tuple[str, str]
) -> None:
    """The reply before one that is lost has no T3 of the kernel, and waits in the same queue."""
    calm = [probe(number) for number in range(50)]
    assert verdicts(certified(calm)) == {("a", "b"): Verdict.PASS, ("b", "a"): Verdict.PASS}
    name = "back_ns" if corner == "t3" else "there_ns"
    slow = [by_program(probe(50 + number, **{name: 30 * MS}), corner) for number in range(5)]
    mesh = certified([*calm, *slow])
    assert verdicts(mesh)[way] is Verdict.INCONCLUSIVE
    (found,) = (one for one in mesh.ways if (one.way.src, one.way.dst) == way)
    assert found.way.count == 50  # and figures are of the others
    high_ns = found.certified.delay and found.certified.delay.high_ns
    assert high_ns is not None
    assert high_ns >= 30 * MS


def test_what_a_program_added_makes_no_breach() -> None:
    calm = [probe(number) for number in range(50)]
    slow = [by_program(probe(50 + n, there_ns=30 * MS), "t2") for n in range(5)]
    (there, _) = certified([*calm, *slow]).ways
    assert there.certified.delay is not None
    assert there.certified.delay.low_ns is not None
    assert there.certified.delay.low_ns <= 5 * MS


@pytest.mark.parametrize("lie_ns", [-3 * MS, 3 * MS])
def test_a_lie_beside_the_stamp_of_a_program_bounds_no_clock(lie_ns: int) -> None:
    """At an unchanged round trip it would be a clock's jump: nothing is known of that probe."""
    samples = [probe(number) for number in range(50)]
    samples[20] = by_program(probe(20, lie_ns=lie_ns), "t1")
    assert _holds(certified(samples), 5 * MS)
    t2 = samples[20].t2
    assert t2 is not None
    samples[20] = replace(samples[20], t2=Stamp(t2.time_ns - 7 * MS, KERNEL))  # shorter than light
    assert _holds(certified(samples), 5 * MS)


def test_of_stamps_that_exclude_each_other_the_kernel_s_are_not_believed_either() -> None:
    samples = [probe(number) for number in range(50)]
    for number in (10, 20, 30):
        one = by_program(probe(number), "t3")
        assert one.t2 is not None
        samples[number] = replace(one, t2=Stamp(one.t2.time_ns + 100 * MS, KERNEL))
    mesh = certified(samples)
    assert not mesh.doubts
    assert passages_of([("a", "b", one) for one in samples])["a", "b"].unknown == 3
    assert _holds(mesh, 5 * MS)


@pytest.mark.parametrize(("step_ns", "verdict"), [(0, Verdict.PASS), (S, Verdict.UNKNOWN)])
def test_where_no_probe_is_exact_both_ways_a_jump_is_seen_all_the_same(
    step_ns: int, verdict: Verdict
) -> None:
    """Programs stamp each probe on one of its ways: there are no others to hold a jump against."""
    corners = ("t2", "t3") * 30
    samples = [
        by_program(probe(number, lie_ns=step_ns * (number >= 30)), corner)
        for number, corner in enumerate(corners)
    ]
    mesh = certified(samples)
    assert set(verdicts(mesh).values()) == {verdict}
    assert [one.cause for one in mesh.doubts] == [DoubtCause.JUMP] * bool(step_ns)


def test_a_jump_of_most_probes_counts_though_few_are_exact() -> None:
    """All exact ones are from before the step, which is no mere lie of a program."""
    samples = [probe(number) for number in range(10)]
    samples += [by_program(probe(n, lie_ns=S * (n >= 30)), "t3") for n in range(10, 60)]
    mesh = certified(samples)
    assert [one.cause for one in mesh.doubts] == [DoubtCause.JUMP]


def _holds(mesh: CertifiedMesh, true_ns: int) -> bool:
    intervals = [one.certified.delay for one in mesh.ways]
    return all(one is not None and true_ns in one for one in intervals)
