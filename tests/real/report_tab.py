"""What tests of reports in Chromium share: pages, how to open one, how to use its fields."""

import json

from report_documents import (
    history_document,
    plan_document,
    summary_document,
    survival_document,
    topology_yaml,
)
from waiting import until

from netkit.files.native.topology import load_topology
from netkit.report.html.pages.page import Ground, report_page
from netkit.report.html.pages.sources import Sources

DESK, PHONE = {"width": 1400, "height": 900}, {"width": 360, "height": 740, "touch": True}
FIRST_ROW = "document.querySelector('.pairrows tbody tr:not(.gap)')"
LINK = "document.querySelector('td.pair a')"


def page_of(folder, hubs, cities):
    """A page of four documents, written out."""
    plan = plan_document(hubs, cities)
    sources = Sources(plan, summary_document(plan), survival_document(plan), history_document(plan))
    file = folder / f"{hubs}x{cities}.yaml"
    file.write_text(topology_yaml(hubs, cities), encoding="utf-8")
    page = folder / f"{hubs}x{cities}.html"
    page.write_text(report_page(sources, Ground(load_topology(file))), encoding="utf-8")
    return page


def shown(tab, page, fragment="", **screen):
    """Open a page and wait until its pictures are drawn."""
    tab.screen(**(screen or DESK))
    tab.open(page, fragment)
    wait(tab, "document.documentElement.dataset.ready !== undefined")


def wait(tab, condition):
    """Wait until a condition of the page holds."""
    until(lambda: tab.run(condition), condition)


def choose(tab, key, value):
    """Put a value into a field of the filters."""
    event = "input" if key == "q" else "change"
    tab.run(
        f"(() => {{ const field = document.querySelector('.filters [data-key={key}]');"
        f"field.value = {json.dumps(value)}; field.dispatchEvent(new Event('{event}')) }})()"
    )
