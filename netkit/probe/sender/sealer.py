"""Probes of an authenticated flow: what no two have alike is filled in, and vouched for."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from netkit.wire.authentication import HMAC_BYTES, digest
from netkit.wire.stamp import AUTHENTICATED_BYTES, PACKET_HMAC
from netkit.wire.tlv import HEADER_BYTES, Tlv, TlvType

_HEAD = struct.Struct("!I12xQ")


class Sealer:
    """Probes of one flow: all alike but for number, timestamp, error estimate and both HMACs."""

    def __init__(self, key: bytes, tlvs: Sequence[Tlv]) -> None:
        self.key = key
        at = AUTHENTICATED_BYTES
        self._vouching: slice | None = None
        for tlv in tlvs:
            if tlv.type == TlvType.HMAC:
                self._vouching = slice(at + HEADER_BYTES, at + HEADER_BYTES + HMAC_BYTES)
            at += len(tlv.to_bytes())

    def request(self, template: bytes, sequence: int, timestamp: int) -> bytes:
        """The probe of that number, its HMAC over the base, and that over its TLVs."""
        made = bytearray(template)
        _HEAD.pack_into(made, 0, sequence, timestamp)
        made[PACKET_HMAC] = digest(self.key, bytes(made[: PACKET_HMAC.start]))
        if self._vouching is not None:
            before = made[AUTHENTICATED_BYTES : self._vouching.start - HEADER_BYTES]
            made[self._vouching] = digest(self.key, bytes(made[:4] + before))
        return bytes(made)
