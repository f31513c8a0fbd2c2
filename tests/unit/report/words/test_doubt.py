"""Pairs that are not decided say why."""

import dataclasses

import pytest

from netkit.model.verdict import Verdict
from netkit.report.results import LoopResults
from netkit.report.terminal.lab.results import attempt_text
from netkit.report.words.doubt import doubt_lines

PAIR = ("zhongwei", "beijing")


@pytest.fixture
def told(results):
    def of(verdict=Verdict.INCONCLUSIVE, **judged):
        measured = results.measured[PAIR]
        forward = dataclasses.replace(measured.forward, **judged)
        changed = dataclasses.replace(measured, verdict=verdict, forward=forward, attempts=3)
        whole = LoopResults(results.topology, results.plan, results.lab, {PAIR: changed})
        return [line for pair in whole.pairs for line in doubt_lines(pair)], changed

    return of


def test_the_bound_lies_between(told):
    (line,), measured = told(judged_least_ms=19.5, judged_most_ms=20.25)
    assert line.startswith("zhongwei to beijing: 19.500 to 20.250 ms against 20.000 ms")
    assert "attempt 3" in line
    assert attempt_text(measured) == "\nattempt 3"


def test_too_few_probes(told):
    (line,), _ = told(judged_least_ms=11.0, judged_most_ms=11.0, delays_ms=(11.0,))
    assert "too few probes to judge by (1)" in line


def test_a_direction_that_is_decided_is_not_in_doubt_with_the_other(told):
    """A hundred probes inside the bound are not too few, whatever the other direction is."""
    assert told(judged_least_ms=11.0, judged_most_ms=11.0)[0] == []


def test_too_few_probes_beyond_the_bound(told):
    (line,), _ = told(judged_least_ms=31.0, judged_most_ms=31.0, delays_ms=(31.0,) * 9)
    assert "too few probes to judge by (9)" in line


def test_probes_of_which_nothing_is_known(told):
    (line,), _ = told(judged_least_ms=11.0, judged_most_ms=None)
    assert "11.000 ms or more against 20.000 ms, for of some probes nobody saw" in line


def test_what_is_decided_needs_no_words(told):
    assert told(Verdict.PASS, judged_least_ms=19.5, judged_most_ms=20.25)[0] == []
