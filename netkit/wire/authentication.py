"""HMAC-SHA-256 over STAMP packets and TLVs, cut to 16 bytes (RFC 8762 §4.4, RFC 8972 §4.8).

The HMAC of an authenticated packet covers its base; the HMAC TLV covers the Sequence Number and
every TLV before it, and only Extra Padding may follow it.
"""

from __future__ import annotations

import hmac

from netkit.wire.tlv import INTEGRITY_FAILED, Tlv, TlvType, tlvs_to_bytes

HMAC_BYTES = 16

HMAC_TLV = Tlv(TlvType.HMAC, bytes(HMAC_BYTES))
"""An HMAC TLV yet to be filled by :func:`seal_tlvs`."""


def digest(key: bytes, covered: bytes) -> bytes:
    """The HMAC of ``covered``."""
    return hmac.digest(key, covered, "sha256")[:HMAC_BYTES]


def same(first: bytes, second: bytes) -> bool:
    """Compare HMACs in a time that tells nothing of them."""
    return hmac.compare_digest(first, second)


def seal_tlvs(tlvs: tuple[Tlv, ...], key: bytes, sequence: int) -> tuple[Tlv, ...]:
    """Fill the HMAC TLV, if there is one, so that it vouches for the TLVs before it."""
    for position, tlv in enumerate(tlvs):
        if tlv.type == TlvType.HMAC:
            sealed = tlv._replace(value=_digest(tlvs[:position], key, sequence))
            return (*tlvs[:position], sealed, *tlvs[position + 1 :])
    return tlvs


def tlvs_vouched_for(tlvs: tuple[Tlv, ...], key: bytes, sequence: int) -> bool | None:
    """Whether the HMAC TLV is right and in its place; None without one."""
    for position, tlv in enumerate(tlvs):
        if tlv.type == TlvType.HMAC:
            after = tlvs[position + 1 :]
            return all(other.type == TlvType.EXTRA_PADDING for other in after) and same(
                tlv.value, _digest(tlvs[:position], key, sequence)
            )
    return None


def integrity_lost(tlvs: tuple[Tlv, ...]) -> tuple[Tlv, ...]:
    """The same TLVs, each with its I flag set: nobody vouches for them."""
    return tuple(tlv.flagged(tlv.flags | INTEGRITY_FAILED) for tlv in tlvs)


def _digest(tlvs: tuple[Tlv, ...], key: bytes, sequence: int) -> bytes:
    return digest(key, sequence.to_bytes(4, "big") + tlvs_to_bytes(tlvs))
