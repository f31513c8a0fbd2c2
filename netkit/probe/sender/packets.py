"""The wire's side of a session: probes to bytes, bytes to replies, with or without a key."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import NamedTuple

from netkit.errors import AuthenticationError, WireError
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import request_tlvs
from netkit.wire.authentication import integrity_lost, seal_tlvs, tlvs_vouched_for
from netkit.wire.stamp import LIGHT_BYTES, STAMPED_BYTES, ReflectorPacket, SenderPacket
from netkit.wire.timestamps import encode_timestamp
from netkit.wire.tlv import INTEGRITY_FAILED, MALFORMED, Tlv, TlvType
from netkit.wire.tlv_values import DirectMeasurement

_QUOTED = struct.Struct("!IQ")
_QUOTED_AUTHENTICATED = struct.Struct("!I12xQ")


class Request(NamedTuple):
    """A probe to be sent now."""

    sequence: int
    data: bytes


class UnreadableError(ValueError):
    """A packet that is no reply; the message says why."""


class ProbePackets:
    """Everything of a session's packets that is the same in each, and how to fill in the rest.

    With a ``key`` packets are authenticated; with a ``tlv_key`` only their TLVs are (RFC 8972
    §4.8).
    """

    def __init__(self, config: SessionConfig) -> None:
        key, vouched = config.key, config.tlv_key is not None
        self.tlvs = request_tlvs(
            config.request_bytes, config.tlvs, authenticated=key is not None, vouched=vouched
        )
        self._ssid = config.ssid
        # A reflector that knows no SSIDs sends 0 (RFC 8972 §3).
        self._ours = (config.ssid,) if config.need_ssid else (config.ssid, 0)
        self._error_estimate = config.error_estimate
        self._key = key
        self._tlv_key = config.tlv_key if key is None else key
        self._counts = any(tlv.type == TlvType.DIRECT_MEASUREMENT for tlv in self.tlvs)
        self._same: bytes | None = None
        if self._tlv_key is None and not self._counts:
            # All probes are alike behind number and timestamp.
            self._same = self._request(0, 0)[_QUOTED.size :]

    def request(self, sequence: int, wall_ns: int) -> bytes:
        """The probe number ``sequence``, stamped with ``wall_ns``."""
        timestamp = self.timestamp(wall_ns)
        if self._same is not None:
            return _QUOTED.pack(sequence, timestamp) + self._same
        return self._request(sequence, timestamp)

    def timestamp(self, wall_ns: int) -> int:
        """T1 as probes carry it."""
        return encode_timestamp(wall_ns, self._error_estimate.form)

    def reply(self, data: bytes) -> tuple[ReflectorPacket, bool]:
        """A reply, and whether its TLVs were to be believed; they are gone if not.

        Raises :class:`UnreadableError`.
        """
        if self._key is None and STAMPED_BYTES <= len(data) < LIGHT_BYTES:
            data = data.ljust(LIGHT_BYTES, b"\0")
        try:
            reply = ReflectorPacket.parse(data, self._key)
        except AuthenticationError:
            raise UnreadableError("not authentic") from None
        except WireError:
            raise UnreadableError("not a STAMP packet") from None
        if reply.ssid not in self._ours:
            raise UnreadableError("not an answer to this session")
        if self._tlv_key is None or not reply.tlvs:
            return _readable(reply), True
        if tlvs_vouched_for(reply.tlvs, self._tlv_key, reply.sequence):
            return _readable(reply), True
        return replace(reply, tlvs=()), False

    def quoted(self, data: bytes) -> tuple[int, int] | None:
        """Number and timestamp of the probe that begins so; None if too little of it is there."""
        layout = _QUOTED if self._key is None else _QUOTED_AUTHENTICATED
        if len(data) < layout.size:
            return None
        sequence, timestamp = layout.unpack_from(data)
        return sequence, timestamp

    def _request(self, sequence: int, timestamp: int) -> bytes:
        tlvs = self._tlvs_of(sequence)
        packet = SenderPacket(sequence, timestamp, self._error_estimate, self._ssid, tlvs)
        return packet.to_bytes(self._key)

    def _tlvs_of(self, sequence: int) -> tuple[Tlv, ...]:
        tlvs = self.tlvs
        if self._counts:
            counted = DirectMeasurement((sequence + 1) % (1 << 32)).to_value()
            tlvs = tuple(
                tlv._replace(value=counted) if tlv.type == TlvType.DIRECT_MEASUREMENT else tlv
                for tlv in tlvs
            )
        return tlvs if self._tlv_key is None else seal_tlvs(tlvs, self._tlv_key, sequence)


def _readable(reply: ReflectorPacket) -> ReflectorPacket:
    """Without what a sender must not look at (RFC 8972 §4): all TLVs if one has I set, and those
    behind one that has M set.
    """
    if not any(tlv.flags & (MALFORMED | INTEGRITY_FAILED) for tlv in reply.tlvs):
        return reply
    if any(tlv.flags & INTEGRITY_FAILED for tlv in reply.tlvs):
        return replace(reply, tlvs=integrity_lost(reply.tlvs))
    first = next(place for place, tlv in enumerate(reply.tlvs) if tlv.malformed)
    return replace(reply, tlvs=reply.tlvs[: first + 1])
