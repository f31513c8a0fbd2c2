"""Whether a drill has shown anything of what it broke."""

from __future__ import annotations

from dataclasses import replace

from drill_phases import phase

from netkit.model.drills.result import DirectionDrill, DrillResult, PhaseFigures
from netkit.model.drills.scenario import DrillPhase
from netkit.model.verdict import Verdict

BEFORE = replace(phase(DrillPhase.BEFORE, (0, 900), (45, 0), 2000, 2000, Verdict.PASS), event=-1)
OUTAGE = phase(DrillPhase.OUTAGE, (990, 1000), (0, 0), None, None, Verdict.UNKNOWN)
REPAIR = phase(DrillPhase.REPAIR, (995, 1000), (0, 0), None, 3000, Verdict.PASS)
CUT_OFF = phase(DrillPhase.REPAIR, (995, 1000), (0, 0), None, None, Verdict.BREACH)


def drilled(*phases: PhaseFigures, beside: tuple[PhaseFigures, ...] = ()) -> DrillResult:
    """A drill whose cut hit a direction, and one ``beside`` it."""
    directions = tuple(
        DirectionDrill(*ends, 5000, True, 45, 0, 0, 0, own, ())
        for ends, own in ((("a", "b"), phases), (("c", "d"), beside))
        if own
    )
    return DrillResult(
        "n", "t", "", "top", "2023", "staged", "wire", 1000, 20, 1, {0: ("x",)}, (), directions
    )


def untested(result: DrillResult) -> list[tuple[str, DrillPhase]]:
    return [(one.src, phase.phase) for one, phase in result.untested]


def test_an_event_after_which_no_probe_was_has_not_been_tried() -> None:
    """Cut so late that nothing left after it, whether or not anything was promised then."""
    for last in (OUTAGE, CUT_OFF):
        result = drilled(BEFORE, OUTAGE, last) if last is CUT_OFF else drilled(BEFORE, OUTAGE)
        assert untested(result) == [("a", last.phase)]
        assert result.verdict is Verdict.UNKNOWN


def test_an_outage_is_too_short_for_probes_of_every_direction() -> None:
    seen = replace(OUTAGE, sent=1, lost=1)
    assert untested(drilled(BEFORE, seen)) == []
    assert untested(drilled(BEFORE, OUTAGE, beside=(BEFORE, seen))) == []
    assert drilled(BEFORE, OUTAGE, replace(REPAIR, sent=3, worst_us=3000)).verdict is Verdict.PASS


def test_a_promise_that_no_probe_tells_of_is_untested_whatever_else_there_was() -> None:
    assert untested(drilled(BEFORE, replace(OUTAGE, sent=2, lost=2), REPAIR)) == [
        ("a", DrillPhase.REPAIR)
    ]
    assert untested(drilled(BEFORE, OUTAGE, REPAIR)) == [("a", DrillPhase.REPAIR)]
