"""How a run stands while it goes on, as one line of JSON, described in docs/probe-send-json.md."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from netkit.model.units import ns_to_us

if TYPE_CHECKING:
    from netkit.probe.sender.result import Snapshot


def interim_line(at: datetime, flows: Sequence[Snapshot]) -> str:
    """The counts of all flows so far, and the round trips of the latest answers."""
    recent = sorted(time_ns for flow in flows for time_ns in flow.round_trips_ns)
    return (
        json.dumps(
            {
                "schema": "netkit/probe-interim/1",
                "time": at.isoformat(),
                "sent": sum(flow.sent for flow in flows),
                "answered": sum(flow.answered for flow in flows),
                "overdue": sum(flow.overdue for flow in flows),
                "round_trip_p50_us": _rank_us(recent, 500),
                "round_trip_p99_us": _rank_us(recent, 990),
            }
        )
        + "\n"
    )


def _rank_us(ordered: Sequence[int], per_mille: int) -> float | None:
    """Nearest rank, as in all figures."""
    if not ordered:
        return None
    return ns_to_us(ordered[-(-len(ordered) * per_mille // 1000) - 1])
