"""A page in Chromium says of every pair the worst that it knows, and keeps it when it is saved."""

import json

import pytest
from report_documents import (
    history_document,
    plan_document,
    survival_document,
    topology_yaml,
)
from report_tab import PHONE, shown, wait

from netkit.files.native.topology import load_topology
from netkit.report.html.pages.page import Ground, report_page
from netkit.report.html.pages.sources import Sources

WAY = {"sent": 60, "lost": 0, "min_ms": 1.0, "p50_ms": 2.0, "uncertainty_ms": 0.05,
       "certified_low_ms": None, "certified_high_ms": None, "long_p99_ms": None}  # fmt: skip


def flow(name, verdict, p99_ms, ends):
    way = {**WAY, "verdict": verdict, "p99_ms": p99_ms}
    return {"campaign": "daily", "flow": name, "src": ends[0], "dst": ends[1], "bound_ms": 20.0,
            "verdict": verdict, "there": way, "back": way}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("honest")


@pytest.fixture(scope="module")
def ground(folder):
    file = folder / "made-up.yaml"
    file.write_text(topology_yaml(3, 14), encoding="utf-8")
    return Ground(load_topology(file))


def written(folder, name, sources, ground):
    page = folder / f"{name}.html"
    page.write_text(report_page(sources, ground), encoding="utf-8")
    return page


def test_the_matrix_shows_the_flow_in_breach_and_not_the_one_with_the_larger_share(
    tab, folder, ground
):
    plan = plan_document(3, 14)
    ends = plan["pairs"][0]["src"], plan["pairs"][0]["dst"]
    told = {"schema": "netkit/over-time/1", "since": "2026-11-01T00:00:00Z", "by": "all",
            "until": "2026-11-02T00:00:00Z", "pieces": [], "weeks": [], "events": [],
            "pairs": [flow("fast", "breach", 4.0, ends),
                      flow("slow", "pass", 19.0, ends)]}  # fmt: skip
    shown(tab, written(folder, "flows", Sources(plan=plan, over_time=told), ground))
    tab.run("document.querySelector('.matrix').focus()")
    tab.key("ArrowRight")
    said = tab.run("document.querySelector('.matrix ~ output').value")
    assert said.startswith(f"{ends[0]} – {ends[1]}")
    assert said.endswith("breach")


def test_a_cut_says_breach_where_it_breaks_also_on_the_page_of_a_pair(tab, folder, ground):
    plan = plan_document(3, 14)
    survival = survival_document(plan)
    for one in survival["pairs"]:
        for effect in one["effects"]:
            effect["reconverged"] = {**effect["reconverged"], "verdict": "breach", "worst_ms": None}
    page = written(folder, "cut", Sources(plan=plan, survival=survival), ground)
    shown(tab, page)
    whole = "[...document.querySelectorAll('.pairrows td.verdict')]"
    whole += ".filter(c => c.textContent === 'breach').length"
    before = tab.run(whole)
    tab.run("(() => { const range = document.querySelector('.cutbar input'); range.value = 1;"
            "range.dispatchEvent(new Event('input')) })()")  # fmt: skip
    touched = len(survival["pairs"][0]["effects"])
    assert touched
    assert tab.run(whole) > before
    tab.run("[...document.querySelectorAll('.pairrows tbody tr')]"
            ".find(r => r.querySelector('.chip.breach')).querySelector('a').click()")  # fmt: skip
    wait(tab, "!document.getElementById('onepair').hidden")
    assert "directions touched" in tab.run("document.querySelector('#onepair .alert').textContent")


def test_what_was_measured_between_other_names_stands_on_the_first_page(tab, folder, ground):
    plan = plan_document(3, 14)
    history = history_document(plan)
    for one in history["rows"]:
        one["src"], one["dst"] = (f"site-{name}" for name in (one["src"], one["dst"]))
    shown(tab, written(folder, "sites", Sources(plan=plan, history=history), ground))
    assert tab.run("document.querySelectorAll('#overview svg.smoke').length") == 2


def test_saved_maps_have_their_nodes(tab, folder, ground):
    shown(tab, written(folder, "saved", Sources(plan=plan_document(3, 14)), ground))
    tab.run("window.texts = []; const Whole = Blob; window.Blob = function (parts, about)"
            "{ texts.push(parts.join('')); return new Whole(parts, about) };"
            "HTMLAnchorElement.prototype.click = () => {}; 0")  # fmt: skip
    tab.run("document.querySelector('.mappart .save').click()")
    (text,) = tab.run("texts")
    radii = tab.run(f"[...new DOMParser().parseFromString({json.dumps(text)}, 'image/svg+xml')"
                    ".querySelectorAll('circle')].map(c => +c.getAttribute('r'))")  # fmt: skip
    assert len(radii) == 21
    assert min(radii) > 1


def test_a_table_of_folded_rows_is_whole_at_its_end(tab, folder, ground):
    cities = [
        {"name": f"city {one}", "verdict": "breach",
         "nearest": {"site": None, "delay_ms": None, "distance_km": None},
         "reason": {"text": f"reason {one}: " + "nobody is near enough to it, " * 20}}
        for one in range(300)
    ]  # fmt: skip
    place = {"schema": "netkit/place/1", "topology": "made-up", "profile": "2023", "cities": cities}
    shown(tab, written(folder, "place", Sources(place=place), ground))
    table = "document.querySelector('.plain .scroller')"
    for _ in range(12):
        tab.run(f"{table}.scrollTop = 1e9")
        tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    rows = f"[...{table}.querySelectorAll('tbody tr:not(.gap)')]"
    assert "reason 299" in tab.run(f"{rows}.at(-1).textContent")
    assert tab.run(f"{rows}.at(-1).getBoundingClientRect().bottom") <= tab.run(
        f"{table}.getBoundingClientRect().bottom + 1"
    )
    tab.run(f"{table}.scrollTop = 3000")
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert tab.run(f"{table}.scrollTop") == 3000


def test_a_pair_opened_by_its_address_leads_to_the_next(tab, folder, ground):
    page = written(folder, "next", Sources(plan=plan_document(3, 14)), ground)
    shown(tab, page, "#pair=hub-00-ct~city-000-ct~20000~")
    wait(tab, "!document.getElementById('onepair').hidden")
    assert "Next pair" in tab.run("document.querySelector('#onepair nav').textContent")


def test_filters_are_cleared_at_once_also_that_of_a_link(tab, folder, ground):
    page = written(folder, "filters", Sources(plan=plan_document(3, 14)), ground)
    shown(tab, page, "#q=city-000&link=hub-00-ct~core-0-ct")
    assert tab.run("document.querySelector('.shown').value") != "42 of 42 pairs"
    tab.run("document.querySelector('.unfilter').click()")
    assert tab.run("document.querySelector('.shown').value") == "42 of 42 pairs"
    assert tab.run("document.querySelector('.unfilter').hidden") is True


@pytest.mark.parametrize(
    ("ratio", "told"), [(1.0004, "100.1\u00a0%"), (0.9996, "99.9\u00a0%"), (1.0, "100\u00a0%")]
)
def test_what_is_over_its_bound_is_not_rounded_onto_it(tab, folder, ground, ratio, told):
    plan = plan_document(1, 1)
    for one in plan["pairs"]:
        one["guaranteed_ms"] = 20.0 * ratio
    shown(tab, written(folder, "share", Sources(plan=plan), ground))
    assert tab.run("document.querySelector('td.used').textContent") == told
    assert f"takes {told}" in tab.run("document.getElementById('sentence').textContent")


def test_dates_stand_where_their_days_begin(tab, folder):
    plan = plan_document(1, 1)
    told = {**history_document(plan, 24 * 8), "by": "hour"}
    shown(tab, written(folder, "days", Sources(history=told), Ground()))
    # From the left edge, where the time begins, to the right edge, in shares of the whole.
    ticks = tab.run("[...document.querySelector('svg.smoke').querySelectorAll('.grid')]"
                    ".slice(0, -1)"
                    ".map(g => Number(g.getAttribute('d').match(/M([\\d.]+)/)[1]))")  # fmt: skip
    words = tab.run("[...document.querySelectorAll('svg.smoke')[0].querySelectorAll('g > .tick')]"
                    ".map(t => t.textContent)")  # fmt: skip
    named = [one for one in words if one.startswith("11-")]
    assert named == [f"11-{day:02}" for day in range(1, 10)]
    day = (ticks[8] - ticks[0]) / 8
    assert [round((one - ticks[0]) / day, 2) for one in ticks[:9]] == list(range(9))


@pytest.mark.parametrize("width", [1100, 1200, 1300, 1366, 1536, 1600])
def test_no_column_of_the_pairs_needs_sideways_scrolling_on_a_desk(tab, pages, width):
    shown(tab, pages["small"], width=width, height=900)
    table = "document.querySelector('.pairrows')"
    assert tab.run(f"{table}.scrollWidth <= {table}.clientWidth")
    assert tab.run(f"Math.max(...[...{table}.querySelectorAll('tbody tr:not(.gap)')]"
                   ".map(r => r.getBoundingClientRect().height))") == 40  # fmt: skip


def test_on_paper_the_pictures_stand_together_and_go_back_to_their_places(tab, pages):
    shown(tab, pages["small"])
    where = ("[...document.querySelectorAll('.matrix, .mapframe')]"
             ".map(p => p.closest('aside, .left, .onepaper').className)")  # fmt: skip
    before = tab.run(where)
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.run(where) == ["onepaper", "onepaper"]
    tab.run("window.dispatchEvent(new Event('afterprint'))")
    assert tab.run(where) == before
    assert tab.run("document.querySelectorAll('.onepaper').length") == 0


def test_a_phone_tells_flows_of_the_same_ends_apart(tab, folder):
    told = {"schema": "netkit/over-time/1", "since": "2026-11-01T00:00:00Z", "by": "all",
            "until": "2026-11-02T00:00:00Z", "pieces": [], "weeks": [], "events": [],
            "pairs": [flow(name, "pass", 4.0, ("beijing", "shanghai"))
                      for name in ("gold", "bulk")]}  # fmt: skip
    shown(tab, written(folder, "phone", Sources(over_time=told), Ground()), **PHONE)
    rows = tab.run("[...document.querySelectorAll('.pairrows td.pair')].map(c => c.innerText)")
    assert sorted(rows) == ["beijing ⇄ shanghai daily bulk", "beijing ⇄ shanghai daily gold"]
    assert tab.run("document.documentElement.scrollWidth") == 360


def test_on_paper_a_pair_has_no_buttons_and_its_figures_beside_its_pictures(tab, pages, tmp_path):
    shown(tab, pages["small"], "#q=hub-00+city-000-ct")
    tab.run("document.querySelector('td.pair a').click()")
    wait(tab, "!document.getElementById('onepair').hidden")
    tab.ask("Emulation.setEmulatedMedia", media="print")
    seen = tab.run("[...document.querySelectorAll('#onepair button')]"
                   ".filter(b => b.getClientRects().length).length")  # fmt: skip
    beside = tab.run("[...document.querySelectorAll('.columns > div')]"
                     ".map(d => d.getBoundingClientRect().top)")  # fmt: skip
    tab.ask("Emulation.setEmulatedMedia", media="")
    assert seen == 0
    assert beside[0] == beside[1]
    tab.printed(tmp_path / "pair.pdf")
    pages_told = (tmp_path / "pair.pdf").read_bytes().count(b"/Type /Page\n")
    assert 1 <= pages_told <= 3
