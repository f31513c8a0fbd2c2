"""What was measured over time, by direction, and what happened then; delays in µs.

The names of sites are words here: a page that is served asks for the series of one pair alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from netkit.report.html.pages.sources import Plain, Sources
from netkit.report.words.text import visible

FIELDS = ("min", "p50", "p95", "p99", "p99_9", "max")
"""The percentiles of a row that are drawn, least first."""

_US_PER_S = 1_000_000
_NS_PER_US = 1000
_UNIT_S = {"minute": 60, "hour": 3600, "day": 86400}
_NAMES = ("src", "dst", "campaign", "flow", "site", "rule", "way", "before", "after", "acked_by")
_Key = tuple[str, str, str, str]


def told_over_time(sources: Sources) -> dict[str, object]:
    """Series, weeks, events and the time they are of, from a history or a store."""
    found = sources.over_time or sources.history
    if found is None:
        return {"series": [], "events": [], "span": None}
    rows = found["rows"] if sources.over_time is None else found["pieces"]
    weeks = _by_direction(found.get("weeks", ()))
    return {
        "series": [
            {**_series(key, pieces), "weeks": _columns(weeks.get(key, []))}
            for key, pieces in _by_direction(rows).items()
        ],
        "events": [_event(one) for one in found.get("events", ())],
        "span": [_seconds(found["since"]), _seconds(found["until"]), _UNIT_S.get(found["by"])],
    }


def _by_direction(rows: Iterable[Plain]) -> Mapping[_Key, list[Plain]]:
    found: dict[_Key, list[Plain]] = {}
    for row in rows:
        key = (row["campaign"], row["src"], row["dst"], row["flow"])
        found.setdefault(key, []).append(row)
    return found


def _series(key: _Key, rows: list[Plain]) -> dict[str, object]:
    campaign, src, dst, flow = map(visible, key)
    return {"campaign": campaign, "flow": flow, "src": src, "dst": dst, **_columns(rows)}


def _columns(rows: list[Plain]) -> dict[str, object]:
    """A column for each figure. ``unsure`` is how far clocks may be off, ``low`` and ``high``
    where the least delay certainly lies, whatever they say."""
    return {
        "since": [_seconds(row["since"]) for row in rows],
        "until": [_seconds(row["until"]) for row in rows],
        "sent": [row["sent"] for row in rows],
        "lost": [row["lost"] for row in rows],
        "verdict": [row["verdict"] for row in rows],
        "unsure": [_us(row.get("uncertainty_ns")) for row in rows],
        "low": [_us(row.get("certified_low_ns")) for row in rows],
        "high": [_us(row.get("certified_high_ns")) for row in rows],
        **{name: [_us(row[f"owd_{name}_ns"]) for row in rows] for name in FIELDS},
    }


def _event(one: Plain) -> dict[str, object]:
    until = None if one["until"] is None else _seconds(one["until"])
    words = {name: visible(one[name]) for name in _NAMES if one.get(name) is not None}
    return {**one, **words, "since": _seconds(one["since"]), "until": until}


def _us(value_ns: int | None) -> int | None:
    return None if value_ns is None else round(value_ns / _NS_PER_US)


def _seconds(text: str) -> float:
    return round(datetime.fromisoformat(text).timestamp() * _US_PER_S) / _US_PER_S
