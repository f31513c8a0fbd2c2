"""What one flow of an agent is asked to send, resolved; and the numbers that are fixed by its name.

An agent numbers its sessions by what they are called, so that both ends know which is which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import NamedTuple

from netkit.model.measurement.window import PathInForce
from netkit.wire.tlv import Tlv

MAX_SSID = 0xFFFF


class FlowKey(NamedTuple):
    """Which flow: names of its campaign, its two sites, and its own within that pair."""

    campaign: str
    src: str
    dst: str
    flow: str


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a flow goes: the first of ``addresses`` (IPv6, IPv4 or names) that there is a way to.

    ``segments`` is the SRv6 list in the order visited; ``interface`` a device or VRF. With a
    ``hmac_key`` packets are authenticated, both ways.
    """

    addresses: tuple[str, ...]
    port: int
    interface: str | None = None
    dscp: int = 0
    segments: tuple[IPv6Address, ...] = ()
    hmac_key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AgentFlow:
    """A flow to be sent for ever. Equal ones are the same session, and are not begun anew.

    A probe is due ``phase_ns`` after the begin of every interval, which count from 1970; with
    ``poisson`` the gaps are random, from ``seed``. ``tlvs`` are asked with besides those of every
    probe. ``free_running`` are the ends, sender and reflector, whose clock nobody holds: it bounds
    nothing, whatever it claims.
    """

    key: FlowKey
    destination: Destination
    ssid: int
    interval_ns: int
    timeout_ns: int
    window_ns: int
    phase_ns: int
    seed: int
    poisson: bool = False
    request_bytes: int = 72
    tlvs: tuple[Tlv, ...] = ()
    path: PathInForce = field(default_factory=PathInForce)
    bound_us: int | None = None
    free_running: tuple[bool, bool] = (False, False)


def ssids(keys: Iterable[FlowKey]) -> dict[FlowKey, int]:
    """An SSID (RFC 8972 §3) for each flow of one sender, all different, the same at both ends.

    The hash of its names; where two agree, the later one in order gets the next free number. So a
    reflector that reads the same campaign knows whose request it answers. ``keys`` are at most
    65,535.
    """
    found: dict[FlowKey, int] = {}
    taken: set[int] = set()
    for key in sorted(keys):
        ssid = 1 + number_of(key) // (1 << 40) % MAX_SSID
        while ssid in taken:
            ssid = 1 + ssid % MAX_SSID
        found[key] = ssid
        taken.add(ssid)
    return found


def number_of(key: FlowKey) -> int:
    """64 bits of a hash that no version of Python changes."""
    digest = hashlib.blake2b("\0".join(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
