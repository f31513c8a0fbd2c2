"""Thousands of unauthenticated STAMP base packets as one numpy array: the layouts of ``stamp``.

The same bytes and the same rounding as ``stamp`` and ``timestamps``, which a test holds them to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.units import NS_PER_S

SENDER = np.dtype(
    [("sequence", ">u4"), ("timestamp", ">u8"), ("error", ">u2"), ("ssid", ">u2"), ("mbz", "V28")]
)
"""A Session-Sender's base packet (RFC 8762 §4.2.1, SSID of RFC 8972 §3), 44 bytes."""

REFLECTOR = np.dtype(
    [
        ("sequence", ">u4"),
        ("timestamp", ">u8"),
        ("error", ">u2"),
        ("ssid", ">u2"),
        ("received", ">u8"),
        ("sender_sequence", ">u4"),
        ("sender_timestamp", ">u8"),
        ("sender_error", ">u2"),
        ("mbz", ">u2"),
        ("sender_ttl", "u1"),
        ("mbz_too", "V3"),
    ]
)
"""A Session-Reflector's base packet (RFC 8762 §4.3.1), 44 bytes."""

PTP_FLAG = np.uint16(0x4000)
"""The Z flag in an Error Estimate: its packet's own timestamps are truncated PTP, not NTP."""

_NTP_TO_UNIX_S = 2_208_988_800
_ERA_PIVOT_S = 0x8000_0000
_SECONDS = 1 << 32
_LOW = np.uint64(_SECONDS - 1)


def encode_timestamps(time_ns: NDArray[np.int64], ptp: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """The 64 bits of each instant, in truncated PTP where ``ptp`` is set, else in NTP format.

    Nothing is refused: these are for what a running host's clock says, 1970 to 2104.
    """
    seconds, rest_ns = np.divmod(time_ns, NS_PER_S)
    fraction = ((rest_ns << 33) + NS_PER_S) // (2 * NS_PER_S)
    ntp = ((seconds + _NTP_TO_UNIX_S) % _SECONDS << 32).astype(np.uint64) + fraction.astype(
        np.uint64
    )
    exact = (seconds << 32 | rest_ns).astype(np.uint64)
    return np.where(ptp, exact, ntp)


def are_times(raw: NDArray[np.uint64], ptp: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of these 64 bits state an instant: not zero, and no PTP stamp of 10⁹ ns or more."""
    native = raw.astype(np.uint64)
    return np.asarray((native != 0) & ~(ptp & ((native & _LOW) >= NS_PER_S)))


def decode_timestamps(raw: NDArray[np.uint64], ptp: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Ns since 1970 of each 64 bits off the wire; every value means something."""
    native = raw.astype(np.uint64)
    seconds, low = (native >> np.uint64(32)).astype(np.int64), (native & _LOW).astype(np.int64)
    era = np.where(seconds < _ERA_PIVOT_S, _SECONDS, 0)
    ntp = (seconds + era - _NTP_TO_UNIX_S) * NS_PER_S + ((low * NS_PER_S + (1 << 31)) >> 32)
    return np.where(ptp, seconds * NS_PER_S + low, ntp)
