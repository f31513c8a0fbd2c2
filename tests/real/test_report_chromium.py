"""Reports in Debian's Chromium: what a reader sees and can do, with mouse, keys, paper and phone."""

import base64
import importlib.util
import json
import time
from pathlib import Path

import pytest
from chromium import browser
from report_documents import (
    history_document,
    plan_document,
    summary_document,
    survival_document,
    topology_yaml,
)

from netkit.files.native.topology import load_topology
from netkit.report.html.pages.page import Ground, report_page
from netkit.report.html.pages.sources import Sources

DESK, PHONE = {"width": 1400, "height": 900}, {"width": 360, "height": 740, "touch": True}
FIRST_ROW = "document.querySelector('.pairrows tbody tr:not(.gap)')"
LINK = "document.querySelector('td.pair a')"


def page_of(folder, hubs, cities):
    """A page of four documents, written out, and the plan in it."""
    plan = plan_document(hubs, cities)
    sources = Sources(plan, summary_document(plan), survival_document(plan), history_document(plan))
    file = folder / f"{hubs}x{cities}.yaml"
    file.write_text(topology_yaml(hubs, cities), encoding="utf-8")
    page = folder / f"{hubs}x{cities}.html"
    page.write_text(report_page(sources, Ground(load_topology(file))), encoding="utf-8")
    return page, plan


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {"small": page_of(folder, 3, 14)[0], "large": page_of(folder, 100, 100)[0]}


@pytest.fixture(scope="module")
def tab():
    with browser() as made:
        yield made


def shown(tab, page, fragment="", **screen):
    """Open a page and wait until its pictures are drawn."""
    tab.screen(**(screen or DESK))
    tab.open(page, fragment)
    wait(tab, "document.documentElement.dataset.ready !== undefined")


def wait(tab, condition):
    until = time.monotonic() + 60
    while not tab.run(condition):
        assert time.monotonic() < until, condition
        time.sleep(0.02)


def choose(tab, key, value):
    event = "input" if key == "q" else "change"
    tab.run(
        f"(() => {{ const field = document.querySelector('.filters [data-key={key}]');"
        f"field.value = {json.dumps(value)}; field.dispatchEvent(new Event('{event}')) }})()"
    )


@pytest.fixture(autouse=True)
def _nothing_to_complain_of(tab):
    tab.complaints.clear()
    yield
    assert tab.complaints == []


@pytest.mark.parametrize("which", ["small", "large"])
def test_nothing_is_loaded_but_the_file(tab, pages, which):
    shown(tab, pages[which])
    assert tab.requests == [pages[which].as_uri()]


def test_the_policy_stops_what_is_not_ours(tab, pages, tmp_path):
    evil = tmp_path / "evil.html"
    text = pages["small"].read_text(encoding="utf-8")
    evil.write_text(text.replace("</body>", "<script>window.hit = 1</script></body>"))
    shown(tab, evil)
    assert tab.run("window.hit") is None
    assert any("Content Security Policy" in one for one in tab.complaints)
    tab.complaints.clear()


def test_problems_come_first_and_only_rows_in_sight_are_made(tab, pages):
    shown(tab, pages["large"])
    assert "breach" in tab.run(f"{FIRST_ROW}.textContent")
    assert tab.run("document.querySelectorAll('.pairrows tbody tr').length") < 120
    assert tab.run("document.querySelector('.pairrows table').getAttribute('aria-rowcount')") == "10001"
    tab.run("document.querySelector('.pairrows').scrollTop = 1e9")
    wait(tab, "document.querySelector('.pairrows tbody tr:last-child').ariaRowIndex === '10001'")
    assert tab.run("document.documentElement.scrollHeight") < 5000


def test_filters_are_in_the_address_and_a_link_shows_the_same(tab, pages):
    shown(tab, pages["large"])
    choose(tab, "q", "hub-07 city-004")
    choose(tab, "verdict", "pass")
    said = "document.querySelector('.shown').value"
    assert tab.run(said) == "2 of 10,000 pairs"
    address = tab.run("location.hash")
    shown(tab, pages["large"], address)
    assert tab.run(said) == "2 of 10,000 pairs"
    assert tab.run("document.querySelector('.filters [data-key=q]').value") == "hub-07 city-004"


def test_the_operator_switch_keeps_the_pairs_of_one(tab, pages):
    shown(tab, pages["small"])
    names = tab.run("[...document.querySelector('[data-key=operator]').options].map(o => o.text)")
    choose(tab, "operator", str(names.index("cm") - 1))
    assert tab.run("document.querySelector('.shown').value") == "21 of 42 pairs"
    assert tab.run("[...document.querySelectorAll('td.pair')].every(c => /-cm/.test(c.textContent))")


def test_sorting_tells_its_order(tab, pages):
    shown(tab, pages["small"])
    head = "document.querySelector('.pairrows th[data-key=planned]')"
    tab.run(f"{head}.querySelector('button').click()")
    assert tab.run(f"{head}.getAttribute('aria-sort')") == "descending"
    delays = "[...document.querySelectorAll('td.planned span span:first-child')].map(c => +c.textContent)"
    found = [one for one in tab.run(delays) if one is not None]
    assert found == sorted(found, reverse=True)
    assert "sort=planned" in tab.run("location.hash")


def test_a_row_opens_its_pair_by_keys_and_back_goes_back(tab, pages):
    shown(tab, pages["small"])
    src = tab.run(f"{LINK}.firstChild.textContent")
    tab.run(f"{LINK}.focus()")
    tab.key("Enter")
    wait(tab, "document.getElementById('overview').hidden")
    assert tab.run("document.activeElement.id") == "pairtitle"
    assert src in tab.run("document.activeElement.textContent")
    tab.run("history.back()")
    wait(tab, "!document.getElementById('overview').hidden")


def test_the_matrix_is_walked_and_opened_by_keys(tab, pages):
    shown(tab, pages["small"])
    tab.run("document.querySelector('.matrix').focus()")
    tab.key("ArrowDown")
    tab.key("ArrowRight")
    said = tab.run("document.querySelector('.matrix ~ output').value")
    assert said.startswith("hub-01-ct – city-000-ct: there ")
    assert tab.run("document.querySelectorAll('.cables .lit').length") > 0
    tab.key("Enter")
    wait(tab, "!document.getElementById('onepair').hidden")
    assert "hub-01-ct" in tab.run("document.getElementById('pairtitle').textContent")


def test_a_pair_page_says_all_that_the_documents_do(tab, pages):
    shown(tab, pages["small"], "#q=hub-00+city-000-ct")
    tab.run(f"{LINK}.click()")
    page = tab.run("document.getElementById('onepair').innerText")
    for word in ("Bound, ms", "IGP", "Judged on, ms", "Clock uncertainty, ms", "Attempts",
                 "Hop by hop, there", "Backup, back", "End.DT6 city-000-ct", "national 1"):  # fmt: skip
        assert word in page
    assert tab.run("document.querySelectorAll('.smoke1').length") == 2
    assert tab.run("document.querySelectorAll('.primarypath').length") == 2
    assert tab.run("document.querySelectorAll('.backuppath').length") == 2


def test_the_map_zooms_by_keys_wheel_and_buttons(tab, pages):
    shown(tab, pages["small"])
    width = "document.querySelector('svg.map').viewBox.baseVal.width"
    whole = tab.run(width)
    tab.run("document.querySelector('.mapframe').focus()")
    tab.key("+")
    near = tab.run(width)
    assert near < whole
    box = tab.run("(b => [b.x + b.width / 2, b.y + b.height / 2])"
                  "(document.querySelector('.mapframe').getBoundingClientRect())")  # fmt: skip
    tab.ask("Input.dispatchMouseEvent", type="mouseWheel", x=box[0], y=box[1], deltaX=0, deltaY=-100)
    wait(tab, f"{width} < {near}")
    tab.run("document.querySelector('.mappart [aria-label=\"Show all\"]').click()")
    assert tab.run(width) == whole


def test_a_link_of_the_map_keeps_its_pairs(tab, pages):
    shown(tab, pages["small"])
    tab.run("document.querySelector('.mapframe').focus()")
    tab.key("n")
    assert "the worst uses" in tab.run("document.querySelector('.mappart output').value")
    tab.key("Enter")
    count = tab.run("document.querySelector('.shown').value").split(" ")[0]
    assert 0 < int(count) < 42
    assert "link=" in tab.run("location.hash")


def test_a_cut_changes_what_is_shown(tab, pages):
    shown(tab, pages["small"])
    used = "[...document.querySelectorAll('td.used')].map(c => c.textContent).join()"
    before = tab.run(used)
    tab.run("(() => { const range = document.querySelector('.cutbar input'); range.value = 1;"
            "range.dispatchEvent(new Event('input')) })()")  # fmt: skip
    assert "directions touched" in tab.run("document.querySelector('.cutbar output').value")
    assert tab.run(used) != before
    wait(tab, "document.querySelectorAll('.severed').length === 1")


def test_pictures_and_tables_can_be_taken_along(tab, pages):
    shown(tab, pages["small"])
    tab.run(
        "window.taken = []; const whole = URL.createObjectURL;"
        "URL.createObjectURL = (blob) => { taken.push(blob); return whole(blob) };"
        "HTMLAnchorElement.prototype.click = () => {}; 0"
    )
    tab.run("document.querySelectorAll('.save').forEach((one) => one.click())")
    wait(tab, "taken.length === document.querySelectorAll('.save').length")
    kinds = tab.run("taken.map(one => one.type)")
    assert {"text/csv", "image/svg+xml", "image/png"} == set(kinds)
    read = ("(async () => { const bytes = new Uint8Array(await taken[%d].arrayBuffer());"
            "return btoa(String.fromCharCode(...bytes.slice(0, 200))) })()")  # fmt: skip
    png = base64.b64decode(tab.run(read % kinds.index("image/png")))
    assert png.startswith(b"\x89PNG")
    svg = base64.b64decode(tab.run(read % kinds.index("image/svg+xml")))
    assert svg.startswith(b"<svg")


def test_csv_keeps_formulas_from_running(tab, pages):
    shown(tab, pages["small"])
    tab.run("window.texts = []; const Whole = Blob; window.Blob = function (parts, about)"
            "{ texts.push(parts.join('')); return new Whole(parts, about) };"
            "HTMLAnchorElement.prototype.click = () => {}; 0")  # fmt: skip
    tab.run("document.querySelector('.first .save').click()")
    (text,) = tab.run("texts")
    lines = text.strip().split("\r\n")
    assert len(lines) == 43
    assert lines[0].startswith("\ufeffPair,Verdict,Of bound")


def test_a_phone_shows_verdict_bound_and_measured_without_sideways_scrolling(tab, pages):
    shown(tab, pages["small"], **PHONE)
    assert tab.run("document.documentElement.scrollWidth") == 360
    assert tab.run("(box => box.scrollWidth <= box.clientWidth)(document.querySelector('.pairrows'))")
    for name in ("pair", "verdict", "bound", "measured_p99"):
        box = tab.run(f"(b => [b.left, b.right, b.width])({FIRST_ROW}.querySelector('td.{name}')"
                      ".getBoundingClientRect())")  # fmt: skip
        assert 0 <= box[0] < box[1] <= 360, name
    first = tab.run("document.querySelector('.first').getBoundingClientRect().top")
    assert first < tab.run("document.querySelector('.matrix').getBoundingClientRect().top")


def test_paper_has_every_row_and_black_on_white(tab, pages, tmp_path):
    shown(tab, pages["small"], **DESK, dark=True)
    tab.ask("Emulation.setEmulatedMedia", media="print")
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    rows = tab.run("document.querySelectorAll('.pairrows tbody tr:not(.gap)').length")
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    head = tab.run("getComputedStyle(document.querySelector('.pairrows thead')).display")
    tab.ask("Emulation.setEmulatedMedia", media="")
    assert (rows, paper, head) == (42, "rgb(255, 255, 255)", "table-header-group")
    tab.printed(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("screen", [DESK, {**DESK, "dark": True}, PHONE, {**PHONE, "dark": True}])
@pytest.mark.parametrize("place", ["overview", "pair"])
def test_axe_finds_nothing(tab, pages, screen, place):
    shown(tab, pages["small"], **screen)
    if place == "pair":
        tab.run(f"{LINK}.click()")
    folder = Path(importlib.util.find_spec("axe_core_python").origin).parent
    tab.run(f"{(folder / 'axe.min.js').read_text(encoding='utf-8')};0")
    found = tab.run("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
    assert found == []
