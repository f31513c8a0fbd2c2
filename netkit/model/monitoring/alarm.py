"""Alarms: what each is about, how far it has come, and what is told of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Way(StrEnum):
    """Which way of a session: from Session-Sender to Session-Reflector, back, or both together."""

    FORWARD = "forward"
    BACKWARD = "backward"
    ROUND_TRIP = "round_trip"


class Reading(StrEnum):
    """What a rule makes of one window."""

    BAD = "bad"
    GOOD = "good"
    INCONCLUSIVE = "inconclusive"
    MISSING = "missing"


class Move(StrEnum):
    """What became of an alarm."""

    RAISED = "raised"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What an alarm is about: one way of one flow, by one rule."""

    campaign: str
    rule: str
    src: str
    dst: str
    flow: str
    way: Way

    def alarm_id(self, since_ns: int) -> str:
        """The same for the same alarm, whoever works it out and however often."""
        words = (self.campaign, self.rule, self.src, self.dst, self.flow, self.way.value)
        text = "\0".join((*words, str(since_ns)))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class State:
    """``recent`` are (start, reading) of the last windows; ``since_ns`` is when the first window
    began that raised the alarm, None while it is quiet; ``last_ns`` began the last window."""

    recent: tuple[tuple[int, Reading], ...] = ()
    since_ns: int | None = None
    last_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """``since_ns`` begins the first bad window, ``raised_ns`` and ``cleared_ns`` the windows that
    decided. ``evidence`` is the JSON document of docs/alarms.md, as it was when it was raised."""

    id: str
    subject: Subject
    since_ns: int
    raised_ns: int
    evidence: str
    cleared_ns: int | None = None
    acked_ns: int | None = None
    acked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something to be told: an alarm was raised or cleared. ``id`` is that of the telling: who gets
    it twice knows it by that. ``targets`` are the names of who is told, ``text`` is JSON."""

    id: str
    alarm_id: str
    move: Move
    at_ns: int
    text: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event to one target, tried ``attempts`` times so far."""

    event_id: str
    target: str
    text: str
    attempts: int = 0
    error: str | None = None
