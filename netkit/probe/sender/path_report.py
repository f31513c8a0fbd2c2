"""What replies tell beside delays: markings, the way back, counts, addresses, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv6Address

from netkit.errors import WireError
from netkit.model.measurement.clock import SyncSource
from netkit.wire.location import Location
from netkit.wire.return_path import ReturnPath
from netkit.wire.srh import SegmentRoutingHeader
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.tlv import TimestampInformation, Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

_SYNC_SOURCES = {int(source): source for source in SyncSource}


class ReturnTaken(StrEnum):
    """What is known of the way a reply took, when a segment list was asked for.

    ``taken``: its routing header is that list. ``other``: it is another. ``unseen``: the reflector
    says that it did as asked, but no routing header arrived (one may be taken off on the way).
    ``refused``: the reflector says that it did not.
    """

    TAKEN = "taken"
    OTHER = "other"
    UNSEEN = "unseen"
    REFUSED = "refused"


@dataclass(frozen=True)
class PathReport:
    """Counts over all replies.

    ``forward_dscp`` and ``forward_ecn``: how requests were marked when they reached the reflector;
    ``backward_dscp``: how replies were when they came back. ``refused``: TLVs that came back with
    U, M or I set, by the name of their type. ``seen_as``: the sender's address and port as the
    reflector saw them. ``direct``: the latest Direct Measurement counts, and ``answers``, the
    replies received up to then. ``clock_source``: what the reflector says holds its clock.
    """

    forward_dscp: Mapping[int, int] = field(default_factory=dict)
    forward_ecn: Mapping[int, int] = field(default_factory=dict)
    backward_dscp: Mapping[int, int] = field(default_factory=dict)
    return_path: Mapping[ReturnTaken, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    seen_as: tuple[str, int] | None = None
    direct: DirectMeasurement | None = None
    answers: int = 0
    clock_source: SyncSource | None = None


class ReportReader:
    """Reads replies to requests that asked with ``asked``."""

    def __init__(self, asked: tuple[Tlv, ...]) -> None:
        self._asked = {tlv.type for tlv in asked}
        self._segments = _segments(asked)
        self._forward_dscp: Counter[int] = Counter()
        self._forward_ecn: Counter[int] = Counter()
        self._backward_dscp: Counter[int] = Counter()
        self._return_path: Counter[ReturnTaken] = Counter()
        self._refused: Counter[str] = Counter()
        self._seen_as: tuple[str, int] | None = None
        self._direct: DirectMeasurement | None = None
        self._answers = 0
        self._clock_source: SyncSource | None = None

    def learn(self, reply: ReflectorPacket, traffic_class: int | None, route: bytes | None) -> None:
        """Keep what one reply says, and how it came."""
        self._answers += 1
        if traffic_class is not None:
            self._backward_dscp[traffic_class >> 2] += 1
        for tlv in reply.tlvs:
            if tlv.type not in self._asked:
                continue
            if not (tlv.taken and tlv.well_formed):
                self._refused[TlvType(tlv.type).name.lower()] += 1
            else:
                self._read(tlv)
            if tlv.type == TlvType.RETURN_PATH and self._segments:
                self._return_path[self._way_back(tlv, route)] += 1

    def report(self) -> PathReport:
        """What is known so far."""
        return PathReport(
            dict(self._forward_dscp),
            dict(self._forward_ecn),
            dict(self._backward_dscp),
            dict(self._return_path),
            dict(self._refused),
            self._seen_as,
            self._direct,
            self._answers,
            self._clock_source,
        )

    def _read(self, tlv: Tlv) -> None:
        match tlv.type:
            case TlvType.CLASS_OF_SERVICE:
                marked = ClassOfService.parse(tlv.value)
                self._forward_dscp[marked.received_dscp] += 1
                self._forward_ecn[marked.received_ecn] += 1
                if marked.reverse_path:
                    self._refused["dscp"] += 1
            case TlvType.DIRECT_MEASUREMENT:
                self._direct = DirectMeasurement.parse(tlv.value)
            case TlvType.LOCATION:
                self._locate(tlv)
            case TlvType.TIMESTAMP_INFORMATION:
                self._clock_source = sync_source(TimestampInformation.parse(tlv.value).sync_in)

    def _locate(self, tlv: Tlv) -> None:
        try:
            location = Location.parse(tlv.value)
        except WireError:
            self._refused["location"] += 1
            return
        if location.source is not None:
            self._seen_as = (str(location.source), location.source_port)

    def _way_back(self, tlv: Tlv, route: bytes | None) -> ReturnTaken:
        if not tlv.taken:
            return ReturnTaken.REFUSED
        if route is None:
            return ReturnTaken.UNSEEN
        try:
            visited = SegmentRoutingHeader.parse(route).segments
        except WireError:
            return ReturnTaken.OTHER
        # The header ends with the destination, which a list may name as its last segment.
        asked = self._segments
        same = visited in (asked, (*asked, visited[-1]))
        return ReturnTaken.TAKEN if same else ReturnTaken.OTHER


def sync_source(number: int) -> SyncSource | None:
    """What holds a clock, by its number in Timestamp Information.

    None for 0 (not known) and for numbers that RFC 8972 does not give a meaning."""
    return _SYNC_SOURCES.get(number)


def _segments(asked: tuple[Tlv, ...]) -> tuple[IPv6Address, ...]:
    for tlv in asked:
        if tlv.type == TlvType.RETURN_PATH:
            return ReturnPath.parse(tlv.value).segments
    return ()
