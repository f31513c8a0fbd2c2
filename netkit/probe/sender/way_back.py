"""Whether a reply took the way back that its probe asked for, by all that it shows."""

from __future__ import annotations

from ipaddress import IPv6Address

from netkit.errors import WireError
from netkit.model.measurement.return_path import ReturnTaken
from netkit.wire.return_path import ReturnPath, answer_return_path, is_refused_in_part
from netkit.wire.srh import SegmentRoutingHeader
from netkit.wire.stamp import BASE_BYTES, ReflectorPacket
from netkit.wire.tlv import Tlv, TlvType


class WayBack:
    """The segment list that probes ``asked`` with; false if they asked for none."""

    def __init__(self, asked: tuple[Tlv, ...]) -> None:
        self._segments, self._answer = _asked(asked)

    def __bool__(self) -> bool:
        return bool(self._segments)

    def told(self, data: bytes) -> ReturnTaken:
        """What a reply in the unauthenticated layout says; never ``taken``, which a header shows.

        A reflector that does as asked clears flags and changes nothing else, so that most replies
        are told without taking them apart.
        """
        if self._answer in data:
            return ReturnTaken.UNSEEN
        if len(data) <= BASE_BYTES:  # no TLVs; what a TWAMP responder sends may be less than a base
            return ReturnTaken.IGNORED
        return self.of(ReflectorPacket.parse(data).tlvs, None)

    def of(self, tlvs: tuple[Tlv, ...], route: bytes | None) -> ReturnTaken:
        """By the TLVs of a reply, and the routing header that it came with."""
        tlv = next((one for one in tlvs if one.type == TlvType.RETURN_PATH), None)
        if tlv is None:
            return ReturnTaken.IGNORED
        if not (tlv.taken and tlv.well_formed):
            return ReturnTaken.REFUSED
        if route is not None:
            return self._by_header(route)
        return ReturnTaken.REFUSED if is_refused_in_part(tlv.value) else ReturnTaken.UNSEEN

    def _by_header(self, route: bytes) -> ReturnTaken:
        try:
            visited = SegmentRoutingHeader.parse(route).segments
        except WireError:
            return ReturnTaken.OTHER
        # The header ends with the destination, which a list may name as its last segment.
        same = visited in (self._segments, (*self._segments, visited[-1]))
        return ReturnTaken.TAKEN if same else ReturnTaken.OTHER


def _asked(asked: tuple[Tlv, ...]) -> tuple[tuple[IPv6Address, ...], bytes]:
    """The segments, and the Return Path TLV as a reflector that takes them sends it back."""
    for tlv in asked:
        if tlv.type == TlvType.RETURN_PATH:
            answer = Tlv(tlv.type, answer_return_path(tlv.value), flags=0)
            return ReturnPath.parse(tlv.value).segments, answer.to_bytes()
    return (), b""
