"""Reports in Debian's Chromium on a desk: rows, matrix, map and pair page, by mouse and keys."""

import pytest
from report_tab import FIRST_ROW, LINK, choose, shown, wait

from netkit.report.figures import DISTRIBUTION


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
    assert tab.run("document.querySelector('.pairrows table').ariaRowCount") == "10001"
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
    names = tab.run("[...document.querySelectorAll('.pairrows td.pair')].map(c => c.textContent)")
    assert names
    assert all("-cm" in name for name in names)


def test_sorting_tells_its_order(tab, pages):
    shown(tab, pages["small"])
    head = "document.querySelector('.pairrows th[data-key=planned]')"
    tab.run(f"{head}.querySelector('button').click()")
    assert tab.run(f"{head}.getAttribute('aria-sort')") == "descending"
    cells = "[...document.querySelectorAll('td.planned span span:first-child')]"
    found = [float(one) for one in tab.run(f"{cells}.map(c => c.textContent)") if one != "–"]
    assert found == sorted(found, reverse=True)
    assert "sort=planned" in tab.run("location.hash")
    tab.run("location.hash = '#sort=pair&down=0'")
    wait(tab, f"{FIRST_ROW}.textContent.startsWith('hub-00-ct ⇄ city-000-cm')")
    assert tab.run(f"{head}.hasAttribute('aria-sort')") is False


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
    for word in (
        "Bound, ms", "IGP", "Judged on, ms", "Clock uncertainty, ms", "Attempts",
        "Hop by hop, there", "Backup, back", "End.DT6 city-000-ct", "national 1",
    ):  # fmt: skip
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
    tab.ask("Input.dispatchMouseEvent", type="mouseWheel", x=box[0], y=box[1], deltaX=0,
            deltaY=-100)  # fmt: skip
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


def test_distributions_stand_beside_plan_and_bound_and_follow_the_filters(tab, pages):
    shown(tab, pages["small"])
    row = "document.querySelectorAll('.spread tbody tr:not(.gap)').length"
    wait(tab, f"{row} > 5")
    cell = "document.querySelector('.spread td.spread_plan svg')"
    assert tab.run(f"{cell}.querySelectorAll('path.lean').length") == 2
    assert tab.run(f"{cell}.querySelectorAll('.asplanned').length") == 1
    steps = tab.run(f"{cell}.querySelector('path.lean').getAttribute('d').split('H').length - 1")
    assert steps == len(DISTRIBUTION)
    choose(tab, "q", "hub-00 city-000-ct")
    wait(tab, f"{row} === 1")


def test_a_run_tells_its_ledger_and_figures(tab, pages):
    shown(tab, pages["small"])
    text = tab.run("document.getElementById('overview').textContent")
    for word in ("What the lab showed", "STAMP against ground truth", "Ledger", "agrees"):
        assert word in text
