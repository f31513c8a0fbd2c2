"""The page of a drill: what happened when, every probe, and figures that are the drill's."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

from drill_phases import phase
from rich.console import Console

from netkit.language.chosen import Language, in_language
from netkit.model.drills.clocked import ClockedPhase, ClocksOfDrill, ClockVerdict, Span
from netkit.model.drills.result import (
    Certified,
    Degraded,
    DirectionDrill,
    DrillResult,
    HappenedAt,
    Outage,
)
from netkit.model.drills.scenario import Ailment, ClockFault, DrillPhase
from netkit.model.planning.survival import Carrier
from netkit.model.verdict import Verdict
from netkit.report.documents.labs.drill import drill_to_json
from netkit.report.html.pages.page import Ground, report_data, report_page
from netkit.report.html.pages.sources import Sources
from netkit.report.terminal.lab.drill import drill_table

PASS, BREACH = Verdict.PASS, Verdict.BREACH


PHASES = (
    phase(DrillPhase.BEFORE, (0, 1000), (50, 0), 2500, 2500, PASS),
    phase(DrillPhase.OUTAGE, (1000, 1100), (5, 5), None, None, BREACH, "x<y"),
    replace(phase(DrillPhase.REPAIR, (1100, 2000), (45, 0), 6460, 6461, BREACH), slow_after_ms=0.0),
    phase(DrillPhase.RESTORED, (3000, 4000), (50, 0), 2500, 2500, PASS),
)
WAY = DirectionDrill(
    "a", "<b>", 5000, True, 150, 5, 0, 0, PHASES,
    (Outage(1000, 98, 5, 98, DrillPhase.REPAIR),),
    ((500.0, 2500.0), (1050.0, None), (1500.0, 6460.0), (3500.0, 2500.0)),
)  # fmt: skip
RESULT = DrillResult(
    "n", "A <trunk> goes", "d", "t", "2023", "staged", "wire", 4000, 20, 1, {0: ("x<y",)},
    (HappenedAt(DrillPhase.OUTAGE, 0, 1000, 1001), HappenedAt(DrillPhase.RESTORED, 1, 2500, 3000)),
    (WAY,),
)  # fmt: skip


def told(result):
    """What a page of its document says, as its data has it."""
    return report_data(Sources(drill=drill_to_json(result)), Ground())


def words(result):
    """All of that as one text."""
    return json.dumps(told(result), ensure_ascii=False)


def test_the_page_has_the_story_and_every_probe():
    data = told(RESULT)
    assert data["sentence"] == (
        "n: packets bear out the plan; 1 of 1 directions were hit, 5 probes lost; "
        "98 ms without service at the most."
    )
    assert data["drill"]["story"][0] == [1000, "cut: x<y"]
    (way,) = data["drill"]["timelines"]
    assert (way["at"], way["delay"]) == ([500, 1050, 1500, 3500], [2500, None, 6460, 2500])
    assert [phase[3] for phase in way["phases"]] == ["good", "bad", "bad", "good"]
    assert [phase[5] for phase in way["phases"]] == ["pass", "breach", "breach", "pass"]
    assert way["phases"][2][4] == 6461
    assert data["drill"]["broken"] == ["x<y"]
    assert "A <trunk> goes" not in report_page(Sources(drill=drill_to_json(RESULT)))


def test_the_page_says_how_long_and_how_slow():
    page = words(RESULT)
    assert "5 probes lost in 98 ms; back, 98 ms after it began (local repair)" in page
    assert "6.5 ms, over its tier of 5 ms, for 0.9 s" in page
    assert "all is as before at the end" in page
    assert told(RESULT)["alerts"] == []


def test_a_contradiction_is_named_on_the_page_in_the_table_and_in_json():
    slow = replace(PHASES[2], certified=Certified(PASS, 2_524, Carrier.PRIMARY))
    result = replace(RESULT, directions=(replace(WAY, phases=(*PHASES[:2], slow)),))
    assert told(result)["alerts"] == ["a to <b>, local repair: up to 6.460 ms, certified 2.524 ms"]
    out = io.StringIO()
    Console(file=out, width=100).print(drill_table(result, width=100))
    assert "up to 6.460 ms, certified 2.524 ms" in out.getvalue()
    document = drill_to_json(result)
    assert document["verdict"] == "breach"
    assert document["directions"][0]["phases"][2]["contradictions"] == ["slower"]


def test_a_grey_failure_is_said_in_words_on_the_page_and_in_json():
    grey = replace(
        phase(DrillPhase.DEGRADED, (1000, 3000), (90, 4), 6460, 6461, BREACH, "x<y"), excused=4,
        duplicated=2, slow_after_ms=1250.0,
    )  # fmt: skip
    gaps = tuple(Outage(1000 + n, 20 + n, 1, None, DrillPhase.DEGRADED) for n in range(5))
    way = replace(WAY, phases=(PHASES[0], grey), outages=gaps)
    ill = Degraded(("x<y",), Ailment("x", 4000, loss=0.05, duplicate=0.1, over_s=2))
    happened = (HappenedAt(DrillPhase.DEGRADED, 0, 1000, 1001),)
    result = replace(RESULT, cut={}, degraded={0: ill}, moments=happened, directions=(way,))
    page = words(result)
    assert "x<y: +4 ms, 5 % lost, 10 % sent twice, growing for 2 s, from x only" in page
    assert "5 probes lost in 5 gaps, the longest 24 ms" in page
    assert "degraded it took 6.5 ms, over its tier of 5 ms, from 1.2 s after it began" in page
    document = drill_to_json(result)
    assert document["verdict"] == "pass"
    assert document["degraded"][0]["loss_percent"] == 5
    unsaid = replace(way, phases=(PHASES[0], replace(grey, excused=3)))
    assert replace(result, directions=(unsaid,)).verdict is BREACH


def test_a_phase_without_a_probe_shows_nothing_where_packets_are_certified_to_arrive():
    empty = replace(PHASES[2], sent=0, worst_us=None, verdict=Verdict.UNKNOWN)
    lost = replace(empty, certified=Certified(BREACH, None, None))
    short = replace(empty, phase=DrillPhase.OUTAGE)
    for phases, verdict in (((empty,), Verdict.UNKNOWN), ((lost, short), PASS)):
        way = replace(WAY, phases=(PHASES[0], *phases))
        assert replace(RESULT, directions=(way,)).verdict is verdict


def test_the_page_and_the_table_speak_chinese() -> None:
    data = in_language(Language.ZH, told, RESULT)
    screen = Console(file=io.StringIO(), width=80)
    in_language(Language.ZH, screen.print, in_language(Language.ZH, drill_table, RESULT, width=80))
    drill = data["drill"]
    text = json.dumps([data["sentence"], data["notes"], drill["story"],
                       [[one["text"], one["phases"]] for one in drill["timelines"]]],
                      ensure_ascii=False) + screen.file.getvalue()  # fmt: skip
    for word in ("报文印证规划", "本地修复", "业务中断最长 98 ms", "ms 后恢复（本地修复）"):
        assert word in text
    assert not {"probe", "probes", "lost", "the", "after", "Sent", "cut"} & set(
        re.findall(r"\w+", text)
    )


FAULT = ClockFault(("<b>",), offset_us=-2_000, drift_ppb=-50_000)
CLOCKED = ClockedPhase(
    "a", "<b>", DrillPhase.DEGRADED, 0, 50, Span(1_900, 2_100), Span(2_490, 2_510), 2_510,
    Span(1_000, None),
)  # fmt: skip
BLAME = ClockVerdict(0, FAULT, (("<b>", -512.3),), ())
SLOW = replace(
    RESULT,
    moments=(HappenedAt(DrillPhase.DEGRADED, 0, 1000, 1000),),
    directions=(replace(WAY, hit=False, phases=PHASES[:1], lost=0, outages=()),),
    clocks=ClocksOfDrill((CLOCKED,), (BLAME,), {("a", "<b>"): ((500.0, 1_900.0), (600.0, -9.0))}),
)


def test_clocks_stand_beside_the_truth():
    page = words(SLOW)
    assert "clocks of <b>: set by -2 ms, slow by 50 µs a second" in page
    assert "the clock of <b> moved, by -0.512 ms; no link" in page
    assert "certified intervals that hold the truth: 1 of 1" in page
    assert '"1.900–2.100", "2.490–2.510", "1.000––"' in page
    (way,) = told(SLOW)["drill"]["timelines"]
    assert (way["read_at"], way["read"]) == ([500, 600], [1900, -9])
    assert "0 of 0" not in page
    assert SLOW.verdict is PASS


def test_a_certified_interval_without_the_truth_is_a_breach():
    refuted = replace(SLOW.clocks, phases=(replace(CLOCKED, certain=Span(2_600, 9_000)),))
    result = replace(SLOW, clocks=refuted)
    assert result.verdict is BREACH
    assert "a to <b>: truly 2.510 ms, certified 2.600–9.000" in told(result)["alerts"]
    assert drill_to_json(result)["clocks"]["directions"][0]["refuted"] is True


def test_another_clock_that_is_blamed_is_a_breach():
    blamed = replace(BLAME, clocks=(("a", 512.3),))
    result = replace(SLOW, clocks=replace(SLOW.clocks, verdicts=(blamed,)))
    assert result.verdict is BREACH
    assert any("the clock of a moved, by +0.512 ms" in one for one in told(result)["alerts"])


def test_round_trips_that_got_longer_are_said():
    slower = replace(BLAME, slower=(("a", "<b>"),))
    result = replace(SLOW, clocks=replace(SLOW.clocks, verdicts=(slower,)))
    assert "round trips got longer: a – <b>" in words(result)
    assert result.verdict is PASS


def test_the_terminal_and_the_document_have_what_clocks_made_of_it():
    text = io.StringIO()
    Console(file=text, width=120).print(drill_table(SLOW, width=120))
    assert "1.900–2.100" in text.getvalue()
    assert "the clock of <b> moved, by -0.512 ms" in text.getvalue()
    clocks = drill_to_json(SLOW)["clocks"]
    assert clocks["events"] == [
        {"event": 0, "hosts": ["<b>"], "drift_ppm": -50, "offset_ms": -2.0,
         "moved": [{"host": "<b>", "gained_ms": -0.512}], "slower": []}
    ]  # fmt: skip
    assert clocks["directions"][0]["certain"] == {"low_ms": 1.0, "high_ms": None}
