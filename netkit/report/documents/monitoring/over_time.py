"""Measurements over a time as JSON, ``netkit/over-time/1``; docs/report.md describes it."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.model.measurement.window import PathInForce
from netkit.model.monitoring.alarm import Alarm, Way
from netkit.model.units import ns_to_ms, us_to_ms
from netkit.model.verdict import worst
from netkit.report.documents.document import Document
from netkit.report.documents.store import history_row
from netkit.report.words.times import utc_text
from netkit.stats.windows.history import PERCENTS, DirectionHistory
from netkit.stats.windows.over_time import ClockStep, OverTime, PathChange, flow_of

OVER_TIME_SCHEMA = "netkit/over-time/1"


def over_time_to_json(found: OverTime) -> Document:
    """Pairs with the figures of the whole, rows of pieces and weeks, and events by time."""
    return {
        "schema": OVER_TIME_SCHEMA,
        "since": utc_text(found.since_ns),
        "until": utc_text(found.until_ns),
        "by": found.by.value,
        "pairs": list(_pairs(found)),
        "pieces": [history_row(row) for row in found.pieces],
        "weeks": [history_row(row) for row in found.weeks],
        "events": sorted(_events(found), key=lambda one: str(one["since"])),
    }


def _pairs(found: OverTime) -> Iterator[Document]:
    rows = {(row.campaign, row.src, row.dst, row.flow): row for row in found.whole}
    longer = {(row.campaign, row.src, row.dst, row.flow): row for row in found.longer}
    flows = dict.fromkeys(flow_of(*names) for names in rows)
    for campaign, a, b, flow in sorted(flows):
        ways = [(campaign, a, b, flow), (campaign, b, a, flow)]
        bound_us = found.bounds_us.get((campaign, a, b, flow))
        told = [rows[way] for way in ways if way in rows]
        yield {
            "campaign": campaign,
            "flow": flow,
            "src": a,
            "dst": b,
            "bound_ms": None if bound_us is None else us_to_ms(bound_us),
            "verdict": worst(row.verdict for row in told).value,
            "until": utc_text(max(row.until_ns for row in told)),
            "there": _figures(rows.get(ways[0]), longer.get(ways[0])),
            "back": _figures(rows.get(ways[1]), longer.get(ways[1])),
        }


def _figures(row: DirectionHistory | None, longer: DirectionHistory | None) -> Document | None:
    """Of a direction. Delays of clocks that bound nothing are evidence of the clocks: they are in
    the pieces, and here only what is certified."""
    if row is None:
        return None
    known = row.delay is not None and row.uncertainty_ns is not None
    low, high = row.certified_ns or (None, None)
    return {
        "verdict": row.verdict.value,
        "sent": row.sent,
        "lost": row.lost,
        "min_ms": ns_to_ms(row.delay.min_ns) if known and row.delay else None,
        "p50_ms": _percentile(row, 50) if known else None,
        "p99_ms": _percentile(row, 99) if known else None,
        "uncertainty_ms": None if row.uncertainty_ns is None else ns_to_ms(row.uncertainty_ns),
        "certified_low_ms": None if low is None else ns_to_ms(low),
        "certified_high_ms": None if high is None else ns_to_ms(high),
        "long_p99_ms": None if longer is None or longer.uncertainty_ns is None
        else _percentile(longer, 99),
    }  # fmt: skip


def _percentile(row: DirectionHistory, percent: float) -> float | None:
    if row.delay is None:
        return None
    return ns_to_ms(round(row.delay.percentiles_ns[PERCENTS.index(percent)]))


def _events(found: OverTime) -> Iterator[Document]:
    yield from map(_alarm, found.alarms)
    yield from map(_path, found.paths)
    yield from map(_step, found.steps)


def _event(what: str, since_ns: int, until_ns: int | None) -> Document:
    until = None if until_ns is None else utc_text(until_ns)
    return {"what": what, "since": utc_text(since_ns), "until": until}


def _alarm(one: Alarm) -> Document:
    about = one.subject
    ends = (about.dst, about.src) if about.way is Way.BACKWARD else (about.src, about.dst)
    return {
        **_event("alarm", one.since_ns, one.cleared_ns), "campaign": about.campaign,
        "src": ends[0], "dst": ends[1], "flow": about.flow, "way": about.way.value,
        "rule": about.rule, "id": one.id, "acked_by": one.acked_by,
    }  # fmt: skip


def _path(one: PathChange) -> Document:
    return {
        **_event("path", one.since_ns, one.until_ns), "campaign": one.campaign, "src": one.src,
        "dst": one.dst, "flow": one.flow, "before": _name(one.before), "after": _name(one.after),
    }  # fmt: skip


def _step(one: ClockStep) -> Document:
    return {**_event("clock", one.since_ns, one.until_ns), "site": one.site, "times": one.times}


def _name(path: PathInForce) -> str:
    """A path as people tell it from another: its list, and of which plan."""
    return " ".join(word for word in (path.segment_list, path.plan) if word)
