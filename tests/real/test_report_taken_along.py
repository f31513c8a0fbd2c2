"""Reports in Debian's Chromium: saved, on a phone, on paper, and what axe says of them."""

import base64
import csv
import importlib.util
import io
from pathlib import Path

import pytest
from report_tab import DESK, FIRST_ROW, LINK, PHONE, shown, wait


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
    table = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    for key in ("Of bound", "Planned, there", "Planned, back", "Bound, ms", "Light"):
        assert all(one[key] == "" or float(one[key]) > 0 for one in table), key
    assert [one["Bound, ms"] for one in table] == ["20"] * 42


def test_a_phone_shows_verdict_bound_and_measured_without_sideways_scrolling(tab, pages):
    shown(tab, pages["small"], **PHONE)
    assert tab.run("document.documentElement.scrollWidth") == 360
    rows = "document.querySelector('.pairrows')"
    assert tab.run(f"{rows}.scrollWidth <= {rows}.clientWidth")
    for name in ("pair", "verdict", "bound", "measured_p99"):
        box = tab.run(f"(b => [b.left, b.right, b.width])({FIRST_ROW}.querySelector('td.{name}')"
                      ".getBoundingClientRect())")  # fmt: skip
        assert 0 <= box[0] < box[1] <= 360, name
    first = tab.run("document.querySelector('.first').getBoundingClientRect().top")
    assert first < tab.run("document.querySelector('.matrix').getBoundingClientRect().top")


def test_a_phone_shows_what_pictures_of_a_pair_say_in_letters_that_can_be_read(tab, pages):
    shown(tab, pages["small"], "#q=hub-00+city-000-ct", **PHONE)
    tab.run(f"{LINK}.click()")
    wait(tab, "!document.getElementById('onepair').hidden")
    small = tab.run(
        "[...document.querySelectorAll('#onepair svg text')].map(one => [one.textContent,"
        "one.getBoundingClientRect()]).filter(([, b]) => b.height < 10 || b.left < 0 ||"
        "b.right > 360).map(([text]) => text)"
    )
    assert small == []
    assert tab.run("document.querySelectorAll('#onepair svg text').length") > 20
    assert tab.run("document.documentElement.scrollWidth") == 360


def test_a_window_of_any_height_is_full_of_rows(tab, pages):
    shown(tab, pages["large"], width=1400, height=3000)
    table = "document.querySelector('.pairrows')"
    last = f"[...{table}.querySelectorAll('tbody tr:not(.gap)')].at(-1)"
    assert tab.run(f"{last}.getBoundingClientRect().bottom > {table}"
                   ".getBoundingClientRect().bottom")  # fmt: skip


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
