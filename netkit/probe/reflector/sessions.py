"""The sessions that a stateful reflector remembers, at most so many, each until it falls silent.

Anybody can begin sessions by the thousand, with forged sources too. So nobody may hold more than a
share of the table, and in a full one a newcomer gets the place of a session that has hardly begun
and is silent already, never that of one that has run for long. Whoever gets no place is answered
without one.

A session goes through these states, by the requests that are heard and nothing else::

    unknown -> new          a request comes, and there is a place for it
               -> standing  it has been heard of over STANDING_NS
    new or standing -> unknown    silent for REFWAIT_NS
    new             -> unknown    silent for CROWDED_NS, and another needs its place
    standing        -> unknown    silent for RESTED_NS, and another of its source or network does
    new or standing -> new        number 0 again after PAUSE_NS: counts begin anew, what was
                                  answered stays in its window

Each reply takes the next number and makes the transmit time unknown, until the kernel has told it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Protocol

from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.reflector.admission.buckets import network_of
from netkit.probe.reflector.quotas import Quota
from netkit.probe.reflector.replay import ReplayWindow
from netkit.probe.reflector.replies import SessionKey
from netkit.probe.reflector.reply_pattern import ReplyPattern

REFWAIT_NS = 900 * NS_PER_S
"""A session unheard of for so long is forgotten (REFWAIT of RFC 5357 §3.1)."""

CROWDED_NS = 10 * NS_PER_S
"""In a full table, so long a silence costs a new session its place once another one needs it."""

STANDING_NS = 10 * NS_PER_S
"""A session heard of over so long a time is no longer new."""

RESTED_NS = 120 * NS_PER_S
"""So long a silence costs even that one its place, if others of its own source need it."""

PAUSE_NS = 200 * NS_PER_MS
"""Number 0 after others and so long a silence begins a session: a second run from the same port
with the same SSID. Sooner it may be a copy, or have been overtaken."""

_LEAST_OF_SOURCE, _LEAST_OF_NETWORK = 64, 256


def shares(limit: int) -> tuple[int, int]:
    """How many sessions of a table one address may have, and one network."""
    return max(_LEAST_OF_SOURCE, limit // 16), max(_LEAST_OF_NETWORK, limit // 4)


@dataclass(slots=True)
class ReflectorSession:
    """``received`` requests, the number of the next reply, and when the kernel sent the latest.

    ``latest`` is the number of the latest request that told it. ``pattern`` is what the latest that
    was answered with care teaches about the next.
    """

    next_sequence: int = 0
    received: int = 0
    begun_ns: int = 0
    heard_ns: int = 0
    latest: int = 0
    transmitted_ns: int | None = None
    pattern: ReplyPattern | None = None
    window: ReplayWindow = field(default_factory=ReplayWindow)

    def answered(self, count: int) -> None:
        """So many replies more have been made, and none of them has left yet."""
        self.next_sequence = (self.next_sequence + count) % (1 << 32)
        self.transmitted_ns = None

    @property
    def follow_up(self) -> tuple[int, int] | None:
        """Number and transmit time of the latest reply; None if that is not known."""
        if self.transmitted_ns is None:
            return None
        return self.next_sequence - 1, self.transmitted_ns

    @property
    def standing(self) -> bool:
        """Whether it has been heard of for long."""
        return self.heard_ns - self.begun_ns >= STANDING_NS


class Beside(Protocol):
    """Whoever else answers requests of the same port, as the kernel may."""

    def hand_over(self, key: SessionKey, now_ns: int) -> ReflectorSession | None:
        """The session as it stands there; None if it is unknown. From now on it is this table's."""
        ...


class SessionTable:
    """At most ``limit`` sessions: a 16th of them of one address, a quarter of one network.

    One that begins here goes on with what ``beside`` knows of it.
    """

    def __init__(self, limit: int, beside: Beside | None = None) -> None:
        self._limit = limit
        self._beside = beside
        self._sessions: dict[SessionKey, ReflectorSession] = {}
        # Both in the order in which they were heard of last.
        self._new: OrderedDict[SessionKey, None] = OrderedDict()
        self._standing: OrderedDict[SessionKey, None] = OrderedDict()
        of_source, of_network = shares(limit)
        self._of_source, self._of_network = Quota(of_source), Quota(of_network)

    def resize(self, limit: int) -> None:
        """So many sessions from now on; those that are there stay until they fall silent."""
        self._limit = limit
        self._of_source.limit, self._of_network.limit = shares(limit)

    def forget_patterns(self) -> None:
        """Every session is answered with care once more, as policies have changed."""
        for session in self._sessions.values():
            session.pattern = None

    def heard(
        self, key: SessionKey, now_ns: int, sequence: int | None = None
    ) -> ReflectorSession | None:
        """The session of a request, begun if there is none; None if there is no place for it.

        ``sequence`` is the number of the request, None if it is not known.
        """
        known = session = self._sessions.get(key)
        if known is not None and _is_over(known, now_ns, sequence):
            self._forget(key)
            session = None
        if session is None:
            if not self._make_room(key, now_ns):
                return None
            session = self._begin(key, now_ns, sequence)
            if known is not None:
                # What was answered before its break is answered no more after it.
                session.window = known.window
        session.heard_ns = now_ns
        if sequence is not None:
            session.latest = sequence
        self._move_up(key, session)
        return session

    def get(self, key: SessionKey) -> ReflectorSession | None:
        """The session as it is, if it is known."""
        return self._sessions.get(key)

    def _begin(self, key: SessionKey, now_ns: int, sequence: int | None) -> ReflectorSession:
        session = None if self._beside is None else self._beside.hand_over(key, now_ns)
        if session is None or _is_over(session, now_ns, sequence):
            session = ReflectorSession(begun_ns=now_ns)
        self._sessions[key] = session
        self._new[key] = None
        for quota, holder in self._quotas(key):
            quota.add(holder, key)
        return session

    def _move_up(self, key: SessionKey, session: ReflectorSession) -> None:
        if key in self._standing:
            self._standing.move_to_end(key)
        elif session.standing:
            del self._new[key]
            self._standing[key] = None
        else:
            self._new.move_to_end(key)

    def _make_room(self, key: SessionKey, now_ns: int) -> bool:
        for order in (self._new, self._standing):
            while order and self._idle_ns(next(iter(order)), now_ns) > REFWAIT_NS:
                self._forget(next(iter(order)))
        for quota, holder in self._quotas(key):
            if quota.full(holder) and not self._free_one(quota, holder, now_ns):
                return False
        if len(self._sessions) < self._limit:
            return True
        longest = next(iter(self._new), None)
        if longest is None or self._idle_ns(longest, now_ns) <= CROWDED_NS:
            return False
        self._forget(longest)
        return True

    def _free_one(self, quota: Quota, holder: Hashable, now_ns: int) -> bool:
        """Whether the holder had a silent session among a few; it is forgotten."""
        for key in quota.candidates(holder):
            patience_ns = RESTED_NS if self._sessions[key].standing else CROWDED_NS
            if self._idle_ns(key, now_ns) > patience_ns:
                self._forget(key)
                return True
        return False

    def _quotas(self, key: SessionKey) -> tuple[tuple[Quota, Hashable], ...]:
        return (self._of_source, key[0]), (self._of_network, network_of(key[0]))

    def _idle_ns(self, key: SessionKey, now_ns: int) -> int:
        return now_ns - self._sessions[key].heard_ns

    def _forget(self, key: SessionKey) -> None:
        del self._sessions[key]
        self._new.pop(key, None)
        self._standing.pop(key, None)
        for quota, holder in self._quotas(key):
            quota.remove(holder, key)


def _is_over(session: ReflectorSession, now_ns: int, sequence: int | None) -> bool:
    idle_ns = now_ns - session.heard_ns
    return idle_ns > REFWAIT_NS or (sequence == 0 < session.latest and idle_ns > PAUSE_NS)
