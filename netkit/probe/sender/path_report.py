"""What replies tell beside delays: markings, the way back, counts, addresses, refusals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from netkit.errors import WireError
from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.return_path import NOT_TAKEN, ReturnTaken
from netkit.probe.sender.way_back import WayBack
from netkit.wire.location import Location
from netkit.wire.stamp import ReflectorPacket
from netkit.wire.tlv import TimestampInformation, Tlv, TlvType
from netkit.wire.tlv_values import ClassOfService, DirectMeasurement

_SYNC_SOURCES = {int(source): source for source in SyncSource}


@dataclass(frozen=True)
class PathReport:
    """Counts over all replies.

    ``forward_dscp`` and ``forward_ecn``: how requests were marked when they reached the reflector;
    ``backward_dscp``: how replies were when they came back. ``refused``: TLVs that came back with
    U, M or I set, by the name of their type. ``seen_as``: the sender's address and port as the
    reflector saw them. ``direct``: the latest Direct Measurement counts, and ``answers``, the
    replies received up to then. ``clock_source``: what the reflector says holds its clock.
    ``other_ways``: the probes, by number, whose reply did not come back as they asked, and how.
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
    other_ways: Mapping[int, ReturnTaken] = field(default_factory=dict)


class ReportReader:
    """Reads replies to requests that asked with ``asked``."""

    def __init__(self, asked: tuple[Tlv, ...]) -> None:
        self._asked = {tlv.type for tlv in asked}
        self._way_back = WayBack(asked)
        self._other_ways: dict[int, ReturnTaken] = {}
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
        if self._way_back:
            taken = self._way_back.of(reply.tlvs, route)
            self._return_path[taken] += 1
            if taken in NOT_TAKEN:
                self._other_ways[reply.sender_sequence] = taken

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
            dict(self._other_ways),
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


def sync_source(number: int) -> SyncSource | None:
    """What holds a clock, by its number in Timestamp Information.

    None for 0 (not known) and for numbers that RFC 8972 does not give a meaning."""
    return _SYNC_SOURCES.get(number)
