from dataclasses import replace
from itertools import pairwise

import pytest
from measured_windows import MINUTE_NS
from surveyed_lab import now_ns, pair_window, region

from netkit.model.verdict import Verdict
from netkit.monitor.loop.actions import (
    Confirmed,
    LinksAnnounced,
    NoBetterList,
    NotConfirmed,
    PairsInDanger,
    PlanChange,
)
from netkit.monitor.loop.state import Limits, Loop, applied_at, begun, lists_of, not_applied
from netkit.monitor.loop.step import step
from netkit.planner.reaction.upkeep import Upkeep

THERE, BACK = ("hangzhou", "wuhu-dc"), ("wuhu-dc", "hangzhou")
OTHER = ("suzhou", "hefei")
CABLE = "old-cable"


@pytest.fixture(scope="module")
def surveyed():
    return region(THERE, BACK, OTHER)


def loop_of(surveyed, measures=(THERE,), **limits):
    flows = {(*pair, "main"): pair for pair in measures}
    return Loop(Upkeep(), surveyed.flows, flows, limits=Limits(**limits))


def run(loop, state, surveyed, creeps, more=lambda minute: (), begin=1):
    """Minute after minute, the cable as much longer as ``creeps`` says; actions by minute."""
    told = {}
    for minute, creep_us in enumerate(creeps, start=begin):
        truth = surveyed.truth(**{CABLE: creep_us})
        windows = [*surveyed.windows(minute - 1, truth), *more(minute - 1)]
        state, actions = step(loop, state, windows, now_ns(minute))
        if actions:
            told[minute] = actions
    return state, told


def start(surveyed):
    return begun(surveyed.plan, surveyed.topology)


def test_nothing_is_said_of_links_that_are_as_they_were_believed(surveyed):
    _, told = run(loop_of(surveyed), start(surveyed), surveyed, [0] * 10)
    assert not told


def test_a_delay_that_creeps_over_its_share_is_announced_and_replanned_before_it_breaks(surveyed):
    creep = [minute * 50 for minute in range(20)]
    state, told = run(loop_of(surveyed), start(surveyed), surveyed, creep)
    first = next(minute for minute, actions in told.items() if len(actions) > 1)
    links, danger, change = told[first]
    assert {one.link[0] for one in links.links} == {CABLE}
    assert {one.pair for one in danger.pairs} == {THERE, BACK}
    assert not any(one.broken for one in danger.pairs)
    assert change.pairs == (THERE, BACK)
    assert (change.apply, change.why) == (False, "it was not asked to apply")
    assert state.plan is surveyed.plan


def test_the_new_lists_hold_on_the_network_as_it_was_measured(surveyed):
    _, told = run(loop_of(surveyed), start(surveyed), surveyed, [900] * 4)
    change = next(one for actions in told.values() for one in actions if type(one) is PlanChange)
    for pair in (THERE, BACK):
        after = change.after.pair[pair]
        assert after.primary.path.links == ("lateral",)
        assert after.primary.certificate.guaranteed_us <= after.demand.bound_us * 0.95
        assert after.demand == surveyed.plan.pair[pair].demand
    assert change.after.pair[OTHER] is surveyed.plan.pair[OTHER]
    (link,) = [one for one in change.measured.links if one.id == CABLE]
    assert link.delay_ab_us == surveyed.topology.link[CABLE].delay_ab_us + 900
    assert link.basis.value == "measured"


def test_both_directions_are_measured_by_themselves(surveyed):
    truth = surveyed.truth()
    key = (CABLE, surveyed.topology.link[CABLE].a)
    truth[key] += 900
    loop, state = loop_of(surveyed), start(surveyed)
    _, (links, *_) = step(loop, state, surveyed.windows(0, truth), now_ns(1))
    assert [(one.link, one.delay_us - one.before_us) for one in links.links] == [(key, 900)]


def test_a_queue_that_comes_and_goes_is_no_longer_delay_of_a_link(surveyed):
    """The least over two minutes: a minute of queueing changes nothing."""
    _, told = run(loop_of(surveyed), start(surveyed), surveyed, [0, 900, 0, 900, 0, 900, 0])
    assert not told


def test_announcements_are_damped(surveyed):
    creep = [minute * 100 for minute in range(30)]
    _, told = run(loop_of(surveyed), start(surveyed), surveyed, creep)
    minutes = [minute for minute, actions in told.items() if type(actions[0]) is LinksAnnounced]
    gaps = [after - before for before, after in pairwise(minutes)]
    assert min(gaps) >= 2


@pytest.mark.parametrize("uncertainty_us", [None, 2000])
def test_clocks_that_bound_nothing_or_too_little_move_no_plan(surveyed, uncertainty_us):
    loop, state = loop_of(surveyed), start(surveyed)
    windows = surveyed.windows(0, surveyed.truth(**{CABLE: 900}), uncertainty_us)
    _, actions = step(loop, state, windows, now_ns(1))
    assert not actions


def test_a_certified_delay_does_without_clocks(surveyed):
    loop, state = loop_of(surveyed), start(surveyed)
    windows = [
        replace(one, forward=certified(one.forward), backward=certified(one.backward))
        for one in surveyed.windows(0, surveyed.truth(**{CABLE: 900}), None)
    ]
    _, (links, *_) = step(loop, state, windows, now_ns(1))
    assert {one.link[0] for one in links.links} == {CABLE}


def certified(one):
    return replace(one, certified_ns=(one.delay.min_ns - 4000, one.delay.min_ns + 6000))


def test_a_pair_without_another_list_keeps_its_own_and_is_told():
    pair = ("hefei", "nanjing")
    only = region(pair)
    loop, state = loop_of(only), start(only)
    truth = {key: delay_us + 4000 for key, delay_us in only.truth().items()}
    state, actions = step(loop, state, only.windows(0, truth), now_ns(1))
    assert [type(one) for one in actions] == [LinksAnnounced, PairsInDanger, NoBetterList]
    assert actions[1].pairs[0].broken
    assert state.plan is only.plan


def applied(surveyed, more, minutes=20, **limits):
    loop = loop_of(surveyed, apply=True, **limits)
    return run(loop, start(surveyed), surveyed, [0, 0, *[900] * minutes], more)


def test_what_is_applied_is_confirmed_by_windows_that_began_after_it(surveyed):
    verdicts = {}

    def more(minute):
        # The windows up to the change show the breach; those after it a pass.
        verdict = Verdict.BREACH if minute <= 3 else Verdict.PASS
        verdicts[minute] = verdict
        return [pair_window(*THERE, minute, verdict)]

    state, told = applied(surveyed, more)
    change = next(minute for minute, acts in told.items() if type(acts[-1]) is PlanChange)
    assert told[change][-1].apply
    confirmed = next(minute for minute, acts in told.items() if type(acts[0]) is Confirmed)
    assert told[confirmed] == (Confirmed((THERE, BACK)),)
    assert verdicts[confirmed - 1] is Verdict.PASS
    assert state.probation is None
    assert state.plan.pair[THERE].primary.path.links == ("lateral",)


def test_windows_that_began_before_the_routers_had_the_plan_say_nothing_of_it(surveyed):
    loop = loop_of(surveyed, apply=True)
    state, _ = run(loop, start(surveyed), surveyed, [900] * 2)
    assert state.probation is not None
    state = applied_at(state, now_ns(2) + 1)
    bad, good = (pair_window(*THERE, minute, verdict) for minute, verdict in
                 ((2, Verdict.BREACH), (3, Verdict.PASS)))  # fmt: skip
    state, actions = step(loop, state, [bad], now_ns(3))
    assert not actions
    _, actions = step(loop, state, [good], now_ns(4))
    assert actions == (Confirmed((THERE, BACK)),)


@pytest.mark.parametrize(
    ("verdict", "why"),
    [
        (Verdict.BREACH, "it breaks its tier"),
        (Verdict.INCONCLUSIVE, "nothing has shown it inside its tier in time"),
        (Verdict.UNKNOWN, "nothing has shown it inside its tier in time"),
    ],
)
def test_what_is_not_confirmed_is_taken_back_once(surveyed, verdict, why):
    state, told = applied(surveyed, lambda minute: [pair_window(*THERE, minute, verdict)], 40)
    (undone,) = [one for acts in told.values() for one in acts if type(one) is NotConfirmed]
    assert undone.why == why
    assert undone.before is surveyed.plan
    assert state.plan is surveyed.plan
    changes = [one for acts in told.values() for one in acts if type(one) is PlanChange]
    assert len(changes) == 1


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ({"pairs": 1}, "it would change 2 pairs, and 1 is the limit"),
        ({"routers": 1}, "it would change 2 routers, and 1 is the limit"),
    ],
)
def test_beyond_its_limits_nothing_is_applied(surveyed, limits, why):
    state, told = applied(surveyed, lambda minute: (), **limits)
    change = next(one for acts in told.values() for one in acts if type(one) is PlanChange)
    assert (change.apply, change.why) == (False, why)
    assert state.probation is None


def test_what_nothing_could_confirm_is_not_applied(surveyed):
    loop = loop_of(surveyed, measures=(OTHER,), apply=True)
    _, told = run(loop, start(surveyed), surveyed, [900] * 3)
    change = next(one for acts in told.values() for one in acts if type(one) is PlanChange)
    assert not change.apply
    assert "no flow of the campaign measures hangzhou to wuhu-dc" in change.why


def test_after_a_change_the_next_waits_and_is_not_forgotten(surveyed):
    """The cable creeps on and its plan has moved; then the other path goes bad within the gap."""
    loop = loop_of(surveyed, apply=True, gap_ns=now_ns(10) - now_ns(0))
    state, told = start(surveyed), {}
    for minute in range(1, 30):
        creep = {CABLE: 900 if minute < 6 else 0, "lateral": 0 if minute < 6 else 3500}
        windows = [
            *surveyed.windows(minute - 1, surveyed.truth(**creep)),
            pair_window(*THERE, minute - 1, Verdict.PASS),
        ]
        state, actions = step(loop, state, windows, now_ns(minute))
        for one in actions:
            if type(one) is PlanChange:
                told[minute] = one
    first, second = told
    assert second - first >= 10
    assert told[second].apply
    assert told[second].after.pair[THERE].primary.path.links != ("lateral",)


def test_lists_that_were_not_confirmed_are_not_applied_again(surveyed):
    """The cable creeps on, so its pairs are looked at again; what broke their tier is still what
    the survey promises most of. By itself the loop had gone to and fro for ever."""
    loop, state, told = loop_of(surveyed, apply=True), start(surveyed), []
    for minute in range(1, 60):
        truth = surveyed.truth(**{CABLE: 900 + 20 * minute})
        windows = [
            *surveyed.windows(minute - 1, truth),
            pair_window(*THERE, minute - 1, Verdict.BREACH),
        ]
        state, actions = step(loop, state, windows, now_ns(minute))
        told += [one for one in actions if type(one) in (PlanChange, NotConfirmed)]
    first, undone, *others = told
    assert (first.apply, type(undone)) == (True, NotConfirmed)
    assert others
    assert {one.apply for one in others} == {False}
    (why,) = {one.why for one in others}
    assert why == (
        "the same lists of hangzhou to wuhu-dc, wuhu-dc to hangzhou were applied before and "
        "not confirmed"
    )


def test_who_was_not_refuted_is_helped_without_the_others(surveyed):
    loop, state = loop_of(surveyed, apply=True), start(surveyed)
    truth = surveyed.truth(**{CABLE: 900})
    _, actions = step(loop, state, surveyed.windows(0, truth), now_ns(1))
    state = replace(state, refuted=lists_of(actions[-1].after, [THERE]))
    state, (*_, change) = step(loop, state, surveyed.windows(0, truth), now_ns(1))
    assert (change.pairs, change.apply) == ((BACK,), True)
    assert state.plan.pair[THERE] is surveyed.plan.pair[THERE]


def test_what_could_not_be_applied_is_tried_again_after_the_gap(surveyed):
    loop = loop_of(surveyed, apply=True)
    state, _ = run(loop, start(surveyed), surveyed, [900])
    state = not_applied(state)
    _, later = run(loop, state, surveyed, [900] * 15, begin=2)
    ((minute, (_, change)),) = later.items()
    assert (type(change), change.apply, minute) == (PlanChange, True, 11)


def test_of_rounds_the_last_window_counts_until_the_next_has_to_be_there(surveyed):
    """Paths that are measured one after the other tell a link together, though no two of them were
    measured within the time over which the least delay is taken."""
    loop = replace(loop_of(surveyed), period_ns=15 * MINUTE_NS)
    truth = surveyed.truth(**{CABLE: 900})
    state, actions = step(loop, start(surveyed), surveyed.windows(0, truth), now_ns(14))
    assert type(actions[0]) is LinksAnnounced
    state, _ = step(loop, state, surveyed.windows(15, surveyed.truth()), now_ns(29))
    assert {one.end_ns for one in state.seen} == {now_ns(16)}, "the least is of the last alone"
    state, _ = step(loop, state, [], now_ns(46))
    assert state.seen
    state, _ = step(loop, state, [], now_ns(49))
    assert not state.seen


@pytest.mark.parametrize(("probation_ns", "lasts"), [(None, 32), (5 * MINUTE_NS, 5)])
def test_probation_lasts_until_rounds_can_have_shown_the_pair(surveyed, probation_ns, lasts):
    loop = loop_of(surveyed, apply=True, probation_ns=probation_ns)
    loop = replace(loop, period_ns=15 * MINUTE_NS)
    state, _ = run(loop, start(surveyed), surveyed, [900])
    _, actions = step(loop, state, [], now_ns(1 + lasts))
    assert not actions
    _, actions = step(loop, state, [], now_ns(1.1 + lasts))
    assert [type(one) for one in actions] == [NotConfirmed]


def test_probation_and_gap_end_though_a_clock_was_ahead_when_they_began(surveyed):
    loop = loop_of(surveyed, apply=True)
    state, _ = run(loop, start(surveyed), surveyed, [900] * 2)
    state = applied_at(state, now_ns(500_000))
    state, actions = step(loop, state, [], now_ns(3))
    assert not actions
    good = pair_window(*THERE, 3, Verdict.PASS)
    confirmed, actions = step(loop, state, [good], now_ns(4))
    assert actions == (Confirmed((THERE, BACK)),)
    assert confirmed.probation is None
    late, actions = step(loop, state, [], now_ns(30))
    assert [type(one) for one in actions] == [NotConfirmed]
    assert late.plan is surveyed.plan
