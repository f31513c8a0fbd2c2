"""How well a sender kept its schedule: what a periodic stream really was (RFC 3432 §4).

A stream that did not leave as planned measures something else than was planned.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netkit.stats.delay import DelayFigures, Nanoseconds, delay_figures


@dataclass(frozen=True, slots=True)
class AchievedSchedule:
    """``error`` is by how much packets left after their time, ``gap`` what lay between two."""

    error: DelayFigures
    gap: DelayFigures | None


def achieved_schedule(scheduled_ns: Nanoseconds, sent_ns: Nanoseconds) -> AchievedSchedule | None:
    """Figures of packets meant for ``scheduled_ns`` and sent at ``sent_ns``; None of no packets."""
    error = delay_figures(sent_ns - scheduled_ns)
    return None if error is None else AchievedSchedule(error, delay_figures(np.diff(sent_ns)))
