"""Authenticated replies: checked, and from then on in the unauthenticated layout.

Whoever reads replies knows only that one. Here is where an HMAC is checked: what comes through it
is its peer's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.errors import AuthenticationError
from netkit.probe.agent.held import HeldProbes
from netkit.probe.agent.replies import same_address
from netkit.probe.agent.roster import NOBODY
from netkit.probe.agent.rows import Numbers
from netkit.probe.sender.sealer import Sealer
from netkit.wire.authentication import tlvs_vouched_for
from netkit.wire.stamp import AUTHENTICATED_BYTES, ReflectorPacket
from netkit.wire.tlv import tlvs_to_bytes

_SSID = slice(26, 28)


class Opened(NamedTuple):
    """Replies in the unauthenticated layout, and which datagram each was."""

    data: NDArray[np.uint8]
    lengths: NDArray[np.uint32]
    rows: Numbers


def open_replies(
    fleet: HeldProbes,
    data: NDArray[np.uint8],
    lengths: NDArray[np.uint32],
    names: NDArray[np.uint8],
) -> Opened:
    """Those whose HMAC is that of the peer which their session or sender names; others are counted.

    TLVs that no HMAC TLV vouches for are left out (RFC 8972 §4.8).
    """
    opened, sizes = np.zeros_like(data), np.zeros(len(lengths), np.uint32)
    rows: list[int] = []
    for row, length in enumerate(lengths.tolist()):
        found = _opened(fleet, data[row, :length].tobytes(), names[row])
        if found is None:
            fleet.counters["ignored: not authentic"] += 1
            continue
        opened[len(rows), : len(found)] = np.frombuffer(found, np.uint8)
        sizes[len(rows)] = len(found)
        rows.append(row)
    return Opened(opened[: len(rows)], sizes[: len(rows)], np.array(rows, np.int64))


def opened_quote(quoted: bytes) -> bytes:
    """The beginning of a probe that an ICMP error quotes, in the unauthenticated layout."""
    return quoted[:4] + quoted[16:28]


def _opened(fleet: HeldProbes, data: bytes, name: NDArray[np.uint8]) -> bytes | None:
    sealer = _sealer(fleet, int.from_bytes(data[_SSID]), name)
    if sealer is None or len(data) < AUTHENTICATED_BYTES:
        return None
    try:
        reply = ReflectorPacket.parse(data, sealer.key)
    except AuthenticationError:
        return None
    if reply.tlvs and not tlvs_vouched_for(reply.tlvs, sealer.key, reply.sequence):
        fleet.counters["ignored: TLVs that nobody vouches for"] += 1
        return _base(data)
    return _base(data) + tlvs_to_bytes(reply.tlvs)


def _sealer(fleet: HeldProbes, ssid: int, name: NDArray[np.uint8]) -> Sealer | None:
    """Whose reply it says it is, by its session; without one (RFC 8762 alone), by its sender."""
    roster = fleet.roster
    flow = int(roster.by_ssid[ssid])
    if ssid == 0:
        same = np.flatnonzero(roster.authenticated & same_address(name[np.newaxis], roster.names))
        flow = int(same[0]) if same.size else NOBODY
    return None if flow == NOBODY else roster.sealers[flow]


def _base(data: bytes) -> bytes:
    """An authenticated reply's fields (RFC 8762 §4.3.2) where those of a plain one are."""
    stamps = data[:4] + data[16:28] + data[32:40]
    return stamps + data[48:52] + data[64:74] + bytes(2) + data[80:81] + bytes(3)
