"""Peers that lie and clocks that are set: no verdict that the true delay contradicts."""

from __future__ import annotations

import random

import pytest
from examples import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lying_peers import (
    EPOCH_NS,
    MS,
    NTP,
    PTP,
    Lie,
    S,
    World,
    backwards,
    coarse,
    honest,
    no_nanoseconds,
    noise,
    ntp_under_ptp,
    only_one_shifted,
    ptp_under_ntp,
    running_away,
    shifted,
    stale,
    stopped,
    swapped,
    too_long_inside,
    zeros,
)

from netkit.model.measurement.refutation import RefutationCause
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.report.words.clocks import refutation_text
from netkit.stats.summary import SessionSummary, summarize
from netkit.wire.timestamps import TimestampFormat

UTC_TAI_NS = 37 * S
SHARES = (0.02, 0.3, 1.0)


def believed(world: World, bound_ms: float) -> SessionSummary:
    """The summary of a run; it fails if a verdict is contradicted by what was true."""
    result = world.run()
    # Both ends state the same bound.
    summary = summarize(result.samples, bound_ms * 1000, 2 * world.error_ns / 1000)
    for way, found in enumerate((summary.forward, summary.backward)):
        true_ns = world.figure_ns(way, result.samples)
        if found.verdict is Verdict.PASS:
            assert true_ns <= bound_ms * MS
        if found.verdict is Verdict.BREACH:
            assert true_ns > bound_ms * MS
    return summary


def lies(rng: random.Random, count: int) -> list[Lie]:
    # Not from the first probe on: a clock that is always off by a few ms more than it says
    # cannot be told from one that keeps its word over a path that is so much shorter.
    share, since = rng.choice(SHARES), rng.randrange(1, count)
    far = rng.choice((10 * MS, 50 * MS, S, 3600 * S)) * rng.choice((-1, 1))
    return [
        honest,
        zeros(share, rng.choice((1, 2, 3))),
        no_nanoseconds(share),
        backwards(share),
        too_long_inside(share),
        shifted(UTC_TAI_NS),
        shifted(UTC_TAI_NS, since),
        shifted(-EPOCH_NS + 10**14),
        shifted(far, since),
        only_one_shifted(UTC_TAI_NS, share),
        ntp_under_ptp,
        swapped(share),
        stopped(since),
        coarse(rng.choice((70 * MS, S))),
        running_away(rng.choice((-1, 1)) * rng.choice((50_000, 300_000))),
        noise(share),
        stale(share),
        shifted(rng.choice((-1, 1)) * S, since),  # a leap second, told or repeated
    ]


def mixed(rng: random.Random, some: list[Lie]) -> Lie:
    """Now one, now another."""

    def lie(own: random.Random, number: int, t2: int, t3: int) -> tuple[int, int]:
        return rng.choice(some)(own, number, t2, t3)

    return lie


@settings(max_examples=examples(400, one_in=3))
@given(
    st.integers(0, 2**32),
    st.sampled_from((12, 60, 120)),
    st.sampled_from((50_000, 500_000, 2_000_000)),
    st.sampled_from((5.0, 8.0, 20.0)),
    st.booleans(),
)
# One stamp of noise, 70 years ahead, where the reflector's other stamp is missing.
@example(seed=1_172_833_659, count=12, error_ns=50_000, bound_ms=5.0, own_step=False)
def test_no_verdict_against_the_truth_whatever_is_mixed(
    seed: int, count: int, error_ns: int, bound_ms: float, own_step: bool
) -> None:
    rng = random.Random(seed)
    some = rng.sample(lies(rng, count), rng.randint(1, 3))
    steps = {}
    if own_step:
        at = rng.randrange(count)
        steps = {at: rng.choice((-1, 1)) * rng.choice((15 * MS, S, 3600 * S))}
    world = World(
        rng,
        count=count,
        base_ns=(rng.randrange(1 * MS, 12 * MS), rng.randrange(1 * MS, 12 * MS)),
        offset_ns=rng.randint(-error_ns, error_ns),
        error_ns=error_ns,
        lie=mixed(rng, some),
        sender_steps=steps,
        readings=rng.random() < 0.5,
    )
    believed(world, bound_ms)


@settings(max_examples=examples(100, one_in=3))
@given(st.integers(0, 2**32), st.sampled_from((10, 60, 200)), st.sampled_from((1_000, 1_000_000)))
def test_honest_peers_are_believed_as_ever(seed: int, count: int, error_ns: int) -> None:
    rng = random.Random(seed)
    world = World(
        rng,
        count=count,
        base_ns=(rng.randrange(20_000, 20 * MS), rng.randrange(20_000, 20 * MS)),
        jitter_ns=rng.choice((1_000, 100_000, 3_000_000)),
        offset_ns=rng.randint(-error_ns, error_ns),
        error_ns=error_ns,
    )
    summary = believed(world, 500)
    assert summary.refuted is None
    assert summary.verdict is Verdict.PASS
    assert (summary.forward.unknown, summary.backward.unknown) == (0, 0)
    assert summary.forward.delay is not None
    assert summary.forward.delay.count == count
    assert not summary.evidence.steps


@pytest.mark.parametrize(
    ("lie", "guess"),
    [
        (shifted(UTC_TAI_NS), "about 37 s ahead: TAI"),
        (shifted(18 * S), "about 18 s ahead: GPS"),
        (shifted(-8 * 3600 * S), "about 8 h behind: local time"),
        (shifted(-EPOCH_NS + 10**14), "years behind: never set"),
        (ntp_under_ptp, "other format"),
        (shifted(-900 * MS), "about 899.99"),
    ],
)
def test_a_refuted_clock_is_inconclusive_both_ways_with_the_reason(lie: Lie, guess: str) -> None:
    summary = believed(World(random.Random(1), lie=lie), 20)
    assert {summary.forward.verdict, summary.backward.verdict} <= {
        Verdict.INCONCLUSIVE,
        Verdict.UNKNOWN,
    }
    assert summary.refuted is not None
    assert guess in refutation_text(summary.refuted)
    if summary.round_trip is not None:
        assert 10 * MS <= summary.round_trip.min_ns <= summary.round_trip.max_ns <= 13 * MS


@pytest.mark.parametrize(
    "lie",
    [stopped(), stopped(30), running_away(50_000), running_away(-50_000), coarse(S), stale(1.0),
     stale(0.1), shifted(S, 30), shifted(-S, 30), noise(1.0), shifted(10 * 365 * 86_400 * S)],
)  # fmt: skip
def test_no_verdict_rests_on_a_clock_that_stands_runs_away_or_repeats_itself(lie: Lie) -> None:
    for bound_ms in (1, 20):
        summary = believed(World(random.Random(4), lie=lie), bound_ms)
        verdicts = {summary.forward.verdict, summary.backward.verdict}
        assert verdicts <= {Verdict.INCONCLUSIVE, Verdict.UNKNOWN}
        assert summary.refuted is not None or sum(summary.evidence.broken.values()) > 0


@pytest.mark.parametrize("ppm", [-550, -100, 100, 550])
@pytest.mark.parametrize("bound_ms", [14, 19, 20, 22, 30])
def test_nor_on_one_that_runs_away_slowly(ppm: int, bound_ms: int) -> None:
    """For its holder has gone, say: within a minute it is ms off, and no delay is negative."""
    world = World(
        random.Random(4), count=120, interval_ns=500 * MS, base_ns=(18 * MS, 18 * MS),
        jitter_ns=200_000, lie=running_away(ppm),
    )  # fmt: skip
    summary = believed(world, bound_ms)
    assert summary.verdict is Verdict.INCONCLUSIVE
    assert summary.refuted is not None
    if abs(ppm) == 100:
        assert summary.refuted.cause is RefutationCause.MOVED
        assert summary.refuted.shown_ns == pytest.approx(6 * MS, rel=0.2)
        assert "moved against each other by" in refutation_text(summary.refuted)


@pytest.mark.parametrize("interval_ms", [100, 1000, 25])
@pytest.mark.parametrize("grain_ns", [MS, 4 * MS, 10 * MS, 15_625_000])
@pytest.mark.parametrize("form", [PTP, NTP])
def test_nor_on_one_that_shows_only_so_much(
    interval_ms: int, grain_ns: int, form: TimestampFormat
) -> None:
    """Also where probes leave whole grains from each other, and it is always as much behind."""
    for bound_ms in (16, 18, 19, 25):
        world = World(
            random.Random(4), interval_ns=interval_ms * MS, base_ns=(18 * MS, 18 * MS),
            jitter_ns=500_000, lie=coarse(grain_ns, form), form=form,
        )  # fmt: skip
        summary = believed(world, bound_ms)
        assert summary.verdict is Verdict.INCONCLUSIVE
        assert summary.refuted is not None


def test_round_figures_at_both_ends_are_no_grain() -> None:
    """As somebody has who makes samples up."""
    stamps = [Stamp(EPOCH_NS + at * MS, StampSource.KERNEL) for at in (0, 5, 6, 11)]
    samples = [Sample(number, Outcome.RECEIVED, *stamps) for number in range(20)]
    summary = summarize(samples, 20_000, 200)
    assert (summary.refuted, summary.verdict) == (None, Verdict.PASS)


def test_t2_and_t3_in_the_places_of_each_other_are_in_no_figure() -> None:
    summary = believed(World(random.Random(4), lie=swapped(1.0)), 20)
    assert (summary.forward.delay, summary.backward.delay, summary.round_trip) == (None,) * 3
    assert sum(summary.evidence.broken.values()) == 60


def test_the_other_format_is_seen_both_ways() -> None:
    summary = believed(World(random.Random(1), lie=ptp_under_ntp, form=NTP), 20)
    assert summary.refuted is not None
    assert summary.refuted.cause is RefutationCause.OTHER_FORMAT
    assert summary.round_trip is None


def test_a_zero_stamp_is_unknown_and_all_else_is_as_it_was() -> None:
    world = World(random.Random(1), lie=zeros(1.0, 1))
    summary = believed(world, 20)
    assert (summary.forward.delay, summary.round_trip) == (None, None)
    assert (summary.forward.verdict, summary.backward.verdict) == (Verdict.UNKNOWN, Verdict.PASS)
    assert summary.forward.unknown == 60
    few = believed(World(random.Random(1), count=200, lie=zeros(0.3, 1)), 20)
    assert few.forward.verdict is Verdict.INCONCLUSIVE  # a third of them may have been anything
    assert few.backward.verdict is Verdict.PASS


@pytest.mark.parametrize("step_ns", [-3600 * S, -50 * MS, 50 * MS, 3600 * S])
@pytest.mark.parametrize("readings", [True, False])
def test_a_step_of_this_clock_is_an_event_and_spoils_nothing_else(
    step_ns: int, readings: bool
) -> None:
    world = World(random.Random(2), count=100, sender_steps={40: step_ns}, readings=readings)
    result = world.run()
    summary = summarize(result.samples, None, 0.2)
    (step,) = result.clock_steps
    assert (step.clock, step.probe) == ("sender", 41)
    assert abs(step.step_ns - step_ns) < 100_000
    assert [s.sequence for s in result.samples if s.spans_step] == [40]
    assert {s.outcome for s in result.samples} == {Outcome.RECEIVED}
    assert summary.round_trip is not None
    assert summary.round_trip.count == 99
    assert 10 * MS <= summary.round_trip.min_ns <= summary.round_trip.max_ns < 12 * MS
    assert (summary.forward.reordered, summary.backward.reordered) == (0, 0)
    assert (summary.forward.skew, summary.backward.skew) == (None, None)
    assert [one.clock for one in summary.evidence.steps] == ["sender"]


@pytest.mark.parametrize("step_ns", [-3600 * S, -4 * MS, 3 * MS, 3600 * S])
def test_a_step_of_the_reflectors_clock_is_an_event(step_ns: int) -> None:
    summary = believed(World(random.Random(3), count=100, lie=shifted(step_ns, 40)), 20)
    (step,) = summary.evidence.steps
    assert (step.clock, step.probe) == ("reflector", 40)
    assert abs(step.step_ns - step_ns) < 500_000
    assert summary.refuted is not None
    assert (summary.forward.skew, summary.forward.reordered) == (None, 0)
    assert summary.round_trip is not None
    assert summary.round_trip.max_ns < 12 * MS


def test_a_step_within_what_clocks_may_be_off_refutes_nothing() -> None:
    world = World(random.Random(3), count=100, lie=shifted(3 * MS, 40), error_ns=2 * MS)
    summary = believed(world, 20)
    assert [step.probe for step in summary.evidence.steps] == [40]
    assert summary.refuted is None
    assert summary.verdict is Verdict.PASS
