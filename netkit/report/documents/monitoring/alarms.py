"""Alarms with their evidence, as JSON (docs/alarms.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence

from netkit.language.chosen import in_english
from netkit.model.measurement.window import ClockState, DirectionWindow, PathInForce, Window
from netkit.model.monitoring.alarm import Alarm, Delivery, Move, Subject, Way
from netkit.model.units import ns_to_ms
from netkit.monitor.locate.location import Location
from netkit.monitor.outcomes import Evaluation, Told
from netkit.report.documents.document import Document, rounded
from netkit.report.documents.monitoring.locate import suspect_to_json
from netkit.report.words.clocks import contradiction_text
from netkit.report.words.times import utc_text

EVENT_SCHEMA = "netkit/alarm/1"
ALARMS_SCHEMA = "netkit/alarms/1"
EVALUATION_SCHEMA = "netkit/alarms-evaluate/1"


def evidence_to_json(
    windows: Sequence[Window], way: Way, since_ns: int, located: Sequence[Location]
) -> Document:
    """What there was to see when an alarm was raised: windows around, path, clocks, suspects."""
    before = [one for one in windows if one.key.start_ns < since_ns]
    after = [one for one in windows if one.key.start_ns >= since_ns]
    last = windows[-1] if windows else None
    return {
        "windows": [_window(one, way) for one in windows],
        "path_before": _path(before[-1].path if before else None),
        "path": _path(after[0].path if after else None),
        "clocks": None if last is None else {
            "sender": _clock(last.sender_clock), "reflector": _clock(last.reflector_clock)
        },
        "samples": None if last is None else _samples(windows, last),
        "likely_links": [
            {"quantity": one.quantity.value, **suspect_to_json(suspect)}
            for one in located
            for suspect in one.suspects
        ],
    }  # fmt: skip


def event_to_json(event_id: str, move: Move, at_ns: int, alarm: Alarm) -> Document:
    """What a target is told."""
    return {
        "schema": EVENT_SCHEMA,
        "event": event_id,
        "move": move.value,
        "at": utc_text(at_ns),
        **alarm_to_json(alarm),
    }


def alarm_to_json(alarm: Alarm) -> Document:
    """An alarm with what was seen when it was raised."""
    return {
        "id": alarm.id,
        **subject_to_json(alarm.subject),
        "since": utc_text(alarm.since_ns),
        "raised": utc_text(alarm.raised_ns),
        "cleared": _utc(alarm.cleared_ns),
        "acknowledged": _utc(alarm.acked_ns),
        "acknowledged_by": alarm.acked_by,
        "evidence": json.loads(alarm.evidence),
    }


def alarms_to_json(alarms: Sequence[Alarm], waiting: Sequence[Delivery]) -> Document:
    """``netkit alarms``: alarms in order of their begin, and what could not be told yet."""
    return {
        "schema": ALARMS_SCHEMA,
        "alarms": [alarm_to_json(one) for one in alarms],
        "undelivered": [
            {"event": one.event_id, "target": one.target, "attempts": one.attempts,
             "error": one.error}
            for one in waiting
        ],
    }  # fmt: skip


def subject_to_json(one: Subject) -> Document:
    """What an alarm is about."""
    return {
        "campaign": one.campaign, "rule": one.rule, "src": one.src, "dst": one.dst,
        "flow": one.flow, "way": one.way.value,
    }  # fmt: skip


def evaluation_to_json(campaign: str, at_ns: int, found: Evaluation, told: Told) -> Document:
    """``netkit alarms evaluate``: what moved, what is undecided, and what was told."""
    return {
        "schema": EVALUATION_SCHEMA,
        "campaign": campaign,
        "at": utc_text(at_ns),
        "raised": [alarm_to_json(one) for one in found.raised],
        "cleared": list(found.cleared),
        "undecided": [
            {**subject_to_json(one.subject), "start": utc_text(one.start_ns),
             "wanted": one.wanted.value}
            for one in found.undecided
        ],
        "active": [one.id for one in found.active],
        "contradiction": (
            None
            if found.contradiction is None
            else in_english(contradiction_text, found.contradiction)
        ),
        "told": told.taken,
        "undelivered": [
            {"event": event, "target": target, "error": why} for event, target, why in told.failed
        ],
    }  # fmt: skip


def _utc(time_ns: int | None) -> str | None:
    return None if time_ns is None else utc_text(time_ns)


def _window(one: Window, way: Way) -> Document:
    part = one.backward if way is Way.BACKWARD else one.forward
    figures = _round_trip(one) if way is Way.ROUND_TRIP else _direction(part)
    return {
        "start": utc_text(one.key.start_ns),
        "observer": one.key.observer,
        **figures,
        "notes": dict(one.notes),
    }


def _direction(part: DirectionWindow) -> Document:
    delay, certified = part.delay, part.certified_ns
    return {
        "sent": part.sent,
        "lost": part.lost,
        "min_ms": _ms(None if delay is None else delay.min_ns),
        "max_ms": _ms(None if delay is None else delay.max_ns),
        "uncertainty_ms": _ms(part.uncertainty_ns),
        "certified_ms": None if certified is None else [_ms(end) for end in certified],
        "verdict": part.verdict.value,
    }


def _round_trip(one: Window) -> Document:
    trip = one.round_trip
    return {
        "sent": one.probes,
        "unanswered": one.unanswered,
        "min_ms": _ms(None if trip is None else trip.min_ns),
        "max_ms": _ms(None if trip is None else trip.max_ns),
        "verdict": one.verdict.value,
    }


def _path(path: PathInForce | None) -> Document | None:
    return None if path is None else {"plan": path.plan, "segment_list": path.segment_list}


def _clock(clock: ClockState) -> Document:
    return {
        "source": None if clock.source is None else clock.source.name.lower(),
        "max_error_ms": _ms(clock.max_error_ns),
        "steps": clock.steps,
    }


def _samples(windows: Sequence[Window], last: Window) -> Document:
    """Where raw samples are if they are kept: of these sites, from and until these times."""
    return {
        "sites": [last.key.src, last.key.dst],
        "from": utc_text(windows[0].key.start_ns),
        "until": utc_text(last.key.start_ns + last.key.length_ns),
    }


def _ms(time_ns: int | None) -> float | None:
    return None if time_ns is None else rounded(ns_to_ms(time_ns), 6)
