"""When an IGP that takes its own time has reconverged, and who may be asked to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netkit.errors import InputError
from netkit.lab.drills.analysis.reconvergence import reconvergences
from netkit.lab.drills.analysis.windows import Moment, by_changes, in_time, windows
from netkit.lab.igp.comparison import Difference, IgpComparison
from netkit.model.drills.scenario import DrillPhase
from netkit.report.drill_words import reconvergence_text
from netkit.workflows.drills.run import for_igp, load_drill

MS = 1_000_000
MOMENTS = [
    Moment(DrillPhase.BEFORE, -1, 0, 0),
    Moment(DrillPhase.OUTAGE, 0, 100 * MS, 101 * MS),
    Moment(DrillPhase.REPAIR, 0, 150 * MS, 155 * MS),
    Moment(DrillPhase.BACKUP, 0, 400 * MS, 410 * MS),
    Moment(DrillPhase.RECONVERGED, 0, 800 * MS, 900 * MS),
    Moment(DrillPhase.RESTORED, 1, 2000 * MS, 2500 * MS),
]


def phases(*changes_ms, at_once=True):
    moments = by_changes(MOMENTS, [at * MS for at in changes_ms], at_once=at_once)
    own = windows(moments, ("a", "b"), 3000 * MS)
    return [(one.phase.value, one.start_ns // MS, one.end_ns // MS) for one in own][2:5]


def test_the_phase_before_ends_with_the_first_route_that_changes():
    assert phases(102, 700, 760) == [
        ("repair", 155, 400), ("backup", 410, 700), ("reconverged", 900, 2000),
    ]  # fmt: skip


def test_a_switch_while_routes_change_already_is_no_phase():
    assert phases(300, 700) == [
        ("repair", 155, 300), ("reconverged", 900, 2000), ("restored", 2500, 3000),
    ]  # fmt: skip


def test_where_no_router_changes_at_once_what_a_late_machine_does_afterwards_is_no_phase():
    assert phases(120, 700, at_once=False) == [
        ("reconverged", 900, 2000), ("restored", 2500, 3000),
    ]  # fmt: skip
    assert phases(90, 420, 700, at_once=False) == [
        ("repair", 155, 400), ("backup", 410, 420), ("reconverged", 900, 2000),
    ]  # fmt: skip


def test_what_was_not_brought_about_before_routes_changed_was_not_tried():
    """A drill passed without its repair, as if none had been asked for."""

    def tried(*changes_ms):
        moments = by_changes(MOMENTS, [at * MS for at in changes_ms])
        return [one.phase.value for one in in_time(moments) if one.event == 0]

    assert tried(120, 700) == ["outage", "reconverged"]
    assert tried(153, 700) == ["outage", "reconverged"], "half a repair is none"
    assert tried(200, 700) == ["outage", "repair", "reconverged"]
    assert tried(420, 700) == ["outage", "repair", "backup", "reconverged"]
    late = Moment(DrillPhase.BACKUP, 0, 950 * MS, 960 * MS)
    assert in_time([*MOMENTS, late]) == [*MOMENTS, late], "planned for later"


def test_first_and_last_change_count_from_the_event_and_the_next_event_ends_it():
    row = Difference("a", "b", 3, None, ("ge0",), ())
    changes = [(50 * MS, "x"), (700 * MS, "a"), (740 * MS, "b"), (2100 * MS, "a")]
    tables = {0: IgpComparison(6, 0, (row,))}
    cut, mended = reconvergences(MOMENTS, changes, tables, 3000 * MS)
    assert (cut.event, cut.routers, cut.first_ms, cut.last_ms) == (0, 2, 600, 640)
    assert cut.differences == ("a to b: planned ge0, distance 3, found no route",)
    assert (mended.event, mended.first_ms, mended.differences) == (1, 100, None)


def test_a_scenario_without_time_for_real_isis_is_refused_with_its_lines():
    scenario, _ = load_drill("region/srlg-huning")
    with pytest.raises(InputError, match="too short for real IS-IS") as caught:
        for_igp(scenario, "frr")
    assert [p.line for p in caught.value.problems] == [e.line for e in scenario.events]
    never = replace(scenario, reaction=replace(scenario.reaction, reconverge_ms=None))
    with pytest.raises(InputError, match="learns of every cut"):
        for_igp(never, "frr")
    slow = replace(scenario.reaction, reconverge_ms=30_101)
    with pytest.raises(InputError, match=r"longer than real IS-IS waits.*30100 or less"):
        for_igp(replace(scenario, reaction=slow, length_s=3600), "frr")
    with pytest.raises(InputError, match="static, staged, frr"):
        for_igp(scenario, "ospf")
    enough, _ = load_drill("region/real-isis")
    assert for_igp(enough, "frr") == enough


def test_over_static_tables_nothing_reconverges():
    scenario, _ = load_drill("region/srlg-huning")
    assert for_igp(scenario, "static").reaction.reconverge_ms is None


def test_tables_that_are_not_the_planners_count_though_no_router_changed_a_route():
    """An IS-IS that slept through a cut."""
    row = Difference("a", "b", 3, 2, ("ge0",), ("ge1",))
    (slept,) = reconvergences(MOMENTS, [], {0: IgpComparison(6, 6, (row,))}, 3000 * MS)
    assert (slept.event, slept.routers, slept.first_ms, slept.last_ms) == (0, 0, None, None)
    assert slept.differences == (str(row),)
    assert reconvergence_text(slept).startswith("no router changed its routes; of 6 pairs 1 not")
    assert list(reconvergences(MOMENTS, [], {0: IgpComparison(6, 6, ())}, 3000 * MS)) == []
