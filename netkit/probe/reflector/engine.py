"""The STAMP Session-Reflector without sockets: a request in, its reply out (RFC 8762 §4.3).

Unless told to be stateless, it gives each session, told by source address, source port and SSID,
its own reply counter from 0, and remembers when the kernel sent the latest reply, for the
Follow-Up Telemetry of the next one. A reply is exactly as long as its request, so reflecting
amplifies nothing. Requests of TWAMP Light senders are answered as well (RFC 8762 §4.6).

A request is looked at in this order, and the first reason against it is counted: from a
reflector's port, not allowed, too many, too short, not authentic, no place in the table, then what
its TLVs ask for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from netkit.errors import AuthenticationError, WireError
from netkit.model.measurement.sample import Stamp
from netkit.probe.reflector.access import AccessList
from netkit.probe.reflector.policy import ReflectorPolicy, RequestContext
from netkit.probe.reflector.replies import Circumstances, Reply, SessionKey, plain_way, reply_packet
from netkit.probe.reflector.reply_pattern import ReplyPattern
from netkit.probe.reflector.sessions import ReflectorSession, SessionTable
from netkit.probe.reflector.tlv_answers import answer_tlvs
from netkit.wire.authentication import integrity_lost, seal_tlvs, tlvs_vouched_for
from netkit.wire.ports import STAMP_PORT
from netkit.wire.stamp import SenderPacket, is_light
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate
from netkit.wire.tlv import MALFORMED, Tlv, TlvType

MAX_SESSIONS = 4096
_SSID = slice(14, 16)


class Reflector:
    """One reflecting port with all its sessions, at most ``max_sessions`` of them.

    ``counters`` counts ``reflected`` and each reason for refusing. A table full of running
    sessions refuses new ones. Requests from ``refused_port`` (by default the reflectors' own) are
    refused, as two reflectors could answer each other for ever. With a ``key`` only authenticated
    requests are answered; with a ``tlv_key`` unauthenticated ones, but of their TLVs only those
    that an HMAC TLV vouches for (RFC 8972 §4.8).
    """

    def __init__(
        self,
        *,
        error_estimate: ErrorEstimate = UNSYNCHRONISED,
        max_sessions: int = MAX_SESSIONS,
        refused_port: int = STAMP_PORT,
        key: bytes | None = None,
        tlv_key: bytes | None = None,
        stateless: bool = False,
        admission: AccessList | None = None,
        policy: ReflectorPolicy | None = None,
    ) -> None:
        self.error_estimate = error_estimate
        self.counters: Counter[str] = Counter()
        self._refused_port = refused_port
        self._key = key
        self._tlv_key = tlv_key if key is None else key
        self._stateless = stateless
        self._admission = admission or AccessList()
        self._policy = policy or ReflectorPolicy()
        self._sessions = SessionTable(max_sessions)

    @property
    def reserves(self) -> bool:
        """Whether :meth:`reserve` may be used: neither with a key nor without state."""
        return self._key is None and not self._stateless

    def reflect(
        self,
        data: bytes,
        source: tuple[str, int],
        received: Stamp,
        hop_limit: int | None,
        *,
        now_ns: int,
        wall_ns: int,
        traffic_class: int | None = None,
        local: tuple[str, int] | None = None,
    ) -> Reply | None:
        """The reply to ``data`` from ``source``; None, and a count, if there is none.

        ``received`` is T2 and ``wall_ns`` T3 as far as the program can tell; ``now_ns`` is a
        monotonic clock, by which sessions are forgotten and rates are kept. ``traffic_class`` is
        what the request was marked with, ``local`` the address and port that it came to.
        """
        if not self._admit(source, 1, now_ns):
            return None
        around = Circumstances(
            received.source, hop_limit, traffic_class, local, self.error_estimate
        )
        alike = self._alike(data, source, around, received.time_ns, now_ns, wall_ns)
        return alike or self._anew(data, source, around, received.time_ns, now_ns, wall_ns)

    def reserve(self, source: tuple[str, int], ssid: int, count: int, *, now_ns: int) -> range:
        """Numbers, modulo 2^32, for the replies to ``count`` bare requests of one session.

        For whoever answers many base packets without TLVs at once, exactly as :meth:`reflect`
        would. Shorter than ``count``, and counted, if some are refused.
        """
        count = self._admit(source, count, now_ns)
        session = self._session_of((source[0], source[1], ssid), count, now_ns) if count else None
        if session is None:
            return range(0)
        first = session.next_sequence
        session.answered(count)
        self.counters["reflected"] += count
        return range(first, first + count)

    def refuse_return_path(self, reply: Reply) -> Reply:
        """The same reply the plain way, for a host that cannot send it as asked (RFC 9503 §4)."""
        self.counters["return_path_refused"] += 1
        return plain_way(reply, self._key, self._tlv_key)

    def transmitted(self, key: SessionKey, sequence: int, time_ns: int) -> None:
        """The kernel says when it handed a reply to the interface; the latest one is kept."""
        session = self._sessions.get(key)
        if session is not None and sequence == session.next_sequence - 1:
            session.transmitted_ns = time_ns

    def _alike(
        self,
        data: bytes,
        source: tuple[str, int],
        around: Circumstances,
        received_ns: int,
        now_ns: int,
        wall_ns: int,
    ) -> Reply | None:
        """The reply to a request like the one before it in its session; None if it is not."""
        key = (source[0], source[1], int.from_bytes(data[_SSID]))
        known = self._sessions.get(key)
        pattern = None if known is None else known.pattern
        if known is None or pattern is None or not pattern.fits(data, around):
            return None
        # A session of the table always has its place there, though it may have to begin anew.
        session = self._sessions.heard(key, now_ns) or known
        session.received += 1
        sequence = session.next_sequence
        made = pattern.answer(data, sequence, wall_ns, received_ns, session.follow_up)
        session.answered(1)
        self.counters["reflected"] += 1
        return Reply(made, key, sequence, pattern.egress)

    def _anew(
        self,
        data: bytes,
        source: tuple[str, int],
        around: Circumstances,
        received_ns: int,
        now_ns: int,
        wall_ns: int,
    ) -> Reply | None:
        """The reply to a request that has to be read; None, and a count, if there is none."""
        light = self._key is None and is_light(data)
        request = self._read(data, light)
        if request is None:
            return None
        key = (source[0], source[1], request.ssid)
        session = self._session_of(key, 1, now_ns)
        if session is None:
            return None
        asked = RequestContext(
            source, around.local, around.traffic_class, around.received_by,
            request.error_estimate.form,
            follow_up=session.follow_up,
            counts=None if self._stateless else (session.received, session.next_sequence + 1),
        )  # fmt: skip
        answer = request if light else self._answer(request, asked)
        if answer is None:
            return None
        sequence = request.sequence if self._stateless else session.next_sequence
        packet = reply_packet(answer, sequence, around, received_ns, wall_ns)
        if self._tlv_key is not None:
            packet = replace(packet, tlvs=seal_tlvs(packet.tlvs, self._tlv_key, sequence))
        session.answered(1)
        self.counters["reflected"] += 1
        # TWAMP Light requests may be up to 3 bytes shorter than a STAMP packet.
        made = packet.to_bytes(self._key)[: len(data)]
        if self._tlv_key is None and self.reserves and not light and not asked.refusals:
            session.pattern = ReplyPattern.of(data, request, around, made, asked.egress)
        return Reply(made, key, sequence, asked.egress)

    def _admit(self, source: tuple[str, int], count: int, now_ns: int) -> int:
        """How many of ``count`` requests may be looked at; the reasons against others counted."""
        if source[1] == self._refused_port:
            self.counters["from_reflector_port"] += count
            return 0
        let_in, reason = self._admission.admit(source[0], count, now_ns)
        if let_in < count:
            self.counters[reason] += count - let_in
        return let_in

    def _read(self, data: bytes, light: bool) -> SenderPacket | None:
        try:
            if light:
                return SenderPacket.parse_light(data)
            return SenderPacket.parse(data, self._key)
        except AuthenticationError:
            self.counters["not_authentic"] += 1
        except WireError:
            self.counters["too_short"] += 1
        return None

    def _session_of(self, key: SessionKey, count: int, now_ns: int) -> ReflectorSession | None:
        """The session of ``count`` requests; None, and counted, if there is no place for it."""
        if self._stateless:
            return ReflectorSession()
        session = self._sessions.heard(key, now_ns)
        if session is None:
            self.counters["table_full"] += count
        else:
            session.received += count
        return session

    def _answer(self, request: SenderPacket, asked: RequestContext) -> SenderPacket | None:
        """The request with its TLVs answered; None, and a count, if they ask for no reply."""
        if not (request.tlvs or request.trailing):
            return request
        tlvs, trailing = self._answer_tlvs(request, asked)
        self.counters.update(asked.refusals)
        if asked.dropped is not None:
            self.counters[asked.dropped] += 1
            return None
        same = (request.sequence, request.timestamp, request.error_estimate, request.ssid)
        return SenderPacket(*same, tlvs, trailing)

    def _answer_tlvs(
        self, request: SenderPacket, asked: RequestContext
    ) -> tuple[tuple[Tlv, ...], bytes]:
        """The TLVs of the reply, and the bytes behind them that are none."""
        tlvs, trailing = request.tlvs, request.trailing
        if self._tlv_key is not None:
            vouched = tlvs_vouched_for(tlvs, self._tlv_key, request.sequence)
            asked.vouched = vouched is True
            bare = all(tlv.type == TlvType.EXTRA_PADDING for tlv in tlvs)
            if vouched is False or not (vouched or bare):
                self.counters["tlvs_not_authentic"] += 1
                return integrity_lost(tlvs), trailing
        tlvs, intact = answer_tlvs(tlvs, asked, self._policy)
        if trailing and intact:
            trailing = bytes([trailing[0] | MALFORMED]) + trailing[1:]
        return tlvs, trailing
