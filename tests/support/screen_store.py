"""Commands that read and keep a store of windows, and what follows from it."""

from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

from measured_windows import window as measured
from screens import NOW_NS, Case
from watched_windows import MINUTE_NS, ROW_TOPOLOGY, one_way, window

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.verdict import Verdict
from netkit.store.samples_csv import write_samples
from netkit.store.windows.store import open_store

URL = "sqlite:///windows.sqlite"
STORE = ("--store", URL)
NOW = NOW_NS // MINUTE_NS

CAMPAIGN = """\
name: watch
topology: row.yaml
sites:
  - {name: a, node: a, addresses: ["2001:db8::a"]}
  - {name: b, node: b, addresses: ["2001:db8::b"]}
  - {name: c, node: c, addresses: ["2001:db8::c"]}
  - {name: d, node: d, addresses: ["2001:db8::d"]}
round_s: 60
measure:
  - pairs: [{src: a, dst: b}, {src: a, dst: c}, {src: a, dst: d}]
  - pairs: [{src: b, dst: c}, {src: b, dst: d}, {src: c, dst: d}]
"""
RULES = """\
netkit: alarms/1
rules:
  - {name: slow, when: delay, raise: {windows: 2, of: 3}, clear: {windows: 2}}
targets:
  - {name: noc, command: ["true"]}
"""


def mesh(folder: Path) -> None:
    """Two hours of a quiet mesh, then b to c takes 4 ms longer; its campaign and rules."""
    (folder / "row.yaml").write_text(ROW_TOPOLOGY, encoding="utf-8")
    (folder / "watch.yaml").write_text(CAMPAIGN, encoding="utf-8")
    (folder / "alarms.yaml").write_text(RULES, encoding="utf-8")
    (folder / "windows.sqlite").write_bytes(_mesh_store())


def alarmed(folder: Path) -> None:
    """The same after its alarms were raised."""
    from command import netkit

    mesh(folder)
    netkit("alarms", "evaluate", "watch.yaml", "--rules", "alarms.yaml", "--no-deliver", *STORE)


def pairs(folder: Path) -> None:
    """Twenty minutes of pairs whose names differ at their ends alone, one of them too slow."""
    ends = [
        (f"shanghai-{here}", f"hangzhou-{there}") for here in ("ct", "cm") for there in ("ct", "cm")
    ]
    with open_store(URL) as store:
        for number, (src, dst) in enumerate(ends):
            verdict = Verdict.BREACH if number == 2 else Verdict.PASS
            store.add(
                measured(src, dst, minute, campaign="city", verdict=verdict,
                         forward_us=(900 + 300 * number, 950 + 300 * number), bound_us=1_400)
                for minute in range(NOW - 20 - _BEGIN, NOW - _BEGIN) if minute % 7
            )  # fmt: skip


def one_pair(_folder: Path) -> None:
    """The latest minute of one pair."""
    with open_store(URL) as store:
        store.add([measured("shanghai-ct", "hangzhou-cm", NOW - 1 - _BEGIN, campaign="city")])


def samples(folder: Path) -> None:
    """Samples of a day."""
    stamps = [Stamp(NOW_NS + number, StampSource.KERNEL) for number in range(4)]
    write_samples(folder / "raw.csv", [("a", "b", Sample(1, Outcome.RECEIVED, *stamps))])


_BEGIN = measured().key.start_ns // MINUTE_NS


@cache
def _mesh_store() -> bytes:
    file = Path("made.sqlite")
    with open_store(f"sqlite:///{file}") as store:
        store.add(_windows(NOW - 120, NOW - 6))
        store.add(_windows(NOW - 6, NOW, slow_ns=4_000_000))
    return file.read_bytes()


def _windows(first: int, last: int, slow_ns: int = 0):
    for minute, (src, dst) in itertools.product(
        range(first, last), itertools.combinations("abcd", 2)
    ):
        slow = slow_ns if src <= "b" < "c" <= dst else 0
        yield window(minute, one_way(10_000_000 + slow), one_way(10_000_000), src=src, dst=dst)


CASES = {
    "history": Case(("history", *STORE), pairs),
    "export": Case(("export", "-o", "rows.csv", *STORE), pairs),
    "locate": Case(("locate", "watch.yaml", *STORE), mesh),
    "alarms evaluate": Case(
        ("alarms", "evaluate", "watch.yaml", "--rules", "alarms.yaml", "--no-deliver", *STORE), mesh
    ),
    "alarms show": Case(("alarms", "show", *STORE), alarmed),
    "probe check": Case(("probe", "check", "city", *STORE), pairs, for_programs=True),
    "probe metrics": Case(("probe", "metrics", *STORE), one_pair, for_programs=True),
    "store check": Case(("store", "check", *STORE), pairs),
    "store prune": Case(("store", "prune", *STORE), pairs),
    "store migrate": Case(("store", "migrate", *STORE), pairs),
    "store deliver": Case(("store", "deliver", "--to", "sqlite:///central.sqlite", *STORE), pairs),
    "store samples": Case(
        ("store", "samples", "raw.csv", "--site", "a", "-o", "lake"),
        samples,
        {"secrets.token_hex": lambda number: "5" * 2 * number},
    ),
}
