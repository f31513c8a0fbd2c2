"""The options of ``netkit probe send``, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.groups import OptionGroup
from netkit.cli.options.probe_values import address, keys_of, segment_list
from netkit.errors import InputError, chosen
from netkit.model.units import NS_PER_S
from netkit.wire.ports import STAMP_PORT

if TYPE_CHECKING:
    from netkit.probe.run.send_options import SendOptions

_COUNT, _MOST = 10, 4_000_000_000


class WireTimestamps(StrEnum):
    """The timestamp formats of STAMP (RFC 8762 §4.2.1)."""

    PTP = "ptp"
    NTP = "ntp"


TimeoutOption = Annotated[
    Duration, duration_option("--timeout", least="1ms", most="1h", help="Wait so long for each.")
]


@dataclass(frozen=True, slots=True)
class ScheduleOptions(OptionGroup):
    """How many probes, how long, and when."""

    PANEL: ClassVar[str] = "Probes"

    count: Annotated[
        int | None,
        typer.Option(
            "--count",
            "-c",
            min=0,
            max=4_000_000_000,
            help="Probes to send in each flow; 10 unless given. 0: until Ctrl-C. Over 100000: in"
            " bounded memory.",
        ),
    ] = None
    duration: Annotated[
        Duration | None,
        duration_option("--duration", least="1ms", help="Send for so long, instead of --count."),
    ] = None
    interval: Annotated[
        Duration,
        duration_option(
            "--interval", "-i", least="10us", most="1h",
            help="From one probe to the next; under 1ms: in bursts, fast.",
        ),
    ] = Duration(NS_PER_S)  # fmt: skip
    timeout: TimeoutOption = Duration(NS_PER_S)
    size: Annotated[
        int | None, typer.Option(help="UDP payload of a probe in bytes; as small as can be.")
    ] = None
    poisson: Annotated[
        bool, typer.Option("--poisson", help="Random gaps of that mean, not even ones.")
    ] = False
    burst: Annotated[int, typer.Option(min=1, max=10_000, help="Probes at once each interval.")] = 1

    @property
    def probes(self) -> int:
        """How many to send in each flow; 0 without end."""
        if self.duration is None:
            return _COUNT if self.count is None else self.count
        if self.count is not None:
            raise InputError.single("--count and --duration", expected="one of them")
        intervals = -(-self.duration.ns // self.interval.ns)
        return min(_MOST, max(1, intervals * self.burst))


@dataclass(frozen=True, slots=True)
class PathOptions(OptionGroup):
    """Where probes go, and how their replies come back."""

    PANEL: ClassVar[str] = "Path"

    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help=f"UDP port of the reflector, {STAMP_PORT} unless given."
        ),
    ] = None
    source: Annotated[str | None, typer.Option(help="Address of this host to send from.")] = None
    interface: Annotated[
        str | None, typer.Option(help="Send out of this interface, or within this VRF.")
    ] = None
    ipv4: Annotated[bool, typer.Option("-4", help="IPv4 only.")] = False
    ipv6: Annotated[bool, typer.Option("-6", help="IPv6 only.")] = False
    flows: Annotated[
        int, typer.Option(min=1, max=256, help="Flows, each with its own source port and label.")
    ] = 1
    source_port: Annotated[
        int, typer.Option(min=0, max=65535, help="Source port of the first flow; 0: any.")
    ] = 0
    segments: Annotated[
        str | None, typer.Option(help="Send over these SIDs: A,B,C in the order visited.")
    ] = None
    return_segments: Annotated[
        str | None, typer.Option(help="Ask for replies over these SIDs (RFC 9503).")
    ] = None
    return_address: Annotated[
        str | None, typer.Option(help="Ask for replies to this address of this host.")
    ] = None
    same_link: Annotated[
        bool, typer.Option("--same-link", help="Ask for replies by the link that probes took.")
    ] = False
    dscp: Annotated[
        int, typer.Option(min=0, max=63, help="Mark probes, and ask replies to be.")
    ] = 0
    ecn: Annotated[int, typer.Option(min=0, max=3, help="ECN bits of probes.")] = 0
    dont_fragment: Annotated[
        bool, typer.Option("--dont-fragment", help="Send probes whole or not at all.")
    ] = False

    @property
    def family(self) -> int | None:
        """4 or 6 if only one will do."""
        if self.ipv4 and self.ipv6:
            raise InputError.single("-4 and -6", expected="one of them")
        return 4 if self.ipv4 else 6 if self.ipv6 else None


@dataclass(frozen=True, slots=True)
class AskOptions(OptionGroup):
    """What else to ask the reflector for, and how to know it."""

    PANEL: ClassVar[str] = "Questions"

    direct_measurement: Annotated[
        bool, typer.Option("--direct-measurement", help="Compare packet counts of both ends.")
    ] = False
    location: Annotated[
        bool, typer.Option("--location", help="Ask which address the reflector sees.")
    ] = False
    need_ssid: Annotated[
        bool, typer.Option("--need-ssid", help="Take no replies without the session's number.")
    ] = False
    timestamps: Annotated[
        str, typer.Option(help="Format on the wire, for both ends: ptp or ntp.")
    ] = "ptp"
    key_file: Annotated[Path | None, typer.Option(help="Authenticate with this key.")] = None
    tlv_key_file: Annotated[
        Path | None, typer.Option(help="Authenticate only TLVs, with this key.")
    ] = None


def send_options(schedule: ScheduleOptions, path: PathOptions, asks: AskOptions) -> SendOptions:
    """What to send and to ask for; raises InputError for options that exclude each other."""
    from netkit.probe.run.send_options import SendOptions

    if schedule.poisson and schedule.burst > 1:
        raise InputError.single("--poisson and --burst", expected="one of them")
    if path.same_link and (path.return_segments or path.return_address):
        raise InputError.single("--same-link and another way back", expected="one of them")
    key, tlv_key = keys_of(asks.key_file, asks.tlv_key_file)
    return SendOptions(
        count=schedule.probes,
        interval_ms=schedule.interval.ms,
        timeout_ms=schedule.timeout.ms,
        request_bytes=schedule.size,
        poisson=schedule.poisson,
        burst=schedule.burst,
        dscp=path.dscp,
        ecn=path.ecn,
        flows=path.flows,
        source_port=path.source_port,
        family=path.family,
        source=address(path.source, "--source"),
        interface=path.interface,
        ntp=chosen(WireTimestamps, asks.timestamps, "timestamps") is WireTimestamps.NTP,
        dont_fragment=path.dont_fragment,
        segments=segment_list(path.segments, "--segments"),
        return_segments=segment_list(path.return_segments, "--return-segments"),
        return_address=address(path.return_address, "--return-address"),
        same_link=path.same_link,
        direct_measurement=asks.direct_measurement,
        location=asks.location,
        need_ssid=asks.need_ssid,
        key=key,
        tlv_key=tlv_key,
    )
