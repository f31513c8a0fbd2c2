"""A dashboard of a thousand pairs over thirty days in Chromium: the first view, and a pair.

The month of ``benchmarks.store``, in SQLite and PostgreSQL, at a time that stands still. Times are
by Chromium's clock: from the start of the navigation until rows and matrix are drawn, and from a
click until both directions of a pair are drawn over time. ``read_s`` is how long the server takes
before: how all pairs are now, and how they were all the time.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

from chromium import CHROMIUM, Browser, browser
from postgresql_server import new_database, programs, server

from benchmarks.store import DAYS, PAIRS, START_NS, fill_month
from netkit.report.html.pages.page import Ground
from netkit.report.html.pages.sources import Sources
from netkit.store.windows.levels import DAY_NS, HOUR_NS
from netkit.store.windows.store import open_store
from netkit.workflows.dashboard.server import DashboardServer
from netkit.workflows.dashboard.shown import Shown
from netkit.workflows.dashboard.source import Source

NOW_NS = START_NS + DAYS * DAY_NS + 13 * HOUR_NS
"""The end of the last hour that has windows."""

TIMES = 5
_PAIR = """(async () => {
  const start = performance.now();
  document.querySelectorAll('td.pair a')[%d].click();
  while (document.querySelectorAll('svg.smoke').length < 2)
    await new Promise((done) => requestAnimationFrame(done));
  document.body.getBoundingClientRect();
  return performance.now() - start })()"""


def run() -> list[dict[str, object]]:
    """A row for each database."""
    if CHROMIUM is None:
        return []
    rows = []
    with browser() as tab:
        tab.screen(1400, 900)
        with tempfile.TemporaryDirectory(prefix="netkit-bench-") as name:
            rows.append(_row(tab, "SQLite", f"sqlite:///{name}/month"))
        if programs() is not None:
            with server() as socket:
                rows.append(_row(tab, "PostgreSQL", new_database(socket, "month")))
    return rows


def _row(tab: Browser, name: str, url: str) -> dict[str, object]:
    with open_store(url) as store:
        fill_month(store)
    source = Source(url, None, DAYS * DAY_NS, lambda: NOW_NS)
    shown = Shown(source, Sources(), Ground(), 5.0, lambda: NOW_NS)
    read_s = [_seconds(shown.look), _seconds(shown.look_back)]
    with _served(shown) as address:
        found = [_times(tab, address, number) for number in range(TIMES)]
        tab.visit("about:blank")
    source.close()
    return {
        "what": f"dashboard of {PAIRS} pairs over {DAYS} days, {name}",
        "read_s": [round(one, 2) for one in read_s],
        "first_view_ms": round(median(first for first, _ in found)),
        "pair_ms": round(median(pair for _, pair in found)),
        "slowest_pair_ms": round(max(pair for _, pair in found)),
    }


@contextmanager
def _served(shown: Shown) -> Iterator[str]:
    with DashboardServer("127.0.0.1", 0, shown.pages, frozenset()) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{one.server_port}/"
        one.shutdown()


def _times(tab: Browser, address: str, number: int) -> tuple[float, float]:
    tab.visit(address)
    while (ready := tab.run("document.documentElement.dataset.ready")) is None:
        time.sleep(0.01)
    return float(ready), float(tab.run(_PAIR % number))


def _seconds(act: Callable[[], None]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


if __name__ == "__main__":
    for row in run():
        print(row)
