"""What was measured over time, by direction, from a history document; delays in µs."""

from __future__ import annotations

from datetime import datetime

from netkit.report.html.pages.interned import Interned
from netkit.report.html.pages.sources import Plain

FIELDS = ("min", "p50", "p95", "p99", "p99_9", "max")
"""The percentiles of a row that are drawn, least first."""

_US_PER_S = 1_000_000
_NS_PER_US = 1000


def series_data(history: Plain, names: Interned[str]) -> list[dict[str, object]]:
    """One series for each direction and flow of a campaign, its pieces of time as columns."""
    if history is None:
        return []
    found: dict[tuple[str, str, str, str], list[Plain]] = {}
    for row in history["rows"]:
        key = (row["campaign"], row["src"], row["dst"], row["flow"])
        found.setdefault(key, []).append(row)
    return [
        {
            "campaign": campaign,
            "flow": flow,
            "src": names.number(src),
            "dst": names.number(dst),
            "since": [_seconds(row["since"]) for row in rows],
            "until": [_seconds(row["until"]) for row in rows],
            "sent": [row["sent"] for row in rows],
            "lost": [row["lost"] for row in rows],
            "verdict": [row["verdict"] for row in rows],
            **{name: [_us(row[f"owd_{name}_ns"]) for row in rows] for name in FIELDS},
        }
        for (campaign, src, dst, flow), rows in found.items()
    ]


def _us(value_ns: int | None) -> int | None:
    return None if value_ns is None else round(value_ns / _NS_PER_US)


def _seconds(text: str) -> float:
    return round(datetime.fromisoformat(text).timestamp() * _US_PER_S) / _US_PER_S
