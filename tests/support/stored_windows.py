"""Windows to store: all fields said, counts that are drawn from a seed."""

from __future__ import annotations

import numpy as np

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    ClockState,
    DirectionWindow,
    PathInForce,
    Window,
    WindowKey,
)
from netkit.model.verdict import Verdict
from netkit.stats.windows.counts import count_delays

MINUTE_NS = 60_000_000_000
START_NS = 1_700_000_000_000_000_000 // (86_400 * 10**9) * 86_400 * 10**9
"""A midnight, UTC."""


def delays(seed: int, count: int = 60) -> np.ndarray:
    """Some 20 ms, with a tail, as a backbone has them."""
    draw = np.random.default_rng(seed)
    return (20_000_000 + draw.exponential(80_000, count)).astype(np.int64)


def direction(values_ns: np.ndarray, sent: int | None = None) -> DirectionWindow:
    """A direction whose probes took so long."""
    received = len(values_ns)
    return DirectionWindow(
        sent, received, None if sent is None else sent - received, 1, 2,
        count_delays(values_ns, DELAY_RELATIVE_ERROR),
        count_delays(np.diff(values_ns), IPDV_RELATIVE_ERROR),
        50_000, (int(values_ns.min()) - 10, int(values_ns.min()) + 10), Verdict.PASS,
    )  # fmt: skip


def window(
    minute: int,
    src: str = "beijing",
    dst: str = "shanghai",
    *,
    observer: str | None = None,
    flow: str = "gold",
    seed: int | None = None,
) -> Window:
    """What the sender saw in a minute after START_NS: 61 probes, of which one was lost."""
    key = WindowKey(
        "daily", observer or src, src, dst, flow, START_NS + minute * MINUTE_NS, MINUTE_NS
    )
    there, back = delays(2 * (seed or minute)), delays(2 * (seed or minute) + 1)
    return Window(
        key,
        {Outcome.RECEIVED: 60, Outcome.LOST_FORWARD: 1},
        direction(there, 61),
        direction(back, 60),
        count_delays(there + back, DELAY_RELATIVE_ERROR),
        ClockState(SyncSource.PTP, 20_000, 1),
        ClockState(SyncSource.GNSS, 30_000),
        PathInForce("sha256:ab", "beijing-shanghai-1"),
        25_000,
        Verdict.PASS,
        dropped_here=3,
        notes={"unknown sender": 2},
    )
