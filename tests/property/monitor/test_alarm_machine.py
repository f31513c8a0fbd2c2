"""The states of an alarm under any windows in any order."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from netkit.model.monitoring.alarm import Move, Reading, State
from netkit.model.monitoring.rules import Condition, Count, Rule
from netkit.monitor.alarms.machine import Transition, step

counts = st.tuples(st.integers(2, 4), st.integers(0, 3)).map(lambda n: Count(n[0], n[0] + n[1]))
rules = st.builds(Rule, st.just("r"), st.just(Condition.TIER), counts, counts)
readings = st.lists(st.sampled_from(Reading), max_size=60)


def run(rule: Rule, seen: list[Reading]) -> list[Transition]:
    state, found = State(), []
    for start_ns, reading in enumerate(seen):
        state, moved = step(state, rule, start_ns, reading)
        found += [moved] if moved else []
    return found


@given(rules, readings)
def test_raised_and_cleared_in_turn_by_as_many_windows_as_the_rule_says(
    rule: Rule, seen: list[Reading]
) -> None:
    before = -1
    for number, one in enumerate(run(rule, seen)):
        raised = number % 2 == 0
        assert one.move is (Move.RAISED if raised else Move.CLEARED)
        wanted, count = (Reading.BAD, rule.raises) if raised else (Reading.GOOD, rule.clears)
        first = max(before + 1, one.at_ns - count.of + 1)
        span = seen[first : one.at_ns + 1]
        assert span.count(wanted) == count.least
        assert first + span.index(wanted) == one.since_ns
        assert seen[one.at_ns] is wanted
        before = one.at_ns


@given(rules, readings, st.integers(0, 59))
def test_one_window_neither_raises_nor_clears(rule: Rule, seen: list[Reading], at: int) -> None:
    """Whatever one window is, two transitions are never next to each other."""
    moves = run(rule, seen[:at] + seen[at : at + 1] + seen[at + 1 :])
    times = [one.at_ns for one in moves]
    assert all(later - earlier >= 2 for earlier, later in itertools.pairwise(times))


@given(rules, st.lists(st.sampled_from([Reading.INCONCLUSIVE, Reading.MISSING]), max_size=40))
def test_what_is_not_known_moves_nothing(rule: Rule, seen: list[Reading]) -> None:
    assert run(rule, seen) == []


@given(rules, readings, st.data())
def test_windows_that_come_again_or_late_do_not_count(
    rule: Rule, seen: list[Reading], data: st.DataObject
) -> None:
    state = State()
    for start_ns, reading in enumerate(seen):
        state, _ = step(state, rule, start_ns, reading)
        late = data.draw(st.integers(0, start_ns))
        assert step(state, rule, late, data.draw(st.sampled_from(Reading))) == (state, None)
