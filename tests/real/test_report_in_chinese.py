"""Pages in Chinese in Chromium: whole, inside a phone, and nothing for axe to find."""

import importlib.util
from pathlib import Path

import pytest
from command import netkit
from goldens import ROOT
from measured_month import fill
from report_tab import DESK, LINK, PHONE, shown, wait
from test_report_over_time import SPAN

from netkit.language.chosen import Language, in_language
from netkit.model.measurement.window import WindowSelection
from netkit.report.documents.monitoring.over_time import over_time_to_json
from netkit.report.html.pages.page import report_page
from netkit.report.html.pages.sources import Sources
from netkit.report.html.pages.texts import TEXTS
from netkit.store.windows.store import open_store
from netkit.workflows.store.over_time import over_time

TWO = ROOT / "topologies" / "lab-two-operators.yaml"
SCREENS = [DESK, {**DESK, "dark": True}, PHONE, {**PHONE, "dark": True}]
LATIN = {"CSV", "SVG", "PNG", "IGP", "p50", "p99", "–"}
"""Texts of the page that are the same in both."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("chinese")
    written = {
        "plan": ("plan", TWO),
        "survival": ("plan", "survive", TWO),
        "advice": ("advise", TWO),
    }
    for name, words in written.items():
        done = netkit(*words, "--pairs", "all", "--json", "--lang", "zh")
        (folder / f"{name}.json").write_text(done.stdout, encoding="utf-8")
    report = ("report", *sorted(folder.glob("*.json")), "--topology", TWO, "--lang", "zh")
    netkit(*report, "-o", folder / "report.html")
    netkit("advise", TWO, "--pairs", "all", "--html", folder / "advice.html", "--lang", "zh")
    with open_store(f"sqlite:///{folder / 'windows.sqlite'}") as store:
        fill(store)
        document = over_time_to_json(over_time(store, WindowSelection(), SPAN))
    text = in_language(Language.ZH, report_page, Sources(over_time=document))
    (folder / "month.html").write_text(text, encoding="utf-8")
    return folder


def opened(tab, page, place, screen):
    shown(tab, page, **screen)
    if place == "pair":
        tab.run(f"{LINK}.click()")
        wait(tab, "!document.getElementById('onepair').hidden")


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("name", "place"),
    [("report", "all"), ("report", "pair"), ("month", "all"), ("month", "pair"), ("advice", "all")],
)
def test_nothing_overflows_and_axe_finds_nothing(tab, made, name, place, screen):
    opened(tab, made / f"{name}.html", place, screen)
    assert tab.run("document.documentElement.lang") == "zh"
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    folder = Path(importlib.util.find_spec("axe_core_python").origin).parent
    tab.run(f"{(folder / 'axe.min.js').read_text(encoding='utf-8')};0")
    assert tab.run("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))") == []


@pytest.mark.parametrize("place", ["all", "pair"])
@pytest.mark.parametrize("name", ["report", "month"])
def test_no_text_of_the_page_is_left_in_english(tab, made, name, place):
    opened(tab, made / f"{name}.html", place, DESK)
    lines = set(tab.run("document.body.innerText").splitlines())
    assert not lines & (set(TEXTS.values()) - LATIN)


def test_a_place_is_called_and_found_by_its_chinese_name(tab, made):
    shown(tab, made / "report.html", "#q=上海 杭州")
    rows = tab.run("[...document.querySelectorAll('.pairrows td.pair')].map(c => c.textContent)")
    assert len(rows) == 4
    assert all("shanghai" in one and "hangzhou" in one for one in rows)
    tab.run(f"{LINK}.click()")
    assert "（上海）" in tab.run("document.getElementById('pairtitle').textContent")
