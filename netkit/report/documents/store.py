"""History, and what was found in or done to a store, as JSON; delays in ns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from netkit.language.chosen import in_english
from netkit.report.documents.document import Document
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.times import utc_text
from netkit.stats.windows.columns import DelayRow
from netkit.stats.windows.history import PERCENTS, DirectionHistory, History

if TYPE_CHECKING:
    from netkit.store.windows.levels import Level
    from netkit.store.windows.spool import Delivery
    from netkit.store.windows.upkeep.check import Check

HISTORY_SCHEMA = "netkit/history/1"
CHECK_SCHEMA = "netkit/store-check/1"
PRUNE_SCHEMA = "netkit/store-prune/1"
MIGRATE_SCHEMA = "netkit/store-migrate/1"
DELIVER_SCHEMA = "netkit/store-deliver/1"

_NAMES = tuple(f"p{percent}".replace(".", "_") for percent in PERCENTS)


def history_to_json(found: History) -> Document:
    """The time that was read, and a row for each piece of it and direction."""
    return {
        "schema": HISTORY_SCHEMA,
        "since": utc_text(found.since_ns),
        "until": utc_text(found.until_ns),
        "by": found.by.value,
        "rows": [history_row(row) for row in found.rows],
        "notes": [asdict(one) for one in found.notes],
        "contradiction": (
            None
            if found.contradiction is None
            else in_english(contradiction_text, found.contradiction)
        ),
    }


def history_row(row: DirectionHistory) -> Document:
    """One direction in one piece of time; flat, as a table has it."""
    low, high = row.certified_ns or (None, None)
    return {
        "since": utc_text(row.since_ns),
        "until": utc_text(row.until_ns),
        "campaign": row.campaign,
        "src": row.src,
        "dst": row.dst,
        "flow": row.flow,
        "sent": row.sent,
        "received": row.received,
        "lost": row.lost,
        "probes": row.probes,
        "unanswered": row.unanswered,
        "duplicates": row.duplicates,
        "reordered": row.reordered,
        **_delays("owd", row.delay),
        **_delays("ipdv", row.ipdv),
        "uncertainty_ns": row.uncertainty_ns,
        "certified_low_ns": low,
        "certified_high_ns": high,
        "verdict": row.verdict.value,
        "disputed": row.disputed,
    }


def _delays(name: str, delays: DelayRow | None) -> Document:
    if delays is None:
        words = ("count", "min_ns", "mean_ns", *(f"{one}_ns" for one in _NAMES), "max_ns")
        return {f"{name}_{word}": (0 if word == "count" else None) for word in words}
    pairs = zip(_NAMES, delays.percentiles_ns, strict=True)
    return {
        f"{name}_count": delays.count,
        f"{name}_min_ns": delays.min_ns,
        f"{name}_mean_ns": round(delays.mean_ns),
        **{f"{name}_{one}_ns": round(value) for one, value in pairs},
        f"{name}_max_ns": delays.max_ns,
    }


def check_to_json(place: str, found: Check) -> Document:
    """Counts by level, hours that are overdue, damage, and times without windows."""
    return {
        "schema": CHECK_SCHEMA,
        "store": place,
        **{level.value: count for level, count in found.counts.items()},
        "series": found.series,
        "overdue": found.overdue,
        "faults": list(found.faults),
        "gaps": [
            {
                "campaign": gap.campaign,
                "observer": gap.observer,
                "src": gap.src,
                "dst": gap.dst,
                "flow": gap.flow,
                "since": utc_text(gap.since_ns),
                "until": utc_text(gap.until_ns),
            }
            for gap in found.gaps
        ],
    }


def prune_to_json(place: str, rolled: int, gone: Mapping[Level, int]) -> Document:
    """How many hours were rolled up, and how many rows of each level were taken away."""
    return {
        "schema": PRUNE_SCHEMA,
        "store": place,
        "rolled_up": rolled,
        "removed": {level.value: count for level, count in gone.items()},
    }


def migrate_to_json(place: str, before: str, after: str) -> Document:
    """The version that a database had, and has."""
    return {"schema": MIGRATE_SCHEMA, "store": place, "before": before, "after": after}


def deliver_to_json(place: str, done: Delivery) -> Document:
    """How many windows were delivered from here, how many of them were new there, or too old."""
    return {
        "schema": DELIVER_SCHEMA, "store": place, "delivered": done.delivered, "new": done.new,
        "too_old": done.too_old,
    }  # fmt: skip
