"""Following a segment list hop by hop: which router answered, which SID it executed, where it ends.

Probes with a growing hop limit (RFC 9259 §3.2) carry the segment list; a router that drops one
quotes it in its ICMP error, with the Segments Left of that moment. No socket here: probes out,
answers or silence in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv6Address


class Reaction(StrEnum):
    """What an ICMP error says became of a probe."""

    TIME_EXCEEDED = "time exceeded"
    REACHED = "port unreachable"
    UNREACHABLE = "unreachable"
    PARAMETER_PROBLEM = "parameter problem"


@dataclass(frozen=True, slots=True)
class TraceAnswer:
    """An ICMP error from ``responder`` for a probe; ``segments_left`` is None if not quoted."""

    responder: IPv6Address
    reaction: Reaction
    segments_left: int | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class TraceHop:
    """What came back for one hop limit; ``executed`` are the SIDs done since the hop before.

    A router may drop a probe before or after it executes its SID. Linux does after; with others
    a SID may show one hop late.
    """

    hop_limit: int
    answer: TraceAnswer | None = None
    round_trip_ns: int | None = None
    executed: tuple[IPv6Address, ...] = ()
    active: IPv6Address | None = None


class StopCause(StrEnum):
    """Why a trace goes no further: nothing answers, the hop limit is used up, a router says that
    it goes no further, it goes round in a loop, or whoever asked for it has had enough."""

    SILENCE = "silence"
    HOP_LIMIT = "hop_limit"
    REFUSED = "refused"
    LOOP = "loop"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class TraceStop:
    """``executed`` SIDs were done then. ``answer`` is the last that came, the one that says so;
    ``hop_limit`` the largest that was to be tried, where that is the cause."""

    cause: StopCause
    executed: int
    answer: TraceAnswer | None = None
    hop_limit: int | None = None


@dataclass(frozen=True, slots=True)
class TraceResult:
    """``stopped`` tells why it went no further; None if the destination answered."""

    destination: IPv6Address
    segments: tuple[IPv6Address, ...]
    hops: tuple[TraceHop, ...]
    stopped: TraceStop | None

    @property
    def reached(self) -> bool:
        """Whether the destination itself answered."""
        return self.stopped is None

    @property
    def executed(self) -> int:
        """How many of the SIDs are known to have been executed."""
        return sum(len(hop.executed) for hop in self.hops)


@dataclass(slots=True)
class Trace:
    """Ask :meth:`next_hop_limit`, try it, and say :meth:`answered` or :meth:`silent`."""

    destination: IPv6Address
    segments: tuple[IPv6Address, ...]
    max_hops: int = 30
    max_silent: int = 4
    _hops: list[TraceHop] = field(default_factory=list)
    _done: int = 0
    _silent: int = 0
    _over: bool = False
    _stop: TraceStop | None = None

    def next_hop_limit(self) -> int | None:
        """The hop limit to try now; None once it is over."""
        if self._over:
            return None
        if self._silent >= self.max_silent:
            self._ended(StopCause.SILENCE, self._last_answer())
            return None
        if len(self._hops) >= self.max_hops:
            self._ended(StopCause.HOP_LIMIT, hop_limit=self.max_hops)
            return None
        return len(self._hops) + 1

    def answered(self, answer: TraceAnswer, round_trip_ns: int) -> None:
        """Something came back for the hop limit that was last asked for."""
        left = answer.segments_left
        done = self._done
        if left is not None:
            done = max(done, len(self.segments) - min(left, len(self.segments)))
        executed = self.segments[self._done : done]
        round_again = not executed and self._was_here(answer)
        self._done, self._silent = done, 0
        self._hops.append(
            TraceHop(len(self._hops) + 1, answer, round_trip_ns, executed, self._active())
        )
        if answer.reaction is Reaction.REACHED and answer.responder == self.destination:
            self._over, self._stop = True, None
        elif answer.reaction is not Reaction.TIME_EXCEEDED:
            self._ended(StopCause.REFUSED, answer)
        elif round_again:
            self._ended(StopCause.LOOP, answer)

    def silent(self) -> None:
        """Nothing came back for the hop limit that was last asked for."""
        self._silent += 1
        self._hops.append(TraceHop(len(self._hops) + 1, active=self._active()))

    @property
    def latest(self) -> TraceHop:
        """The hop that was last tried."""
        return self._hops[-1]

    def result(self) -> TraceResult:
        """What is known; silent hops at the end are left out."""
        hops = self._hops
        while hops and hops[-1].answer is None:
            hops = hops[:-1]
        stop = self._stop if self._over else TraceStop(StopCause.INTERRUPTED, self._done)
        return TraceResult(self.destination, self.segments, tuple(hops), stop)

    def _ended(
        self, cause: StopCause, answer: TraceAnswer | None = None, hop_limit: int | None = None
    ) -> None:
        self._over, self._stop = True, TraceStop(cause, self._done, answer, hop_limit)

    def _was_here(self, answer: TraceAnswer) -> bool:
        """Whether this router answered before, and others since, with no SID executed between.

        One that answers twice in a row only counts hops in its own way.
        """
        hops = self._hops
        since = next((at for at in reversed(range(len(hops))) if hops[at].executed), 0)
        return any(
            hop.answer is not None and hop.answer.responder == answer.responder
            for hop in hops[since:-1]
        )

    def _active(self) -> IPv6Address:
        """The SID that the probe was on its way to; the destination after the last one."""
        return (*self.segments, self.destination)[self._done]

    def _last_answer(self) -> TraceAnswer | None:
        return next((hop.answer for hop in reversed(self._hops) if hop.answer is not None), None)
