"""Windows through rules: what raises, what does not, and what would decide."""

from __future__ import annotations

from dataclasses import replace

import pytest
from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, Window
from netkit.model.monitoring.alarm import Move, Way
from netkit.model.monitoring.rules import Condition, Count, Rule
from netkit.model.verdict import Verdict
from netkit.monitor.alarms.closing import Watched
from netkit.monitor.alarms.readings import Wanted, by_loss
from netkit.monitor.alarms.silence import Expected
from netkit.monitor.alarms.watch import watch
from netkit.monitor.changes.compare import FlowKey, by_flow

TIER = Rule("tier", Condition.TIER, Count(2, 3), Count(2, 2))
SLOW = Rule("slow", Condition.DELAY, Count(2, 3), Count(2, 2), over=500_000.0)


def minutes(parts: list[DirectionWindow], first: int = 0) -> list[Window]:
    return [window(first + n, one, one_way(9_000_000)) for n, one in enumerate(parts)]


def verdicts(*words: str) -> list[Window]:
    return minutes([one_way(10_000_000, verdict=Verdict(word)) for word in words])


def watched(rule: Rule, new: list[Window], baseline: tuple[Window, ...] = ()) -> Watched:
    return watch("watch", [rule], {}, by_flow(baseline), by_flow(new))


def test_two_breaches_of_three_raise_and_two_passes_clear() -> None:
    found = watched(TIER, verdicts("pass", "breach", "pass", "breach", "pass", "pass"))
    moves = [(m.transition.move, m.transition.at_ns // MINUTE_NS) for m in found.moved]
    assert moves == [(Move.RAISED, 3), (Move.CLEARED, 5)]
    raised, cleared = found.moved
    assert raised.transition.since_ns == MINUTE_NS
    assert raised.alarm_id == cleared.alarm_id
    assert raised.subject.way is Way.FORWARD


def test_inconclusive_raises_nothing_and_says_what_would_decide() -> None:
    found = watched(TIER, verdicts(*["inconclusive"] * 10))
    assert found.moved == []
    (one,) = found.undecided
    assert one.wanted is Wanted.BETTER_CLOCKS
    assert one.subject.way is Way.FORWARD


def test_missing_windows_make_old_ones_old() -> None:
    """Two breaches an hour apart are not two of three."""
    early, late = verdicts("breach"), minutes([one_way(1, verdict=Verdict.BREACH)], first=60)
    assert watched(TIER, [*early, *late]).moved == []
    assert watched(TIER, verdicts("breach", "breach")).moved != []


ROUNDS = Expected(frozenset({FlowKey("a", "b", "main")}), 5 * MINUTE_NS)
"""Of five minutes, with windows of one: each begins anywhere within its own."""


def breaches(*starts: int) -> Watched:
    """What the last of some windows over their bound comes to, evaluated one by one."""
    found = Watched()
    for minute in starts:
        (new,) = minutes([one_way(1, verdict=Verdict.BREACH)], first=minute)
        found = watch("watch", [TIER], found.states, {}, by_flow([new]), expected=ROUNDS)
    return found


def test_between_the_rounds_of_cron_nothing_is_missing() -> None:
    """Of three rounds' windows at the end two were never among the last three windows."""
    assert breaches(0, 9).moved != []
    assert breaches(4, 5).moved != []
    assert breaches(0, 11).moved != [], "a round is missing, and two of three are bad"
    assert breaches(0, 16).moved == []


def test_an_agent_of_a_campaign_with_rounds_has_a_window_in_each_minute() -> None:
    rule = Rule("tier", Condition.TIER, Count(4, 5), Count(2, 2))
    breach = [one_way(1, verdict=Verdict.BREACH)]
    until = watch("watch", [rule], {}, {}, by_flow(minutes(breach * 3)), expected=ROUNDS)
    late = by_flow(minutes(breach, first=6))
    assert watch("watch", [rule], until.states, {}, late, expected=ROUNDS).moved == []


def test_slower_than_before_by_more_than_the_rule_allows() -> None:
    before = tuple(minutes([one_way(10_000_000)] * 20))
    little = watched(SLOW, minutes([one_way(10_450_000)] * 3, first=20), before)
    much = watched(SLOW, minutes([one_way(10_900_000)] * 3, first=20), before)
    faster = watched(SLOW, minutes([one_way(5_000_000)] * 3, first=20), before)
    assert (little.moved, faster.moved) == ([], [])
    assert [one.subject.way for one in much.moved] == [Way.FORWARD]


def test_clocks_that_bound_nothing_leave_the_round_trip() -> None:
    before = tuple(minutes([one_way(10_000_000, uncertainty_ns=None)] * 20))
    new = minutes([one_way(12_000_000, uncertainty_ns=None)] * 3, first=20)
    found = watched(SLOW, new, before)
    assert [one.subject.way for one in found.moved] == [Way.ROUND_TRIP]
    assert [(one.subject.way, one.wanted) for one in found.undecided] == [
        (Way.FORWARD, Wanted.BETTER_CLOCKS)
    ]


def test_without_a_baseline_changes_are_undecided() -> None:
    found = watched(SLOW, minutes([one_way(12_000_000)] * 3))
    assert found.moved == []
    assert {one.wanted for one in found.undecided} == {Wanted.LONGER_BASELINE}


@pytest.mark.parametrize(
    ("lost", "reading", "wanted"),
    [
        (0, "good", None),
        (1, "inconclusive", Wanted.MORE_PROBES),
        (30, "bad", None),
        (None, "inconclusive", Wanted.OTHER_END),
    ],
)
def test_losses_are_bad_for_certain_or_not_at_all(lost, reading, wanted) -> None:
    read = by_loss(one_way(10_000_000, lost=lost), over=0.02)
    assert (read.reading.value, read.wanted) == (reading, wanted)


def dark(minute: int, **outcomes: int) -> Window:
    """A minute without an answer: nobody knows which way probes were lost."""
    nothing = DirectionWindow(sent=60, verdict=Verdict.UNKNOWN)
    unknown = DirectionWindow(verdict=Verdict.UNKNOWN)
    whole = window(minute, one_way(1), one_way(1))
    counts = {Outcome(kind): number for kind, number in outcomes.items()}
    return replace(whole, outcomes=counts, forward=nothing, backward=unknown)


@pytest.mark.parametrize("kind", ["lost", "refused"])
def test_a_peer_that_is_dark_raises_though_nobody_knows_which_way(kind: str) -> None:
    loss = Rule("loss", Condition.LOSS, Count(2, 3), Count(2, 2), over=0.01)
    good = minutes([one_way(10_000_000)] * 3)
    back = minutes([one_way(10_000_000)] * 3, first=6)
    found = watched(loss, [*good, *(dark(n, **{kind: 60}) for n in (3, 4, 5)), *back])
    moves = [(one.subject.way, one.transition.move) for one in found.moved]
    assert moves == [(Way.ROUND_TRIP, Move.RAISED), (Way.ROUND_TRIP, Move.CLEARED)]
    little = watched(loss, [dark(n, lost=1, received=59) for n in range(9)])
    assert little.moved == []


def test_losses_of_a_known_direction_raise_that_alone() -> None:
    loss = Rule("loss", Condition.LOSS, Count(2, 3), Count(2, 2), over=0.01)
    known = [
        replace(one, outcomes={Outcome.RECEIVED: 30, Outcome.LOST_FORWARD: 30})
        for one in minutes([one_way(10_000_000, lost=30)] * 3)
    ]
    assert [one.subject.way for one in watched(loss, known).moved] == [Way.FORWARD]


def test_a_host_that_can_send_nothing_is_silent() -> None:
    silent = Rule("silent", Condition.SILENT, Count(2, 3), Count(2, 2))
    expected = Expected(frozenset({FlowKey("a", "b", "main")}), MINUTE_NS)
    new = [*minutes([one_way(1)] * 2), *(dark(n, not_sent=60) for n in range(2, 6))]
    found = watch(
        "watch", [silent], {}, {}, by_flow(new), expected=expected, now_ns=9 * MINUTE_NS
    )  # fmt: skip
    assert [one.transition.move for one in found.moved] == [Move.RAISED]


def test_a_rule_of_other_campaigns_is_not_asked() -> None:
    other = Rule("tier", Condition.TIER, campaigns=frozenset({"another"}))
    assert watched(other, verdicts(*["breach"] * 9)).states == {}
