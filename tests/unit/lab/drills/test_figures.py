"""From legs to figures: phases, outages, contradictions; each is wrong in a way of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netkit.lab.drills.analysis.figures import direction_of
from netkit.lab.drills.analysis.legs import Leg
from netkit.lab.drills.analysis.windows import Moment, windows
from netkit.lab.drills.expected import Expectation
from netkit.model.drills.result import Contradiction
from netkit.model.drills.scenario import DrillPhase
from netkit.model.planning.demand import Demand
from netkit.model.planning.survival import Carrier, Outcome
from netkit.model.verdict import Verdict
from netkit.planner.protection.phases import Carried

MS = 1_000_000
A, B = ("ab", "a"), ("bc", "b")
WAY = Carried(Outcome(Verdict.PASS, 2000, 2, Carrier.PRIMARY), frozenset({A, B}))
DEMAND = Demand("a", "c", 5000, "5ms")
MOMENTS = [
    Moment(DrillPhase.BEFORE, -1, 0, 0),
    Moment(DrillPhase.OUTAGE, 0, 100 * MS, 101 * MS),
    Moment(DrillPhase.REPAIR, 0, 150 * MS, 155 * MS),
]
EXPECTED = [Expectation(True, {DrillPhase.BEFORE: WAY, DrillPhase.REPAIR: WAY})]


def leg(sent_ms, *, arrived=True, crossed=(A, B), asked_us=2000):
    return Leg(
        sent_ms * MS, (sent_ms + 2) * MS, arrived, None if arrived else "bc", crossed,
        asked_us * 1000, asked_us * 1000, asked_us * 1000 + 7000 if arrived else None,
    )  # fmt: skip


def figures(*legs, moments=MOMENTS):
    own = windows(moments, ("a", "c"), 300 * MS)
    return direction_of(DEMAND, EXPECTED, [legs], own, 0)


def test_probes_are_in_the_phase_in_which_they_left_and_were_over():
    found = figures(leg(10), leg(99), leg(120, arrived=False), leg(149, arrived=False), leg(160))
    assert [(p.phase.value, p.sent, p.lost) for p in found.phases] == [
        ("before", 1, 0), ("outage", 1, 1), ("repair", 1, 0),
    ]  # fmt: skip
    assert (found.between, found.lost, found.contradicted) == (2, 2, False)
    assert found.phases[2].worst_us == 2007


def test_an_outage_is_from_the_first_lost_to_the_first_that_arrives_of_its_flow():
    (outage,) = figures(leg(10), leg(120, arrived=False), leg(140, arrived=False), leg(170)).outages
    assert (outage.lost, outage.length_ms, outage.after_cut_ms) == (2, 50, 70)
    assert outage.ended_by is DrillPhase.REPAIR
    (ever,) = figures(leg(10), leg(120, arrived=False)).outages
    assert (ever.length_ms, ever.ended_by) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (leg(160, arrived=False), Contradiction.LOST),
        (leg(160, asked_us=2400), Contradiction.SLOWER),
        (leg(160, crossed=(A, ("bx", "b"))), Contradiction.STRAYED),
    ],
)
def test_what_the_certificate_does_not_say_contradicts_it(wrong, what):
    found = figures(leg(10), wrong).phases[-1]
    assert found.contradictions == (what,)
    assert figures(leg(10), leg(160, asked_us=2290)).contradicted is False
    unpromised = replace(found, certified=None)
    assert unpromised.contradictions == ()


def test_a_link_crossed_twice_the_same_way_is_a_loop():
    there_and_back = (A, ("ab", "b"), A, B)
    assert figures(leg(160, crossed=there_and_back)).phases[-1].looped == 1
    assert figures(leg(160, crossed=(A, ("ab", "b"), ("ac", "a")))).phases[-1].looped == 0


def test_a_headend_that_changes_over_by_itself_changes_its_own_direction_only():
    own = Moment(DrillPhase.BACKUP, 0, 200 * MS, 210 * MS, (("a", "c"),))
    phases = [w.phase.value for w in windows([*MOMENTS, own], ("a", "c"), 300 * MS)]
    assert phases[-1] == "backup"
    others = windows([*MOMENTS, own], ("c", "a"), 300 * MS)
    assert others[-1].phase is DrillPhase.REPAIR


def test_only_the_direction_that_is_said_to_lose_is_excused():
    for lossy, excused in ((("bc", "b"), 1), (("bc", "c"), 0)):
        expected = [replace(EXPECTED[0], lossy=frozenset({lossy}))]
        own = windows(MOMENTS, ("a", "c"), 300 * MS)
        lost = [leg(160, arrived=False)]
        phase = direction_of(DEMAND, expected, [lost], own, 0).phases[-1]
        assert phase.excused == excused
        assert (phase.contradictions == ()) == bool(excused)


@pytest.mark.parametrize(("unheard", "kept"), [(12, True), (9, False)])
def test_a_far_router_whose_host_gets_nothing_of_a_phase_keeps_it(unheard, kept):
    """As where a repair list ends at an egress that does not take the packet out of it."""
    before = [leg(sent_ms) for sent_ms in range(10, 90, 10)]
    repair = [replace(leg(160 + 5 * n), heard=False) for n in range(unheard)]
    found = figures(*before, *repair, leg(250, arrived=False), leg(290)).phases[-1]
    assert found.lost == (unheard if kept else 0) + 1
    if kept:
        assert (found.contradictions, found.lost_on) == ((Contradiction.LOST,), "at c")


def test_a_host_that_had_some_of_a_phase_was_late_for_the_others():
    repair = [replace(leg(160 + 5 * n), heard=n == 3) for n in range(20)]
    assert figures(leg(10), *repair, leg(290)).phases[-1].lost == 0


def test_what_came_once_the_last_probe_had_left_nobody_may_have_read():
    repair = [replace(leg(250 + n), heard=False) for n in range(11)]
    assert figures(leg(10), *repair).phases[-1].lost == 0
