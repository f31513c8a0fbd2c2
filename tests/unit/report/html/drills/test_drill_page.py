"""The page of a drill: nothing is loaded, every text is escaped, the figures are the drill's."""

from __future__ import annotations

import io
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
from netkit.report.html.drills.page import render_drill
from netkit.report.html.drills.timeline import picture_of
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


def test_the_page_loads_nothing_and_escapes_what_others_wrote():
    page = render_drill(RESULT)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(", page)
    assert "<b>" not in page
    assert "A &lt;trunk&gt; goes" in page
    assert page == render_drill(RESULT)


def test_the_page_says_how_long_and_how_slow():
    page = render_drill(RESULT)
    assert "98 ms" in page
    assert "5 probes lost in 98 ms; back, 98 ms after it began (local repair)" in page
    assert "6.5 ms, over its tier of 5 ms, for 0.9 s" in page
    assert "all is as before at the end" in page
    assert "Packets do not bear out the plan" not in page


def test_a_contradiction_is_named_on_the_page_in_the_table_and_in_json():
    slow = replace(PHASES[2], certified=Certified(PASS, 2_524, Carrier.PRIMARY))
    result = replace(RESULT, directions=(replace(WAY, phases=(*PHASES[:2], slow)),))
    assert "up to 6.460 ms, certified 2.524 ms" in render_drill(result)
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
    page = render_drill(result)
    assert "x&lt;y: +4 ms, 5 % lost, 10 % sent twice, growing for 2 s, from x only" in page
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


def test_probes_lie_where_they_belong():
    picture = picture_of(WAY, 4000)
    assert (picture.good.count("M"), picture.slow.count("M"), picture.lost.count("M")) == (2, 1, 1)
    slow_y = float(picture.slow.removeprefix("M").split()[1].removesuffix("h0"))
    assert slow_y < picture.tier_y
    assert [band.mood for band in picture.bands] == ["good", "bad", "bad", "good"]


def test_the_page_and_the_table_speak_chinese() -> None:
    page = in_language(Language.ZH, render_drill, RESULT)
    assert '<html lang="zh">' in page
    told = re.sub(r"<style>.*?</style>|<[^>]*>|&#?\w+;", " ", page, flags=re.DOTALL)
    screen = Console(file=io.StringIO(), width=80)
    in_language(Language.ZH, screen.print, in_language(Language.ZH, drill_table, RESULT, width=80))
    told += screen.file.getvalue()
    for word in ("事件经过", "本地修复", "最长业务中断", "ms 后恢复（本地修复）"):
        assert word in told
    assert not {"probe", "probes", "lost", "the", "after", "Sent", "cut"} & set(
        re.findall(r"\w+", told)
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
    page = render_drill(SLOW)
    assert "clocks of &lt;b&gt;: set by -2 ms, slow by 50 µs a second" in page
    assert "the clock of &lt;b&gt; moved, by -0.512 ms; no link" in page
    assert "certified intervals that hold the truth: 1 of 1" in page
    assert "<td>1.900–2.100</td><td>2.490–2.510</td>" in page
    (dots,) = re.findall(r'class="probes read" d="([^"]*)"', page)
    assert dots.count("M") == 1  # what is less than nothing has no place
    assert "0 of 0" not in page
    assert SLOW.verdict is PASS


def test_a_certified_interval_without_the_truth_is_a_breach():
    refuted = replace(SLOW.clocks, phases=(replace(CLOCKED, certain=Span(2_600, 9_000)),))
    result = replace(SLOW, clocks=refuted)
    assert result.verdict is BREACH
    assert "a to &lt;b&gt;: truly 2.510 ms, certified 2.600–9.000" in render_drill(result)
    assert drill_to_json(result)["clocks"]["directions"][0]["refuted"] is True


def test_another_clock_that_is_blamed_is_a_breach():
    blamed = replace(BLAME, clocks=(("a", 512.3),))
    result = replace(SLOW, clocks=replace(SLOW.clocks, verdicts=(blamed,)))
    assert result.verdict is BREACH
    notice = render_drill(result).partition('class="notice"')[2]
    assert "the clock of a moved, by +0.512 ms" in notice


def test_round_trips_that_got_longer_are_said():
    slower = replace(BLAME, slower=(("a", "<b>"),))
    result = replace(SLOW, clocks=replace(SLOW.clocks, verdicts=(slower,)))
    assert "round trips got longer: a – &lt;b&gt;" in render_drill(result)
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


def test_names_of_phases_never_run_through_one_another():
    bands = [(DrillPhase.BEFORE, 3000), (DrillPhase.OUTAGE, 3100), (DrillPhase.REPAIR, 4500),
             (DrillPhase.BACKUP, 6000), (DrillPhase.RECONVERGED, 13_000)]  # fmt: skip
    starts = [0, *(end for _, end in bands)]
    phases = tuple(
        phase(kind, (start, end), (1, 0), 2500, 2500, PASS)
        for (kind, end), start in zip(bands, starts, strict=False)
    )
    for length_ms in (13_000, 26_000, 60_000):
        places = {}
        for band in picture_of(replace(WAY, phases=phases), length_ms).bands:
            if band.name:
                assert band.x >= places.get(band.name_y, 0.0)
                places[band.name_y] = band.x + 6.5 * len(band.name)
    named = [band.name for band in picture_of(replace(WAY, phases=phases), 26_000).bands]
    assert named == ["before", "cut", "local repair", "backup path", "reconverged"]
