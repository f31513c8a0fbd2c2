"""The page of a pair on a dashboard in Chromium: by keys, and where there is nothing to be read."""

import json

from dashboard_process import fill, minute_of, this_minute
from report_documents import plan_document
from report_tab import DESK, wait
from test_dashboard_chromium import READY, ROWS, VERDICTS, add, served, visited

from netkit.model.verdict import Verdict
from netkit.store.windows.store import open_store


def test_whoever_goes_by_keys_is_not_taken_away_by_what_is_new(tab, tmp_path):
    url = f"sqlite:///{tmp_path / 'windows.sqlite'}"
    with open_store(url) as opened:
        fill(opened)
    on = "document.activeElement.getAttribute('aria-label')"
    with served(tab, url, "--since", "3h") as address:
        visited(tab, address)
        tab.run("document.querySelectorAll('td.pair a')[1].focus()")
        link = tab.run(on)
        add(url, minute_of(this_minute(), verdict=Verdict.BREACH))
        wait(tab, f"{VERDICTS} === 'breach,pass'")
        assert tab.run("document.activeElement.closest('td.pair') !== null")
        assert tab.run(on) == link
        tab.run("document.activeElement.click()")
        wait(tab, "document.querySelectorAll('svg.smoke').length === 2")
        tab.run("[...document.querySelectorAll('.overtime .save')].at(-1).focus()")
        button = tab.run(on)
        tab.run("window.shown = document.querySelector('.pairpage'); 0")
        add(url, minute_of(this_minute(), "xian"))
        wait(tab, "!shown.isConnected")
        assert tab.run(on) == button
        assert "Next pair" in tab.run("document.querySelector('#onepair nav').textContent")


def test_a_pair_says_that_nothing_was_measured_of_it_or_why_it_cannot_be_read(tab, tmp_path):
    url, plan = f"sqlite:///{tmp_path / 'windows.sqlite'}", tmp_path / "plan.json"
    with open_store(url) as opened:
        fill(opened)
    plan.write_text(json.dumps(plan_document(1, 1)), encoding="utf-8")
    over_time = "document.querySelector('.overtime').textContent"
    with served(tab, url, str(plan)) as address:
        tab.screen(**DESK)
        tab.visit(address)
        wait(tab, f"{READY} && {ROWS} === 3")
        tab.run("[...document.querySelectorAll('td.pair a')]"
                ".find(a => a.textContent.includes('hub-00')).click()")  # fmt: skip
        wait(tab, f"{over_time} === 'Nothing was measured then.'")
        tab.run("window.asked = 0; const whole = fetch; window.fetch = async (path, how) =>"
                "path.includes('pair.json') ? asked++ >= 0 && new Response(JSON.stringify("
                "{away: {error: 'disk <b>'}})) : whole(path, how);"
                "location.hash = ''")  # fmt: skip
        wait(tab, "!document.getElementById('overview').hidden")
        tab.run("[...document.querySelectorAll('td.pair a')]"
                ".find(a => a.textContent.includes('shanghai')).click()")  # fmt: skip
        wait(tab, f"{over_time}.endsWith('cannot be read: disk <b>')")
        looked = tab.run("document.querySelector('.asof').textContent")
        wait(tab, f"document.querySelector('.asof').textContent !== {json.dumps(looked)}")
        assert 1 <= tab.run("asked") < 100, "once for each look, and not without end"
