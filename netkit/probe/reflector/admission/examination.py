"""Is it a request at all? What a datagram has to be before anything is done for it."""

from __future__ import annotations

from dataclasses import dataclass

from netkit.errors import AuthenticationError, WireError
from netkit.probe.reflector.admission.loops import OWN_REPLY, is_own_reply
from netkit.wire.authentication import tlvs_vouched_for
from netkit.wire.stamp import BARE_LIGHT_BYTES, LIGHT_BYTES, SenderPacket, is_light
from netkit.wire.tlv import TlvType

NOT_AUTHENTIC = "not_authentic"
TOO_SHORT = "too_short"


@dataclass(frozen=True, slots=True)
class Keys:
    """``packet`` authenticates everything; ``tlvs`` the TLVs, and is the same if both are used."""

    packet: bytes | None = None
    tlvs: bytes | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """A request, whether a TWAMP ``light`` sender's, and whether its TLVs are to be believed.

    ``vouched``: an HMAC TLV was right. ``bare``: there was none, and nothing to be vouched for.
    """

    packet: SenderPacket
    light: bool
    vouched: bool = False
    bare: bool = True

    @property
    def believed(self) -> bool:
        """Whether TLVs may be looked at where there is a key for them."""
        return self.vouched or self.bare


def examine(data: bytes, keys: Keys, wall_ns: int, *, named: bool) -> Examined | str:
    """The request in ``data``, or the reason why it is none.

    A peer that is ``named`` may send requests shorter than their replies. ``wall_ns`` is this
    host's clock, by which what comes back to the reflector is known.
    """
    light = keys.packet is None and is_light(data)
    try:
        if light:
            packet = SenderPacket.parse_light(data, BARE_LIGHT_BYTES if named else LIGHT_BYTES)
        else:
            packet = SenderPacket.parse(data, keys.packet)
    except AuthenticationError:
        return NOT_AUTHENTIC
    except WireError:
        return TOO_SHORT
    # Where a STAMP request has zeros there is no stamp.
    if (light or keys.packet) and is_own_reply(
        data, wall_ns, authenticated=keys.packet is not None
    ):
        return OWN_REPLY
    if keys.tlvs is None or light:
        return Examined(packet, light)
    vouched = tlvs_vouched_for(packet.tlvs, keys.tlvs, packet.sequence)
    padded = all(tlv.type == TlvType.EXTRA_PADDING for tlv in packet.tlvs)
    return Examined(packet, light, vouched is True, vouched is None and padded)
