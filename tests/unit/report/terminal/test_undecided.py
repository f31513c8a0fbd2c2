"""Why a verdict is none, in the line that ends a command: the reason that holds, no other."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.probe.run.flows import Measured
from netkit.report.terminal.probe.undecided import undecided_lines, why_undecided
from netkit.stats.summary import summarize

MS = 1_000_000


def probes(count: int, forward_ms: int = 3, unknown: int = 0) -> list[Sample]:
    """4 ms back; of the last ``unknown`` nobody stamped what the reflector did."""
    found = []
    for number in range(count):
        times = (0, forward_ms, forward_ms, forward_ms + 4)
        t1, t2, t3, t4 = (
            Stamp(10**18 + (number * 100 + ms) * MS, StampSource.KERNEL) for ms in times
        )
        one = Sample(number, Outcome.RECEIVED, t1, t2, t3, t4)
        found.append(replace(one, t2=None, t3=None) if number >= count - unknown else one)
    return found


def late(count: int) -> list[Sample]:
    """The last one took 30 ms there, over its timeout, by what a program says."""
    last = replace(probes(count, 30)[-1], outcome=Outcome.LATE)
    assert last.t2 is not None
    poor = replace(last.t2, source=StampSource.USERSPACE)
    return [*probes(count - 1), replace(last, t2=poor)]


def measured(samples: list[Sample], error_us: float, bound_us: int = 5_000) -> Measured:
    summary = summarize(samples, bound_us, error_us)
    return Measured((summary,), summary.forward, summary.backward, summary.verdict, bound_us, 0.0)


CASES = [
    (measured(probes(20, -2), 1_000), "the clocks are not what they claim"),
    (measured(probes(3), 0), "3 delays, 10 are needed"),
    (measured(probes(3), math.inf), "3 delays, 10 are needed"),
    (measured(probes(20), math.inf), "a clock is not synchronised"),
    (measured(probes(20, unknown=2), 100), "of 2 probes no delay is known"),
    (measured(late(20), 100), "1 probes came back after the timeout"),
    (measured(probes(20), 2_500), "clocks are good to ± 2.500 ms"),
]


@pytest.mark.parametrize(("found", "why"), CASES, ids=[why for _, why in CASES])
def test_the_reason_that_holds(found: Measured, why: str) -> None:
    assert found.verdict is Verdict.INCONCLUSIVE
    assert why_undecided(found) == why


def test_a_sentence_for_each_kind_among_many() -> None:
    decided = measured(probes(20), 100)
    assert list(undecided_lines([decided])) == []
    lines = list(undecided_lines([decided, *(found for found, _ in CASES)]))
    assert [line.partition(":")[0] for line in lines] == [
        "1 target inconclusive", "2 targets inconclusive", *["1 target inconclusive"] * 4,
    ]  # fmt: skip
    assert "fewer than 10 delays" in lines[1]
