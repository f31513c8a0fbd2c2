"""Names in Chromium, as long as they may be and in Chinese: on a phone, in pictures, under keys."""

import json

import pytest
from report_documents import (
    history_document,
    plan_document,
    summary_document,
    survival_document,
    topology_yaml,
)
from report_flows import flow
from report_tab import DESK, PHONE, shown, wait

from netkit.files.native.topology import load_topology
from netkit.report.html.pages.page import Ground, report_page
from netkit.report.html.pages.sources import Sources

LONG = "guian-supercomputing-cluster-east-building-of-phase-two-exit"
HAN = "贵安超算集群东区二期一号楼电信出口路由器" * 3
NAMES = {
    "hub-00-ct": f"{LONG[:57]}-ct",
    "hub-01-ct": f"{LONG[:57]}-cm",
    "city-000-ct": f"{HAN[:59]}甲",
    "city-000-cm": f"{HAN[:59]}乙",
}
"""Of 60 letters each, by which they are short; what tells two apart is their end."""


def renamed(text):
    for short, name in NAMES.items():
        text = text.replace(short, name)
    return text


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names")
    plan = json.loads(renamed(json.dumps(plan_document(2, 14))))
    sources = Sources(plan, summary_document(plan), survival_document(plan), history_document(plan))
    file = folder / "made-up.yaml"
    file.write_text(renamed(topology_yaml(2, 14)), encoding="utf-8")
    made = folder / "names.html"
    made.write_text(report_page(sources, Ground(load_topology(file))), encoding="utf-8")
    return made


ROWS = "[...document.querySelectorAll('.pairrows tbody tr:not(.gap)')]"


@pytest.mark.parametrize("screen", [PHONE, {**PHONE, "height": 400}, DESK])
def test_rows_are_as_tall_as_the_longest_names_need_and_cut_none(tab, page, screen):
    shown(tab, page, **screen)
    assert tab.run("document.documentElement.scrollWidth <= innerWidth")
    assert len(set(tab.run(f"{ROWS}.map(r => r.offsetHeight)"))) == 1
    # A name that is larger than its row would lie over the next one.
    inside = (f"{ROWS}.every(r => [...r.cells].filter(c => c.offsetWidth).every(c => {{"
              "const all = document.createRange(); all.selectNodeContents(c);"
              "const [row, cell] = [r, all].map(e => e.getBoundingClientRect());"
              "return cell.top >= row.top - 1 && cell.bottom <= row.bottom + 1"
              "&& cell.right <= innerWidth; }))")  # fmt: skip
    assert tab.run(inside)
    told = tab.run(f"{ROWS}.map(r => r.querySelector('td.pair').textContent)")
    assert len(told) == len(set(told))
    tab.run("document.querySelector('.pairrows').scrollTop = 1e9")
    wait(tab, f"{ROWS}.at(-1).ariaRowIndex === '29'")
    box = "document.querySelector('.pairrows').getBoundingClientRect().bottom"
    assert abs(tab.run(f"{ROWS}.at(-1).getBoundingClientRect().bottom - {box}")) < 30


def test_a_pair_of_long_names_fits_a_phone(tab, page):
    key = f"{NAMES['hub-00-ct']}~{NAMES['city-000-ct']}~20000~"
    shown(tab, page, **PHONE)
    tab.run(f"location.hash = '#' + new URLSearchParams({{pair: {json.dumps(key)}}})")
    wait(tab, "!document.getElementById('onepair').hidden")
    assert tab.run("document.documentElement.scrollWidth") == 360
    outside = tab.run(
        "[...document.querySelectorAll('#onepair svg:not(.map) text')]"
        ".map(one => [one.textContent, one.getBoundingClientRect()])"
        ".filter(([, b]) => b.left < -1 || b.right > 361).map(([text]) => text)"
    )
    assert outside == []
    hops = tab.run("[...document.querySelectorAll('#onepair svg[aria-label^=\"Delay of each link\"]"
                   " g')].map(g => [...g.querySelectorAll('text:not(.tick)')]"
                   ".map(t => t.textContent).join(''))")  # fmt: skip
    assert f"core-0-ct → {NAMES['city-000-ct']}" in hops or any(
        one.endswith(NAMES["city-000-ct"]) for one in hops
    )


@pytest.mark.parametrize("screen", [PHONE, DESK])
def test_names_of_the_matrix_are_whole_and_leave_room_for_cells(tab, page, screen):
    shown(tab, page, **screen)
    frame = "document.querySelector('.matrix')"
    # The ends of names stay in sight beside the cells, the rest is behind the edge.
    across, below = tab.run(f"(f => {{ const box = f.getBoundingClientRect();"
                            "const cells = f.querySelector('path.u0, path.u1, path.u2, path.u3')"
                            ".getBoundingClientRect(); return [(cells.left - box.left) / box.width,"
                            f"box.bottom - cells.top] }})({frame})")  # fmt: skip
    assert across < 0.7
    assert below > 20
    # Nothing stands beyond the edges of the picture itself, where no scrolling would show it.
    tab.run(f"{frame}.scrollTo(0, 0)")
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    beyond = tab.run(f"(f => {{ const svg = f.querySelector('svg').getBoundingClientRect();"
                     "return [...f.querySelectorAll('text')].filter(t => {"
                     "const b = t.getBoundingClientRect();"
                     "return b.left < svg.left - 1 || b.top < svg.top - 1; })"
                     f".map(t => t.textContent) }})({frame})")  # fmt: skip
    assert beyond == []


def test_whoever_comes_to_a_row_by_keys_goes_on_to_the_last(tab, pages):
    shown(tab, pages["large"])
    tab.run("document.querySelector('td.pair a').focus()")
    seen = []
    for _ in range(60):
        seen.append(int(tab.run("document.activeElement.closest('tr')?.ariaRowIndex ?? 0")))
        tab.key("Tab")
        tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert seen == list(range(2, 62))


def test_two_demands_that_differ_in_no_figure_have_a_page_each(tab, tmp_path):
    plan = plan_document(1, 1)
    there = plan["pairs"][0]
    other = {**there, "guaranteed_ms": 19.5}
    page = tmp_path / "twice.html"
    plan = {**plan, "pairs": [there, other]}
    page.write_text(report_page(Sources(plan=plan)), encoding="utf-8")
    shown(tab, page)
    for row in range(2):
        planned = tab.run(f"{ROWS}[{row}].querySelector('td.planned').textContent")
        tab.run(f"{ROWS}[{row}].querySelector('a').click()")
        wait(tab, "!document.getElementById('onepair').hidden")
        assert planned in tab.run("document.querySelector('.figures').textContent")
        tab.run("history.back()")
        wait(tab, "document.getElementById('onepair').hidden")


def test_paper_has_as_many_rows_as_are_read_and_says_so(tab, pages):
    shown(tab, pages["large"])
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    rows = tab.run(f"{ROWS}.length")
    told = "document.querySelector('.pairrows .somerows')"
    said = tab.run(f"{told}.textContent")
    gaps = tab.run("document.querySelectorAll('.pairrows tr.gap').length")
    tab.run("window.dispatchEvent(new Event('afterprint'))")
    assert (rows, gaps) == (1000, 0)
    assert said.startswith("The first 1,000 of 10,000 rows, in the order of the page")
    assert tab.run(f"{told}.hidden") is True
    assert tab.run(f"{ROWS}.length") < 120


def test_who_has_rolled_far_stays_there_while_the_window_changes_and_after_paper(tab, pages):
    shown(tab, pages["large"])
    tab.run("document.querySelector('.pairrows').scrollTop = 300000")
    first = (
        f"{ROWS}.find(r => r.getBoundingClientRect().bottom > "
        "document.querySelector('.pairrows thead').getBoundingClientRect().bottom + 4)"
    )
    wait(tab, f"Number({first}.ariaRowIndex) > 1000")
    tab.run(f"{first}.querySelector('a').focus({{ preventScroll: true }})")
    number = int(tab.run(f"{first}.ariaRowIndex"))
    held = "document.activeElement.closest('tr')?.ariaRowIndex"
    tab.screen(width=1300, height=900)
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(int(tab.run(f"{first}.ariaRowIndex")) - number) <= 1
    assert tab.run(held) == str(number)
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    tab.run("document.querySelector('.pairrows').scrollTop")
    tab.run("window.dispatchEvent(new Event('afterprint'))")
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert abs(int(tab.run(f"{first}.ariaRowIndex")) - number) <= 1
    assert tab.run(held) == str(number)


def test_a_phone_that_is_turned_a_little_keeps_its_rows_in_sight(tab, pages):
    shown(tab, pages["large"], **PHONE)
    roll = "document.querySelector('.pairrows')"
    tab.run(f"{roll}.scrollTop = 300000")
    wait(tab, f"Number({ROWS}[0].ariaRowIndex) > 1000")
    top = tab.run(f"{roll}.getBoundingClientRect().top")
    inside = f"{ROWS}.filter(r => r.getBoundingClientRect().top > {top})"
    number = int(tab.run(f"{inside}[3].ariaRowIndex"))
    tab.screen(**{**PHONE, "width": 420})
    tab.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    low, high = tab.run(f"[{ROWS}[0], {ROWS}.at(-1)].map(r => Number(r.ariaRowIndex))")
    assert low <= number <= high


def test_pairs_that_share_no_end_are_shown_as_soon(tab, tmp_path):
    """The grid of two thousand such has four million cells."""
    ways = [flow(f"a{number:04}", f"b{number:04}") for number in range(2000)]
    told = {"schema": "netkit/over-time/1", "since": "2026-11-01T00:00:00Z", "by": "all",
            "until": "2026-11-02T00:00:00Z", "pieces": [], "weeks": [], "events": [],
            "pairs": ways}  # fmt: skip
    page = tmp_path / "apart.html"
    page.write_text(report_page(Sources(over_time=told)), encoding="utf-8")
    shown(tab, page)
    tab.run("window.asked = 0; const get = Map.prototype.get; Map.prototype.get ="
            "function (key) { asked += 1; return get.call(this, key) }; 0")  # fmt: skip
    tab.run("(f => { f.value = 'a'; f.dispatchEvent(new Event('input')) })"
            "(document.querySelector('[data-key=q]'))")  # fmt: skip
    tab.run(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))"
    )
    assert 0 < tab.run("asked") < 100_000
    # A canvas has an end, and what is larger is saved smaller.
    size = tab.run(
        "(async () => { const whole = URL.createObjectURL; const blobs = [];"
        "URL.createObjectURL = (one) => { blobs.push(one); return whole(one) };"
        "HTMLAnchorElement.prototype.click = () => {};"
        "[...document.querySelectorAll('section')].find(s => s.querySelector('.matrix'))"
        ".querySelectorAll('.save')[1].click();"
        "while (!blobs.length) await new Promise((done) => setTimeout(done, 20));"
        "return blobs[0].size })()"
    )
    assert size > 1000
