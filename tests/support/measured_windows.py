"""Windows as a site would store them, from a few delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    IPDV_RELATIVE_ERROR,
    ClockState,
    DelayCounts,
    DirectionWindow,
    Window,
    WindowKey,
)
from netkit.model.verdict import Verdict
from netkit.stats.windows.counts import count_delays

MINUTE_NS = 60_000_000_000
BEGIN_NS = 1_764_374_400_000_000_000  # 2025-11-29T00:00:00Z, a multiple of a minute


def counts(delays_us: Sequence[float], relative_error: float = DELAY_RELATIVE_ERROR) -> DelayCounts:
    return count_delays(
        np.array([round(delay * 1000) for delay in delays_us], np.int64), relative_error
    )


def direction(
    delays_us: Sequence[float], verdict: Verdict = Verdict.PASS, uncertainty_us: float | None = 50
) -> DirectionWindow:
    count = len(delays_us)
    uncertainty_ns = None if uncertainty_us is None else round(uncertainty_us * 1000)
    return DirectionWindow(
        count,
        count,
        0,
        0,
        0,
        counts(delays_us),
        counts([0], IPDV_RELATIVE_ERROR),
        uncertainty_ns,
        None,
        verdict,
    )


def window(
    src: str = "beijing",
    dst: str = "shanghai",
    minute: int = 0,
    *,
    forward_us: Sequence[float] = (9_000, 9_100),
    backward_us: Sequence[float] = (9_200, 9_300),
    lost: int = 0,
    campaign: str = "hubs",
    flow: str = "main",
    observer: str | None = None,
    verdict: Verdict = Verdict.PASS,
    bound_us: int | None = 20_000,
) -> Window:
    """A sender's window of a minute; ``lost`` probes were lost on the way there."""
    key = WindowKey(
        campaign, observer or src, src, dst, flow, BEGIN_NS + minute * MINUTE_NS, MINUTE_NS
    )
    outcomes = {Outcome.RECEIVED: len(forward_us), Outcome.LOST_FORWARD: lost}
    clock = ClockState(SyncSource.NTP, 25_000)
    forward = replace(direction(forward_us, verdict), sent=len(forward_us) + lost, lost=lost)
    return Window(
        key, outcomes, forward, direction(backward_us, verdict), counts(forward_us), clock, clock,
        bound_us=bound_us, verdict=verdict,
    )  # fmt: skip
