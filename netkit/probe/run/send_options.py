"""What a run of probes is asked to send, stated once."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv6Address

from netkit.wire.return_path import IpAddress


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What to send and what to ask for.

    ``count`` probes (0: until it is interrupted) in each of ``flows``, which differ in their source
    port (``source_port`` and up, if given) and IPv6 flow label, so that each may take an ECMP
    branch of its own.
    ``request_bytes`` None means as small as what is asked for allows. ``segments`` is the SRv6
    list to send over, ``return_segments`` the one that replies shall come back over, and
    ``return_address`` the address of this host that they shall come back to; with ``same_link``
    they shall leave by the link that the probe came in by (RFC 9503 §4.1).
    ``family`` is 4 or 6 to take an address of that kind only. With ``need_ssid`` replies without
    the session's number are no answers. ``key`` authenticates everything, ``tlv_key`` only TLVs.
    ``source`` is the address of this host to send from, ``interface`` the one to send out of (or a
    VRF); ``ntp`` writes NTP timestamps; with ``dont_fragment`` probes go whole or not at all.
    """

    count: int = 10
    interval_ms: float = 1000
    timeout_ms: float = 1000
    request_bytes: int | None = None
    poisson: bool = False
    burst: int = 1
    dscp: int = 0
    ecn: int = 0
    flows: int = 1
    source_port: int = 0
    family: int | None = None
    source: IpAddress | None = None
    interface: str | None = None
    ntp: bool = False
    dont_fragment: bool = False
    segments: tuple[IPv6Address, ...] = ()
    return_segments: tuple[IPv6Address, ...] = ()
    return_address: IpAddress | None = None
    same_link: bool = False
    direct_measurement: bool = False
    location: bool = False
    need_ssid: bool = False
    key: bytes | None = field(default=None, repr=False)
    tlv_key: bytes | None = field(default=None, repr=False)
