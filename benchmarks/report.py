"""Reports of 42, 2,000 and 10,000 pairs in Chromium, by its own clock: open, sort, filter, a pair.

Needs Debian's ``chromium``; without it there are no rows. Times are from the start of the
navigation until rows, matrix and map are drawn, and from an event until the rows of the
next frame are laid out; the pictures follow it.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from chromium import CHROMIUM, Browser, browser
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

SIZES = ((3, 14), (20, 100), (100, 100))
TIMES = 5

_ACTS = {
    "sort_ms": "document.querySelector('.pairrows th[data-key=pair] button').click()",
    "filter_ms": "search('city-00')",
    "unfilter_ms": "search('')",
    "pair_ms": "document.querySelector('td.pair a').click()",
}
_TIMED = """(async () => {
  const search = (text) => { const field = document.querySelector('[data-key=q]');
    field.value = text; field.dispatchEvent(new Event('input')); };
  const start = performance.now(); %s;
  await new Promise((done) => requestAnimationFrame(done));
  document.body.getBoundingClientRect();
  return performance.now() - start })()"""


def run() -> list[dict[str, object]]:
    """A row for each size: bytes, and the median of five openings of each figure in ms."""
    if CHROMIUM is None:
        return []
    with tempfile.TemporaryDirectory() as folder, browser() as tab:
        tab.screen(1400, 900)
        return [_row(tab, Path(folder), *size) for size in SIZES]


def _row(tab: Browser, folder: Path, hubs: int, cities: int) -> dict[str, object]:
    plan = plan_document(hubs, cities)
    sources = Sources(plan, summary_document(plan), survival_document(plan), history_document(plan))
    (folder / "t.yaml").write_text(topology_yaml(hubs, cities), encoding="utf-8")
    ground = Ground(load_topology(folder / "t.yaml"))
    start = time.perf_counter()
    page = folder / "page.html"
    page.write_text(report_page(sources, ground), encoding="utf-8")
    made_s = time.perf_counter() - start
    found: dict[str, list[float]] = {"ready_ms": [], **{name: [] for name in _ACTS}}
    for _ in range(TIMES):
        tab.open(page)
        while (ready := tab.run("document.documentElement.dataset.ready")) is None:
            time.sleep(0.01)
        found["ready_ms"].append(float(ready))
        for name, act in _ACTS.items():
            found[name].append(tab.run(_TIMED % act))
    return {
        "what": f"report of {hubs * cities} pairs",
        "bytes": page.stat().st_size,
        "made_s": round(made_s, 2),
        **{name: round(median(values), 1) for name, values in found.items()},
    }


if __name__ == "__main__":
    for row in run():
        print(row)
