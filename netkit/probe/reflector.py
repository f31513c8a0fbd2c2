"""The STAMP Session-Reflector without sockets: a request in, its reply out (RFC 8762 §4.3).

It is stateful: each session, told by source address, source port and SSID, has its own reply
counter from 0, and remembers when the kernel sent the latest reply, for the Follow-Up Telemetry of
the next one. A reply is exactly as long as its request, so reflecting amplifies nothing. TLVs that
it does not know go back with the U flag set; at the first malformed one (M flag set) it stops
looking, and the rest goes back as it came (RFC 8972 §4).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from netkit.model.sample import Stamp, StampSource
from netkit.model.units import NS_PER_S
from netkit.wire.errors import WireError
from netkit.wire.stamp import STAMP_PORT, ReflectorPacket, SenderPacket
from netkit.wire.timestamps import (
    UNSYNCHRONISED,
    ErrorEstimate,
    TimestampFormat,
    encode_timestamp,
)
from netkit.wire.tlv import (
    MALFORMED,
    UNRECOGNIZED,
    FollowUpTelemetry,
    TimestampInformation,
    TimestampMethod,
    Tlv,
    TlvType,
)

REFWAIT_NS = 900 * NS_PER_S
"""A session unheard of for so long is forgotten (REFWAIT of RFC 5357 §3.1)."""

MAX_SESSIONS = 4096

SessionKey = tuple[str, int, int]
"""Source address, source port, SSID."""

_METHODS = {
    StampSource.HARDWARE: TimestampMethod.HARDWARE,
    StampSource.KERNEL: TimestampMethod.SOFTWARE,
    StampSource.USERSPACE: TimestampMethod.CONTROL_PLANE,
}


@dataclass(slots=True)
class _Session:
    next_sequence: int = 0
    heard_ns: int = 0
    transmitted_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes to send back, and what to hand to :meth:`Reflector.transmitted` once they left."""

    data: bytes
    key: SessionKey
    sequence: int


class Reflector:
    """One reflecting port with all its sessions, at most ``max_sessions`` of them.

    ``counters`` counts ``reflected`` and each reason for refusing. A full table refuses new
    sessions rather than forget running ones. Requests from ``refused_port`` (by default the
    reflectors' own) are refused, as two reflectors could answer each other for ever.
    """

    def __init__(
        self,
        *,
        error_estimate: ErrorEstimate = UNSYNCHRONISED,
        max_sessions: int = MAX_SESSIONS,
        refused_port: int = STAMP_PORT,
    ) -> None:
        self.error_estimate = error_estimate
        self.counters: Counter[str] = Counter()
        self._max_sessions = max_sessions
        self._refused_port = refused_port
        self._sessions: dict[SessionKey, _Session] = {}

    def reflect(
        self,
        data: bytes,
        source: tuple[str, int],
        received: Stamp,
        hop_limit: int | None,
        *,
        now_ns: int,
        wall_ns: int,
    ) -> Reply | None:
        """The reply to ``data`` from ``source``; None, and a count, if there is none.

        ``received`` is T2 and ``wall_ns`` T3 as far as the program can tell; ``now_ns`` is a
        monotonic clock, by which sessions are forgotten.
        """
        try:
            request = SenderPacket.parse(data)
        except WireError:
            self.counters["too_short"] += 1
            return None
        session = self._admit(source, request.ssid, 1, now_ns)
        if session is None:
            return None
        reply = self._reply(request, session, received, hop_limit, wall_ns)
        key = (source[0], source[1], request.ssid)
        made = Reply(reply.to_bytes(), key, session.next_sequence)
        self._answered(session, 1)
        return made

    def reserve(self, source: tuple[str, int], ssid: int, count: int, *, now_ns: int) -> range:
        """Numbers, modulo 2^32, for the replies to ``count`` bare requests of one session.

        For whoever answers many base packets without TLVs at once, exactly as :meth:`reflect`
        would. Empty, and counted, if they are refused.
        """
        session = self._admit(source, ssid, count, now_ns)
        if session is None:
            return range(0)
        first = session.next_sequence
        self._answered(session, count)
        return range(first, first + count)

    def transmitted(self, key: SessionKey, sequence: int, time_ns: int) -> None:
        """The kernel says when it handed a reply to the interface; the latest one is kept."""
        session = self._sessions.get(key)
        if session is not None and sequence == session.next_sequence - 1:
            session.transmitted_ns = time_ns

    def _admit(
        self, source: tuple[str, int], ssid: int, count: int, now_ns: int
    ) -> _Session | None:
        """The session of ``count`` requests; None, and the reason counted, if they are refused."""
        if source[1] == self._refused_port:
            self.counters["from_reflector_port"] += count
            return None
        session = self._session((source[0], source[1], ssid), now_ns)
        if session is None:
            self.counters["table_full"] += count
        return session

    def _answered(self, session: _Session, count: int) -> None:
        session.next_sequence = (session.next_sequence + count) % (1 << 32)
        session.transmitted_ns = None
        self.counters["reflected"] += count

    def _session(self, key: SessionKey, now_ns: int) -> _Session | None:
        """The session, moved to the end of the table, whose front has been idle the longest."""
        session = self._sessions.pop(key, None)
        if session is None or now_ns - session.heard_ns > REFWAIT_NS:
            self._forget_idle(now_ns)
            if len(self._sessions) >= self._max_sessions:
                return None
            session = _Session()
        session.heard_ns = now_ns
        self._sessions[key] = session
        return session

    def _forget_idle(self, now_ns: int) -> None:
        while self._sessions:
            oldest = next(iter(self._sessions))
            if now_ns - self._sessions[oldest].heard_ns <= REFWAIT_NS:
                return
            del self._sessions[oldest]

    def _reply(
        self,
        request: SenderPacket,
        session: _Session,
        received: Stamp,
        hop_limit: int | None,
        wall_ns: int,
    ) -> ReflectorPacket:
        form = request.error_estimate.form
        tlvs, intact = _answer_tlvs(request.tlvs, session, received.source, form)
        trailing = request.trailing
        if trailing and intact:
            trailing = bytes([trailing[0] | MALFORMED]) + trailing[1:]
        return ReflectorPacket(
            sequence=session.next_sequence,
            timestamp=encode_timestamp(wall_ns, form),
            error_estimate=replace(self.error_estimate, form=form),
            ssid=request.ssid,
            receive_timestamp=encode_timestamp(received.time_ns, form),
            sender_sequence=request.sequence,
            sender_timestamp=request.timestamp,
            sender_error_estimate=request.error_estimate,
            sender_ttl=hop_limit or 0,
            tlvs=tlvs,
            trailing=trailing,
        )


def _answer_tlvs(
    asked: tuple[Tlv, ...], session: _Session, received_by: StampSource, form: TimestampFormat
) -> tuple[tuple[Tlv, ...], bool]:
    """The TLVs of the reply, each as long as the one asked, and whether all were well formed."""
    answered: list[Tlv] = []
    for position, tlv in enumerate(asked):
        if not tlv.well_formed:
            answered.append(replace(tlv, flags=UNRECOGNIZED | MALFORMED))
            return (*answered, *asked[position + 1 :]), False
        answered.append(_answer_tlv(tlv, session, received_by, form))
    return tuple(answered), True


def _answer_tlv(
    tlv: Tlv, session: _Session, received_by: StampSource, form: TimestampFormat
) -> Tlv:
    match tlv.type:
        case TlvType.EXTRA_PADDING:
            return replace(tlv, flags=0)
        case TlvType.TIMESTAMP_INFORMATION:
            # T3 in the reply itself is always the program's; the kernel's follows one reply later.
            information = TimestampInformation(
                method_in=_METHODS.get(received_by, 0), method_out=TimestampMethod.CONTROL_PLANE
            )
            return replace(tlv, flags=0, value=information.to_value())
        case TlvType.FOLLOW_UP_TELEMETRY:
            return replace(tlv, flags=0, value=_follow_up(session, form).to_value())
        case _:
            return replace(tlv, flags=UNRECOGNIZED)


def _follow_up(session: _Session, form: TimestampFormat) -> FollowUpTelemetry:
    if session.transmitted_ns is None:
        return FollowUpTelemetry()
    timestamp = encode_timestamp(session.transmitted_ns, form)
    return FollowUpTelemetry(session.next_sequence - 1, timestamp, TimestampMethod.SOFTWARE)
