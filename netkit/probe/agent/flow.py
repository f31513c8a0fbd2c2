"""What one flow of an agent is asked to send, resolved; and the numbers that are fixed by its name.

An agent numbers its sessions by what they are called, so that both ends know which is which.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import NamedTuple

from netkit.errors import InputError
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
    """An SSID (RFC 8972 §3) for each flow, the same at both ends if they read the same campaigns.

    The hash of its names; where another flow from its sender or to its reflector has that number,
    the later one in order gets the next that is free at both. So a sender knows which flow a reply
    is of, and a reflector whose request it answers, though peers share an address, as sites of one
    host or behind one NAT do. Raises :class:`InputError` for a flow that no number is left for;
    up to 65,535 flows that leave its sender or come to its reflector never want for one.
    """
    found: dict[FlowKey, int] = {}
    sent: defaultdict[str, set[int]] = defaultdict(set)
    answered: defaultdict[str, set[int]] = defaultdict(set)
    for key in sorted(set(keys)):
        leaving, coming = sent[key.src], answered[key.dst]
        ssid = first = 1 + number_of(key) // (1 << 40) % MAX_SSID
        while ssid in leaving or ssid in coming:
            ssid = 1 + ssid % MAX_SSID
            if ssid == first:
                raise InputError.single(
                    "no session number (SSID) is left", value=" ".join(key),
                    expected=f"at most {MAX_SSID} flows that leave {key.src} or come to {key.dst}",
                )  # fmt: skip
        found[key] = ssid
        leaving.add(ssid)
        coming.add(ssid)
    return found


def number_of(key: FlowKey) -> int:
    """64 bits of a hash that no version of Python changes."""
    digest = hashlib.blake2b("\0".join(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")
