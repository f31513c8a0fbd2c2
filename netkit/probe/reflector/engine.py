"""The STAMP Session-Reflector without sockets: a request in, its reply out (RFC 8762 §4.3).

Unless told to be stateless, it gives each session, told by source address, source port and SSID,
its own reply counter from 0, and remembers when the kernel sent the latest reply, for the
Follow-Up Telemetry of the next one. A reply is exactly as long as its request, so reflecting
amplifies nothing. Requests of TWAMP Light senders are answered as well (RFC 8762 §4.6).

A request is looked at in this order, and the first reason against it is counted: from a port that
nobody sends from, not allowed, too many, too short, an answer to this reflector itself, going round
in circles, seen before, then what its TLVs ask for. With a key, too many is asked last: neither
what is not authentic nor a replay takes anything away from what is answered. One that finds no
place in the table is answered all the same, as by a stateless reflector.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from netkit.model.measurement.sample import Stamp
from netkit.probe.reflector.admission.access import AccessList, IpNetwork
from netkit.probe.reflector.admission.copies import Copies
from netkit.probe.reflector.admission.examination import Examined, Keys
from netkit.probe.reflector.admission.gate import Gate
from netkit.probe.reflector.policy import ReflectorPolicy, RequestContext
from netkit.probe.reflector.replies import (
    Circumstances,
    Reply,
    Reserved,
    SessionKey,
    plain_way,
    reply_packet,
    without_padding,
)
from netkit.probe.reflector.reply_pattern import ReplyPattern
from netkit.probe.reflector.sessions import Beside, ReflectorSession, SessionTable
from netkit.probe.reflector.tlv_answers import answer_request
from netkit.wire.authentication import seal_tlvs
from netkit.wire.ports import STAMP_PORT
from netkit.wire.stamp import LIGHT_BYTES, ReflectorPacket, SenderPacket
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate

MAX_SESSIONS = 4096
TABLE_FULL = "table_full"
_SSID = slice(14, 16)


class _Arrival(NamedTuple):
    """A request as it came in, with T2, and T3 as far as the program can tell."""

    data: bytes
    source: tuple[str, int]
    around: Circumstances
    received_ns: int
    now_ns: int
    wall_ns: int


class Reflector:
    """One reflecting port with all its sessions, at most ``max_sessions`` of them.

    ``counters`` counts ``reflected`` and each reason for refusing. Requests from ``own_port``, and
    from the reflectors' own, are refused, as two reflectors could answer each other for ever. With
    a ``key`` only authenticated requests are answered; with a ``tlv_key`` unauthenticated ones,
    but of their TLVs only those that an HMAC TLV vouches for (RFC 8972 §4.8). ``beside`` answers
    requests of the same port: a session that it has begun goes on here.
    """

    def __init__(
        self,
        *,
        error_estimate: ErrorEstimate = UNSYNCHRONISED,
        max_sessions: int = MAX_SESSIONS,
        own_port: int = STAMP_PORT,
        key: bytes | None = None,
        tlv_key: bytes | None = None,
        stateless: bool = False,
        admission: AccessList | None = None,
        policy: ReflectorPolicy | None = None,
        beside: Beside | None = None,
    ) -> None:
        self.error_estimate = error_estimate
        self.counters: Counter[str] = Counter()
        self._keys = Keys(key, tlv_key if key is None else key)
        copies = None if stateless or key is None else Copies()
        self._gate = Gate(admission or AccessList(), self._keys, own_port, self.counters, copies)
        self._stateless = stateless
        self._policy = policy or ReflectorPolicy()
        self._sessions = SessionTable(max_sessions, beside)

    @property
    def reserves(self) -> bool:
        """Whether :meth:`reserve` may be used: neither with a key nor without state."""
        return self._keys.packet is None and not self._stateless

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
        if not self._gate.let_in(source, 1, now_ns):
            return None
        around = Circumstances(
            received.source, hop_limit, traffic_class, local, self.error_estimate
        )
        arrival = _Arrival(data, source, around, received.time_ns, now_ns, wall_ns)
        return self._alike(arrival) or self._anew(arrival)

    def reserve(
        self,
        source: tuple[str, int],
        ssid: int,
        count: int,
        *,
        now_ns: int,
        sequence: int | None = None,
    ) -> Reserved:
        """Numbers for the replies to ``count`` bare requests of one session.

        For whoever answers many base packets without TLVs at once, exactly as :meth:`reflect`
        would. Those over the count that is returned are refused, and counted. ``sequence`` is
        the number of the first.
        """
        count = self._gate.let_in_bare(source, count, now_ns)
        if not count:
            return Reserved(0)
        session, placed = self._session_of((source[0], source[1], ssid), count, now_ns, sequence)
        if sequence is not None:
            session.latest = sequence + count - 1
        first = session.next_sequence
        session.answered(count)
        self.counters["reflected"] += count
        return Reserved(count, first if placed else None)

    def refuse_return_path(self, reply: Reply) -> Reply:
        """The same reply the plain way, for a host that cannot send it as asked (RFC 9503 §4)."""
        self.counters["return_path_refused"] += 1
        return plain_way(reply, self._keys.packet, self._keys.tlvs)

    def shortened(self, reply: Reply, header_bytes: int) -> Reply | None:
        """The same reply with so much padding less, in the place of a header that it will get.

        None if it has not as much: then it would be longer than its request.
        """
        return without_padding(reply, header_bytes, authenticated=self._keys.packet is not None)

    def transmitted(self, key: SessionKey, sequence: int, time_ns: int) -> None:
        """The kernel says when it handed a reply to the interface; the latest one is kept."""
        session = self._sessions.get(key)
        if session is not None and sequence == session.next_sequence - 1:
            session.transmitted_ns = time_ns

    def limit(self, source_rate: float | None, max_sessions: int) -> None:
        """Another rate of each network, and room for so many sessions, from now on."""
        self._gate.limit_sources(source_rate)
        self._sessions.resize(max_sessions)

    def allow_returns(self, returns: tuple[IpNetwork, ...]) -> None:
        """Return paths may lead through these from now on, and through no others."""
        if returns != self._policy.returns:
            self._policy = replace(self._policy, returns=returns)
            self._sessions.forget_patterns()

    def not_sent(self, reason: str) -> None:
        """The host could not send the latest reply, or one of the latest."""
        self.counters[f"not sent: {reason}"] += 1

    def knows(self, key: SessionKey) -> bool:
        """Whether it has that session."""
        return self._sessions.get(key) is not None

    def _alike(self, arrival: _Arrival) -> Reply | None:
        """The reply to a request like the one before it in its session; None if it is not."""
        data, source, around, received_ns, now_ns, wall_ns = arrival
        key = (source[0], source[1], int.from_bytes(data[_SSID]))
        known = self._sessions.get(key)
        pattern = None if known is None else known.pattern
        if known is None or pattern is None or not pattern.fits(data, around):
            return None
        # A session of the table always has its place there, though it may have to begin anew.
        session = self._sessions.heard(key, now_ns, int.from_bytes(data[:4])) or known
        session.received += 1
        sequence = session.next_sequence
        made = pattern.answer(data, sequence, wall_ns, received_ns, session.follow_up)
        session.answered(1)
        self.counters["reflected"] += 1
        return Reply(made, key, sequence, pattern.egress)

    def _anew(self, arrival: _Arrival) -> Reply | None:
        """The reply to a request that has to be read; None, and a count, if there is none."""
        data, source, around, received_ns, now_ns, wall_ns = arrival
        replayed = partial(self._replayed, source=source)
        found = self._gate.examine(data, source, now_ns, wall_ns, replayed)
        if found is None:
            return None
        session, placed = self._place(found, source, now_ns)
        request = found.packet
        asked = RequestContext(
            source, around.local, around.traffic_class, around.received_by,
            request.error_estimate.form,
            follow_up=session.follow_up,
            counts=(session.received, session.next_sequence + 1) if placed else None,
            vouched=found.vouched,
        )  # fmt: skip
        answer = answer_request(found, asked, self._policy)
        self.counters.update(asked.refusals)
        if asked.dropped is not None:
            self.counters[asked.dropped] += 1
            return None
        sequence = session.next_sequence if placed else request.sequence
        packet = reply_packet(answer, sequence, around, received_ns, wall_ns)
        session.answered(1)
        self.counters["reflected"] += 1
        made = self._to_bytes(packet, len(data))
        if placed and self._keys.tlvs is None and not found.light and not asked.refusals:
            session.pattern = ReplyPattern.of(data, request, around, made, asked.egress)
        return Reply(made, (*source, request.ssid), sequence, asked.egress)

    def _to_bytes(self, packet: ReflectorPacket, request_bytes: int) -> bytes:
        """The reply, sealed with the keys there are, as long as its request.

        TWAMP Light requests may be shorter than a STAMP packet, and their replies not under 41.
        """
        if (key := self._keys.tlvs) is not None:
            packet = replace(packet, tlvs=seal_tlvs(packet.tlvs, key, packet.sequence))
        return packet.to_bytes(self._keys.packet)[: max(request_bytes, LIGHT_BYTES)]

    def _place(
        self, found: Examined, source: tuple[str, int], now_ns: int
    ) -> tuple[ReflectorSession, bool]:
        """The session of a request that was read, and whether it will be remembered."""
        request = found.packet
        if not found.believed and self._keys.packet is None:
            # Whoever proves nothing has no part in the session of whoever does.
            return ReflectorSession(), False
        key = (*source, request.ssid)
        session, placed = self._session_of(key, 1, now_ns, request.sequence)
        if self._keys.packet is not None:
            session.window.answered(request.sequence, request.timestamp_ns)
        return session, placed

    def _replayed(self, request: SenderPacket, source: tuple[str, int]) -> bool:
        """Whether its session has seen an authenticated request before."""
        if self._keys.packet is None:
            return False
        session = self._sessions.get((source[0], source[1], request.ssid))
        probe = request.sequence, request.timestamp_ns
        return session is not None and session.window.replayed(*probe)

    def _session_of(
        self, key: SessionKey, count: int, now_ns: int, sequence: int | None
    ) -> tuple[ReflectorSession, bool]:
        """The session of ``count`` requests, and whether it will be remembered."""
        session = None if self._stateless else self._sessions.heard(key, now_ns, sequence)
        if session is not None:
            session.received += count
            return session, True
        if not self._stateless:
            self.counters[TABLE_FULL] += count
        return ReflectorSession(), False
