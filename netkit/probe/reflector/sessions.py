"""The sessions that a stateful reflector remembers, at most so many, each until it falls silent.

Anybody can begin sessions by the thousand, with forged sources too. Were silent ones to keep their
places to the end of REFWAIT, one such burst would shut out every newcomer for 15 minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

from netkit.model.units import NS_PER_S
from netkit.probe.reflector.replies import SessionKey
from netkit.probe.reflector.reply_pattern import ReplyPattern

REFWAIT_NS = 900 * NS_PER_S
"""A session unheard of for so long is forgotten (REFWAIT of RFC 5357 §3.1)."""

CROWDED_NS = 10 * NS_PER_S
"""In a full table, so long a silence costs a session its place as soon as another one needs it."""


@dataclass(slots=True)
class ReflectorSession:
    """``received`` requests, the number of the next reply, and when the kernel sent the latest.

    ``pattern`` is what the latest that was answered with care teaches about the next.
    """

    next_sequence: int = 0
    received: int = 0
    heard_ns: int = 0
    transmitted_ns: int | None = None
    pattern: ReplyPattern | None = None

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


class SessionTable:
    """At most ``limit`` sessions; a full table takes no new ones while all in it are running."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._sessions: dict[SessionKey, ReflectorSession] = {}

    def heard(self, key: SessionKey, now_ns: int) -> ReflectorSession | None:
        """The session, moved to the end of the table, whose front has been idle the longest.

        None if there is no place for it.
        """
        session = self._sessions.pop(key, None)
        if session is None or now_ns - session.heard_ns > REFWAIT_NS:
            while self._front_idle_ns(now_ns) > REFWAIT_NS:
                self._forget_front()
            if len(self._sessions) >= self._limit:
                if self._front_idle_ns(now_ns) <= CROWDED_NS:
                    return None
                self._forget_front()
            session = ReflectorSession()
        session.heard_ns = now_ns
        self._sessions[key] = session
        return session

    def get(self, key: SessionKey) -> ReflectorSession | None:
        """The session as it is, if it is known."""
        return self._sessions.get(key)

    def _front_idle_ns(self, now_ns: int) -> int:
        """How long the one that was heard of the longest ago has been silent; 0 of nobody."""
        front = next(iter(self._sessions.values()), None)
        return 0 if front is None else now_ns - front.heard_ns

    def _forget_front(self) -> None:
        del self._sessions[next(iter(self._sessions))]
