"""Which sessions of the kernel's table are over, or have to make room. Pure: arrays and ``now``.

The rules are those of :mod:`netkit.probe.reflector.sessions`. The program cannot search its
table; so what the engine does as a request comes in is done here, once a second, for all of it.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netkit.probe.in_kernel.layout import NETWORK_BYTES
from netkit.probe.reflector.sessions import CROWDED_NS, REFWAIT_NS, RESTED_NS, STANDING_NS, shares

_IPV6_NETWORK_BYTES = 8


class Holder(NamedTuple):
    """Keys of a session's address and of its network, as in the maps that count them."""

    source: bytes
    network: bytes


def holders_of(keys: NDArray[np.void], ipv4_mask: bytes) -> list[Holder]:
    """Of each session who holds it."""
    found: list[Holder] = []
    for address, family in zip(keys["address"], keys["family"].tolist(), strict=True):
        packed, version = address.tobytes(), family.to_bytes(4, "little")
        if family == 4:
            network = bytes(byte & mask for byte, mask in zip(packed, ipv4_mask, strict=False))
        else:
            network = packed[:_IPV6_NETWORK_BYTES]
        padded = network.ljust(_IPV6_NETWORK_BYTES, b"\0") + version
        found.append(Holder(packed + version, padded.ljust(NETWORK_BYTES, b"\0")))
    return found


def are_over(
    sessions: NDArray[np.void], holders: list[Holder], limit: int, now_ns: int
) -> NDArray[np.bool_]:
    """Of each session of a table of ``limit`` whether it is to be forgotten; O(n)."""
    heard_ns = sessions["heard_ns"].astype(np.int64)
    idle_ns = now_ns - heard_ns
    standing = heard_ns - sessions["begun_ns"].astype(np.int64) >= STANDING_NS
    of_source, of_network = shares(limit)
    sources = Counter(holder.source for holder in holders)
    networks = Counter(holder.network for holder in holders)
    pressed = np.array(
        [
            sources[one.source] >= of_source or networks[one.network] >= of_network
            for one in holders
        ],
        np.bool_,
    )
    patience_ns = np.where(standing, RESTED_NS, CROWDED_NS)
    crowded = (len(holders) >= limit) & ~standing & (idle_ns > CROWDED_NS)
    return np.asarray((idle_ns > REFWAIT_NS) | (pressed & (idle_ns > patience_ns)) | crowded)
