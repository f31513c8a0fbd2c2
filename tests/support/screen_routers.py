"""Commands that change routers, or tell what was changed: no router is touched."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import IPv6Address
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from measured_windows import BEGIN_NS, MINUTE_NS, direction, window
from screen_planning import METRO, REGION, files
from screen_store import STORE, URL
from screens import NOW_NS, Case
from surveyed_lab import links_campaign

from netkit.api import load_topology
from netkit.apply.changes import changes
from netkit.emit.targets import dialect
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)
from netkit.model.verdict import Verdict
from netkit.monitor.loop.survey import smallest_survey
from netkit.store.windows.store import open_store
from netkit.workflows.routers.apply import Applied
from netkit.workflows.routers.audit import record


def configured(folder: Path) -> None:
    """Files of every router of the small backbone."""
    from command import netkit

    files(METRO)(folder)
    netkit("emit", METRO, "-o", "configs", "--target", "linux")


def applied(wanted, *place, **how):
    """The router held nothing of netkit's yet."""
    return Applied(changes([], wanted.objects[:9]))


def trail(folder: Path) -> None:
    """Three changes of one evening."""
    machine = {
        "platform.node": "noc",
        "os.getpid": 4242,
        "pwd.getpwuid": SimpleNamespace(pw_name="op"),
    }
    with ExitStack() as stack:
        for name, value in machine.items():
            stack.enter_context(patch(name, lambda *_, value=value: value))
        for number, router in enumerate(("hangzhou-ct", "hangzhou-cm", "shanghai-ct")):
            now = datetime(2025, 11, 28, 22, 0, number, tzinfo=UTC)
            facts = {"router": router, "changes": [{}] * (number + 1)}
            record(folder / "state", "apply", facts, now=now)


def policies(folder: Path) -> None:
    """The state of a router with two candidate paths."""
    paths = tuple(
        CandidatePathState(preference, (WeightedList(None, 1, (SegmentState(IPv6Address(sid)),)),))
        for preference, sid in ((200, "5f00::3"), (100, "5f00::4"))
    )
    policy = PolicyState("p", 7, IPv6Address("5f00::2"), paths)
    files_of = dialect("json")
    text = files_of.render(files_of.carried(RouterState("a", policies=(policy,))))[".json"]
    (folder / "a.json").write_text(text, encoding="utf-8")


class Speaker:
    """A GoBGP that holds nothing yet."""

    def __init__(self) -> None:
        self.held = {}

    def __enter__(self):
        return self

    def __exit__(self, *ending: object) -> None:
        return

    def table(self):
        return dict(self.held)

    def announce(self, announcement) -> None:
        self.held[announcement.nlri] = announcement


def surveyed(folder: Path) -> None:
    """A campaign over every link, and a minute in which the old cable got longer."""
    files(REGION)(folder)
    region = load_topology(folder / REGION)
    with open_store(URL) as store:
        for number, one in enumerate(smallest_survey(region, set(region.node)).sessions):
            store.add([_minute(region, one, number)])
    (folder / "links.yaml").write_text(links_campaign(region, REGION), encoding="utf-8")


def _minute(region, one, number: int):
    ways = (
        sum(region.adjacency[link].delay_us + 900 * (link[0] == "old-cable") for link in way)
        for way in (one.links, one.back)
    )
    forward, backward = (direction([way, way + 9], Verdict.UNKNOWN, 5) for way in ways)
    minute = (NOW_NS - BEGIN_NS) // MINUTE_NS - 1
    seen = window(one.src, one.dst, minute, campaign="links", flow=f"l{number}")
    return replace(seen, forward=forward, backward=backward)


CASES = {
    "apply": Case(
        ("apply", "configs", "--router", "xidan", "--dry-run"), configured,
        {"netkit.workflows.routers.apply.apply": applied},
    ),
    "push": Case(
        ("push", ".", "--bgp", "192.0.2.1", "--headend", "192.0.2.7"), policies,
        {"netkit.workflows.routers.push.gobgp": lambda server: Speaker()},
    ),
    "watch": Case(
        ("watch", REGION, "links.yaml", "--pair", "hangzhou:wuhu-dc", "--once", *STORE), surveyed
    ),
    "audit log": Case(("audit", "log"), trail),
    "audit show": Case(("audit", "show", "2"), trail),
    "audit verify": Case(("audit", "verify"), trail),
}  # fmt: skip
