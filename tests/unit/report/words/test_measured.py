"""The sentences of measurements: clocks that contradict light, and where a trace stopped."""

from __future__ import annotations

from ipaddress import IPv6Address

import pytest

from netkit.probe.trace.hops import Reaction, StopCause, TraceAnswer, TraceResult, TraceStop
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.trace import stopped_text
from netkit.stats.clocks.clock_bounds import Contradiction, Step

A, B, HOST, ROUTER = (IPv6Address(f"2001:db8::{n}") for n in range(1, 5))


def test_a_contradiction_names_its_cycle() -> None:
    found = Contradiction((Step("a", "b", -2_500_000), Step("b", None, 500_000)))
    assert contradiction_text(found) == (
        "a → b, stated clock error of b: together 2000000 ns faster than light"
    )


UNREACHABLE = TraceAnswer(ROUTER, Reaction.UNREACHABLE, 1, "no route")
STOPS = {
    TraceStop(StopCause.INTERRUPTED, 0): "interrupted",
    TraceStop(StopCause.HOP_LIMIT, 0, hop_limit=30): "not reached within 30 hops",
    TraceStop(StopCause.SILENCE, 0): f"nothing answers, on the way to SID 1 of 2, {A}",
    TraceStop(StopCause.SILENCE, 2, UNREACHABLE): (
        f"nothing answers after {ROUTER}, on the way to the destination {HOST}"
    ),
    TraceStop(StopCause.REFUSED, 1, UNREACHABLE): (
        f"{ROUTER} says unreachable (no route), on the way to SID 2 of 2, {B}"
    ),
    TraceStop(StopCause.LOOP, 1, UNREACHABLE): (
        f"goes round in a loop, back at {ROUTER}, on the way to SID 2 of 2, {B}"
    ),
}


@pytest.mark.parametrize("stop", STOPS)
def test_a_trace_says_where_it_stopped(stop: TraceStop) -> None:
    assert stopped_text(TraceResult(HOST, (A, B), (), stop)) == STOPS[stop]


def test_every_cause_has_a_sentence() -> None:
    assert {stop.cause for stop in STOPS} == set(StopCause)
    assert stopped_text(TraceResult(HOST, (A, B), (), None)) is None
