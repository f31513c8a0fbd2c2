"""Steps against what each clock claims of itself: several of them, whose they are, at the ends."""

from __future__ import annotations

from random import Random

import pytest

from netkit.model.measurement.refutation import ClockStep, RefutationCause
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.stats.summary import SessionSummary, summarize

KERNEL = StampSource.KERNEL
MS = 1_000_000
TRUE_NS = 23 * MS // 2  # each way


def sample(number: int, own_ns: int, far_ns: int, set_ns: int, wait_ns: int) -> Sample:
    """A probe whose sender's clock is off by ``own_ns``, after it was set by ``set_ns`` in all."""
    t1 = 10**18 + number * 50 * MS
    t2 = t1 + TRUE_NS + wait_ns
    t4 = t2 + MS + TRUE_NS + wait_ns
    corners = t1 + own_ns, t2 + far_ns, t2 + MS + far_ns, t4 + own_ns
    stamps = (Stamp(time_ns, KERNEL) for time_ns in corners)
    return Sample(number, Outcome.RECEIVED, *stamps, number, clock_set_ns=set_ns)


def run(own: list[tuple[int, int]], far: list[tuple[int, int]], count: int = 300) -> list[Sample]:
    """Clocks that are right at the end, after steps: before which probe, and by how much."""
    random, samples = Random(7), []
    for n in range(count):
        off = [-sum(by_ns for at, by_ns in steps if n < at) for steps in (own, far)]
        set_ns = sum(by_ns for at, by_ns in own if n >= at)
        samples.append(sample(n, off[0], off[1], set_ns, random.randrange(5000)))
    return samples


def judged(samples: list[Sample], bound_us: int, errors_us: tuple[float, float]) -> SessionSummary:
    return summarize(samples, bound_us, sum(errors_us), own_us=errors_us[0])


@pytest.mark.parametrize("bound_us", [10_000, 11_000, 12_000, 13_000, 14_000])
@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("whose", ["own", "far", "both"])
def test_several_steps_of_which_each_might_be_decide_nothing_together(
    whose: str, sign: int, bound_us: int
) -> None:
    """Clocks of ± 0.5 ms each cannot move by 3 ms, in however many steps; own ones are seen by
    their host, and taken out of what the reflector's clock is held against."""
    steps = [(100, sign * 900_000), (150, sign * 900_000), (200, sign * 900_000)]
    own = {"own": steps, "far": [], "both": steps[:2]}[whose]
    far = [(at, -by_ns) for at, by_ns in {"own": [], "far": steps, "both": steps[2:]}[whose]]
    found = judged(run(own, far), bound_us, (500.0, 500.0))
    assert found.refuted is not None
    assert found.refuted.cause is RefutationCause.MOVED
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_clock_that_is_set_right_again_and_again_is_as_good_as_it_says() -> None:
    """50 ppm fast, set back each 10 s: never off by more than 0.25 ms, set by 3 ms in all."""
    samples = [
        sample(n, (n % 200 - 100) * 2500, 0, -(n // 200) * 500_000, n * 7919 % 4001)
        for n in range(1200)
    ]
    found = judged(samples, 20_000, (300.0, 100.0))
    assert len(found.evidence.own_steps) == 5
    assert (found.refuted, found.verdict) == (None, Verdict.PASS)


@pytest.mark.parametrize(
    ("errors_us", "own", "far", "causes"),
    [
        ((100.0, 5000.0), [(150, 8 * MS)], [], RefutationCause.STEP),
        ((5000.0, 100.0), [], [(150, 8 * MS)], RefutationCause.STEP),
        ((5000.0, 100.0), [(150, 8 * MS)], [], None),
        ((100.0, 5000.0), [], [(150, 8 * MS)], None),
        ((100.0, 5000.0), [(150, 150_000)], [], None),
    ],
)
def test_a_step_refutes_the_clock_that_made_it(
    errors_us: tuple[float, float],
    own: list[tuple[int, int]],
    far: list[tuple[int, int]],
    causes: RefutationCause | None,
) -> None:
    """One clock of ± 0.1 ms and one of ± 5 ms, of which one was set by 8 ms."""
    samples = run(own, far)
    found = judged(samples, 14_000, errors_us)
    assert (found.refuted and found.refuted.cause) == causes
    together = summarize(samples, 14_000, sum(errors_us))  # whose they are is not known
    assert together.refuted is None


@pytest.mark.parametrize("at", [1, 299])
@pytest.mark.parametrize("far", [False, True])
def test_a_step_at_the_first_or_the_last_probe_is_one(*, at: int, far: bool) -> None:
    steps = [(at, 8 * MS)]
    found = judged(run([] if far else steps, steps if far else []), 14_000, (500.0, 500.0))
    assert found.refuted is not None
    assert found.verdict is Verdict.INCONCLUSIVE


def test_a_step_after_the_last_probe_was_sent_is_one_that_the_host_has_seen() -> None:
    """Then no stamp that is believed shows it: all delays are wrong by as much."""
    samples = [sample(n, -8 * MS, 0, 0, 0) for n in range(300)]
    assert judged(samples, 14_000, (500.0, 500.0)).forward.verdict is Verdict.BREACH
    seen = (ClockStep("sender", 300, 8 * MS),)
    found = summarize(samples, 14_000, 1000.0, own_us=500.0, own_steps=seen)
    assert found.evidence.own_steps == seen
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.refuted is not None
    assert found.refuted.step == seen[0]
