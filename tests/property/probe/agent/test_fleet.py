"""Each flow of a fleet makes the packets and the samples that a plain session of its own makes."""

from __future__ import annotations

from dataclasses import replace

from examples import examples
from fleet_twins import MS, Twins, agent_flow
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netkit.model.measurement.sample import Outcome, Sample, StampSource

LOSSES = {Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD}
INTERVALS = (100 * MS, 130 * MS, 250 * MS, 1000 * MS)


@given(
    st.integers(0, 10**6), st.sampled_from((0.0, 0.05, 0.3)), st.booleans(),
    st.sampled_from((None, bytes(16))),
)  # fmt: skip
@settings(max_examples=examples(35, one_in=3), deadline=None)
def test_decided_at_the_end_all_is_as_in_plain_sessions(seed, trouble, random_gaps, key):
    twins = live(seed, trouble, random_gaps=random_gaps, settle=False, key=key)
    for flow, plain in enumerate(twins.plain):
        assert twins.samples(flow) == list(plain.result(END_NS).samples)


@given(st.integers(0, 10**6), st.sampled_from((0.05, 0.3)))
@example(124727, 0.3)  # every reply that told of a T3 in time was lost
@settings(max_examples=examples(25, one_in=3), deadline=None)
def test_decided_as_time_goes_by_little_but_the_way_of_a_loss_may_be_less_known(seed, trouble):
    twins = live(seed, trouble, settle=True)
    for flow, plain in enumerate(twins.plain):
        ours, theirs = twins.samples(flow), list(plain.result(END_NS).samples)
        assert len(ours) == len(theirs)
        untold = [one for one, other in zip(ours, theirs, strict=True) if _is_untold(one, other)]
        assert len(untold) <= 1 + len(ours) // 100
        for one, other in zip(ours, theirs, strict=True):
            assert _as_good(one, replace(other, t3=one.t3) if one in untold else other)


@given(st.integers(0, 10**6), st.sampled_from((0.0, 0.1)))
@example(2583, 0.1)  # an answer that came late, after its number had been told of twice
@settings(max_examples=examples(15, one_in=3), deadline=None)
def test_where_reflectors_are_started_again_no_probe_gets_the_kernel_stamp_of_another(
    seed, trouble
):
    twins = live(seed, trouble, settle=False, restarts=0.03)
    for flow, plain in enumerate(twins.plain):
        for ours, theirs in zip(twins.samples(flow), plain.result(END_NS).samples, strict=True):
            if ours.t3 is not None and ours.t3.source is StampSource.USERSPACE:
                theirs = replace(theirs, t3=ours.t3)
            assert ours == theirs


END_NS = 90_000 * MS
RUN_NS = 8_000 * MS


def live(
    seed: int,
    trouble: float,
    *,
    settle: bool,
    random_gaps: bool = False,
    restarts: float = 0,
    key: bytes | None = None,
) -> Twins:
    flows = [
        agent_flow(seed % 97 * 10 + number, interval_ns, random_gaps=random_gaps, key=key)
        for number, interval_ns in enumerate(INTERVALS)
    ]
    twins = Twins(flows, seed, trouble, restarts)
    for now_ns in range(0, RUN_NS, 20 * MS):
        twins.send(now_ns)
        twins.deliver(now_ns)
        if settle and now_ns % (500 * MS) < 20 * MS:
            twins.settle(now_ns)
    for now_ns in range(RUN_NS, RUN_NS + 4000 * MS, 100 * MS):
        twins.deliver(now_ns)
        if settle:
            twins.settle(now_ns)
    twins.settle(END_NS, last=True)
    return twins


def _is_untold(ours: Sample, theirs: Sample) -> bool:
    """Whether a kernel's T3 came only in a reply after the probe had been decided."""
    both = ours.t3 is not None and theirs.t3 is not None
    return both and (ours.t3.source, theirs.t3.source) == (
        StampSource.USERSPACE, StampSource.KERNEL,
    )  # fmt: skip


def _as_good(ours: Sample, theirs: Sample) -> bool:
    if ours.outcome is Outcome.LOST and theirs.outcome in LOSSES:
        return replace(ours, outcome=theirs.outcome) == theirs
    return ours == theirs
