"""A report of a store in Chromium: gaps, events, weeks, what is certain; light, dark, phone."""

import importlib.util
from pathlib import Path

import pytest
from measured_month import BEGIN_NS, HOUR_NS, HOURS, fill
from report_tab import DESK, LINK, PHONE, shown, wait

from netkit.model.measurement.window import WindowSelection
from netkit.report.documents.monitoring.over_time import over_time_to_json
from netkit.report.html.pages.page import report_page
from netkit.report.html.pages.sources import Sources
from netkit.store.windows.store import open_store
from netkit.workflows.store.over_time import over_time

SPAN = (BEGIN_NS, BEGIN_NS + HOURS * HOUR_NS)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("over-time")
    with open_store(f"sqlite:///{folder / 'windows.sqlite'}") as store:
        fill(store)
        document = over_time_to_json(over_time(store, WindowSelection(), SPAN))
    (folder / "page.html").write_text(report_page(Sources(over_time=document)), encoding="utf-8")
    return folder / "page.html"


def opened(tab, page, name, **screen):
    shown(tab, page, f"#q={name}", **screen)
    tab.run(f"{LINK}.click()")
    wait(tab, "document.querySelectorAll('svg.smoke').length === 2")


def count(tab, selector):
    return tab.run(f"document.querySelectorAll({selector!r}).length")


def test_a_pair_over_time(tab, page):
    opened(tab, page, "beijing")
    first = "document.querySelector('svg.smoke')"
    assert tab.run(f"{first}.querySelectorAll('.gapband').length") == 1, "a gap, and not a zero"
    line = tab.run(f"{first}.querySelector('.median').getAttribute('d')")
    assert line.count("M") == 2, "the line is broken where nothing was measured"
    marks = "[...document.querySelectorAll('svg.smoke')].map(s => "
    marks += "[...s.querySelectorAll('.event')].map(e => e.classList[1]).sort().join())"
    assert tab.run(marks) == ["alarm,clock,path", "clock"]
    wait(tab, "document.querySelectorAll('.events tbody tr').length === 3")
    assert count(tab, "svg.weeks .p99line.age0") == 2
    assert count(tab, ".weektable tbody tr") == 8
    assert "36 of 8,280" in tab.run("document.querySelector('.weektable').innerText")


def test_what_is_certain_is_shown_where_clocks_bound_nothing(tab, page):
    opened(tab, page, "guangzhou")
    certain = "document.querySelector('svg.smoke .certain').getAttribute('d').length"
    assert tab.run(certain) > 1000
    assert tab.run("document.querySelector('svg.smoke .smoke1').getAttribute('d')") == ""
    ticks = "[...document.querySelectorAll('svg.smoke .tick')].map(t => t.textContent).join(' ')"
    assert "4000 ms" not in tab.run(ticks)
    assert "Violet: where the least delay lies" in tab.run("document.body.innerText")


def test_every_picture_and_table_can_be_taken_along(tab, page):
    opened(tab, page, "beijing")
    named = "[...document.querySelectorAll('#onepair .save')].map(b => b.ariaLabel)"
    said = tab.run(named)
    for what in ("beijing → shanghai, daily gold", "Week against week, shanghai → beijing"):
        assert {f"{what} as {one}" for one in ("CSV", "SVG", "PNG")} <= set(said)
    assert "Events as CSV" in said


@pytest.mark.parametrize("screen", [DESK, {**DESK, "dark": True}, PHONE, {**PHONE, "dark": True}])
@pytest.mark.parametrize("name", ["beijing", "guangzhou", "img"])
def test_axe_finds_nothing(tab, page, screen, name):
    opened(tab, page, name, **screen)
    folder = Path(importlib.util.find_spec("axe_core_python").origin).parent
    tab.run(f"{(folder / 'axe.min.js').read_text(encoding='utf-8')};0")
    found = tab.run("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
