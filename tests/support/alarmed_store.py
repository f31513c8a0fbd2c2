"""A store of a mesh of four sites, two hours of windows, and rules of alarms over it."""

from __future__ import annotations

import itertools

from watched_windows import MINUTE_NS, one_way, window

from netkit.model.measurement.window import Window
from netkit.model.monitoring.rules import AlarmRules, Channel, Condition, Count, Rule, Target
from netkit.monitor.outcomes import Evaluation
from netkit.store.windows.store import WindowStore
from netkit.workflows.monitoring.evaluate import evaluate
from netkit.workflows.monitoring.locate import FlowRoutes
from netkit.workflows.monitoring.mesh import MeshReader, floors

PAIRS = list(itertools.combinations("abcd", 2))
NOC = Target("noc", Channel.WEBHOOK, ("http://noc.example",))
RULES = AlarmRules((Rule("slow", Condition.DELAY, Count(2, 3), Count(3, 3)),), (NOC,))
FIRST = 2 * 60
"""The minute in which something goes wrong; before are two hours."""


def windows(first: int, last: int, slow_ns: int = 0) -> list[Window]:
    """``slow_ns`` is what b to c takes longer, in that direction."""
    return [
        window(
            minute,
            one_way(10_000_000 + (slow_ns if src <= "b" < "c" <= dst else 0)),
            one_way(10_000_000),
            src=src,
            dst=dst,
        )
        for minute in range(first, last)
        for src, dst in PAIRS
    ]


def at(store: WindowStore, minute: int, routes: FlowRoutes | None = None) -> Evaluation:
    reader = MeshReader(store, "watch", floors(None, None))
    return evaluate(reader, RULES, routes, minute * MINUTE_NS)
