"""A drill beside its plan in Chromium: story, timelines, verdicts, map; on desk and phone."""

import importlib.util
import json
from pathlib import Path

import pytest
from command import netkit
from drill_phases import phase
from goldens import ROOT
from report_tab import DESK, LINK, PHONE, shown, wait

from netkit.language.chosen import Language
from netkit.model.drills.result import DirectionDrill, DrillResult, HappenedAt, Outage
from netkit.model.drills.scenario import DrillPhase
from netkit.model.verdict import Verdict
from netkit.report.documents.document import to_text
from netkit.report.documents.labs.drill import drill_to_json

REGION = ROOT / "topologies" / "lab-region.yaml"
PAIR = ("qingpu-dc", "wuhu-dc")
PASS, BREACH = Verdict.PASS, Verdict.BREACH
PHASES = (
    phase(DrillPhase.BEFORE, (0, 1000), (50, 0), 2530, 2524, PASS),
    phase(DrillPhase.OUTAGE, (1000, 1080), (4, 4), None, None, BREACH, "shanghai~nanjing"),
    phase(DrillPhase.REPAIR, (1080, 2000), (46, 0), 6467, 6461, BREACH),
    phase(DrillPhase.RESTORED, (3000, 4000), (50, 0), 2530, 2524, PASS),
)


def delay_us(at_ms):
    """What a probe of that moment takes; None while nothing comes through."""
    if 1000 <= at_ms < 1080:
        return None
    return 6467.0 if 1080 <= at_ms < 3000 else 2530.0


def direction(src, dst):
    probes = tuple((float(at), delay_us(at)) for at in range(0, 4000, 20))
    outage = Outage(1000, 80, 4, 80, DrillPhase.REPAIR)
    return DirectionDrill(src, dst, 5000, True, 200, 4, 0, 0, PHASES, (outage,), probes)


@pytest.fixture(scope="module", params=list(Language))
def page(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("drill")
    result = DrillResult(
        "region/cut", "A trunk goes", "One trunk goes.", "lab-region", "2023", "staged", "wire",
        4000, 20, 1, {0: ("shanghai~nanjing",)},
        (HappenedAt(DrillPhase.OUTAGE, 0, 1000, 1001),
         HappenedAt(DrillPhase.RESTORED, 1, 2990, 3000)),
        (direction(*PAIR), direction(*PAIR[::-1])),
    )  # fmt: skip
    drill, plan, out = (folder / name for name in ("drill.json", "plan.json", "page.html"))
    drill.write_text(to_text(drill_to_json(result)), encoding="utf-8")
    pairs = [word for ends in (PAIR, PAIR[::-1]) for word in ("--pair", ":".join(ends))]
    netkit("plan", REGION, *pairs, "-o", plan)
    netkit("report", drill, plan, "--topology", REGION, "-o", out, "--lang", request.param.value)
    return out


def count(tab, selector):
    return tab.run(f"document.querySelectorAll({json.dumps(selector)}).length")


def test_phases_stand_over_their_probes_and_have_verdicts(tab, page):
    shown(tab, page)
    assert count(tab, ".story li") == 2
    assert count(tab, "svg.timeline") == 2
    first = "document.querySelector('svg.timeline')"
    assert tab.run(f"[...{first}.querySelectorAll('.band')].map(b => b.classList[1]).join()") == (
        "good,bad,bad,good"
    )
    drawn = f"{first}.querySelector('.probes.%s').getAttribute('d').split('M').length - 1"
    assert (tab.run(drawn % "intime"), tab.run(drawn % "late")) == (100, 96)
    ticks = f"{first}.querySelector('.lostticks').getAttribute('d').split('M').length - 1"
    assert tab.run(ticks) == 4
    assert tab.run("document.querySelector('.phases').querySelectorAll('.chip.breach').length") == 2
    assert count(tab, ".cables .severed") == 1


def test_the_page_of_a_pair_has_its_own_timelines(tab, page):
    shown(tab, page)
    tab.run(f"{LINK}.click()")
    wait(tab, "!document.getElementById('onepair').hidden")
    assert count(tab, "#onepair svg.timeline") == 2


@pytest.mark.parametrize("screen", [DESK, {**DESK, "dark": True}, PHONE, {**PHONE, "dark": True}])
def test_axe_finds_nothing_and_a_phone_needs_no_scrolling_sideways(tab, page, screen):
    shown(tab, page, **screen)
    folder = Path(importlib.util.find_spec("axe_core_python").origin).parent
    tab.run(f"{(folder / 'axe.min.js').read_text(encoding='utf-8')};0")
    found = tab.run("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
