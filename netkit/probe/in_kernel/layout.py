"""What the program and this process share, byte by byte: keys and values of the maps.

Addresses, ports and SSIDs stand as they do in packets; all other numbers in the order of the host,
which is little-endian wherever the program is loaded.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from netkit.probe.reflector.admission.access import (
    NOT_ALLOWED,
    REFLECTOR_PORT,
    SERVICE_PORT,
    SOURCE_RATE,
    TOTAL_RATE,
)
from netkit.probe.reflector.engine import TABLE_FULL

RULES = np.dtype(
    [
        ("tai_offset_ns", np.int64),
        ("port", ">u2"),
        ("error", np.uint16),
        ("flags", np.uint32),
        ("source_cost_ns", np.int64),
        ("source_depth_ns", np.int64),
        ("total_cost_ns", np.int64),
        ("total_depth_ns", np.int64),
        ("of_source", np.uint64),
        ("of_network", np.uint64),
        ("ipv4_mask", "u1", 4),
        ("unused", np.uint32),
    ]
)
"""What the program goes by. A request costs ``cost_ns`` (0: nothing) of a bucket that holds
``depth_ns``; ``of_source`` and ``of_network`` are the most sessions of one holder."""

SESSION_KEY = np.dtype([("address", "u1", 16), ("port", ">u2"), ("ssid", ">u2"), ("family", "u4")])
"""IPv4 addresses fill the first four bytes; ``family`` is 4 or 6."""

SESSION = np.dtype(
    [
        ("next", np.uint64),
        ("received", np.uint64),
        ("begun_ns", np.uint64),
        ("heard_ns", np.uint64),
        ("latest", np.uint32),
        ("engine", np.uint32),
    ]
)
"""As :class:`~netkit.probe.reflector.sessions.ReflectorSession` has it, ``next`` not yet taken
modulo 2^32; ``engine``: it is the engine's, and every request of it goes up."""

ADDRESS_BYTES, NETWORK_BYTES = 20, 16
"""Address and family; a network's 8 bytes, its family, and 4 that are 0."""

PREFIX_BYTES = 24
"""Length in bits, counted from the family that stands before the address."""

STATELESS, ALLOW_LIST = 1, 2
"""Flags of the rules."""

WITHIN, NAMED = 1, 2
"""What the list says of an address: it lies in an allowed network, or is allowed by itself."""

OWN, EVERYBODY = 0, 1
"""What an address is: one that this host answers at, or one that means all hosts of a link."""


class Counted(IntEnum):
    """The counters, in their order."""

    REFLECTED = 0
    REFLECTOR_PORT = 1
    SERVICE_PORT = 2
    NOT_ALLOWED = 3
    SOURCE_RATE = 4
    TOTAL_RATE = 5
    TABLE_FULL = 6


NAMES: Final = {
    Counted.REFLECTED: "reflected",
    Counted.REFLECTOR_PORT: REFLECTOR_PORT,
    Counted.SERVICE_PORT: SERVICE_PORT,
    Counted.NOT_ALLOWED: NOT_ALLOWED,
    Counted.SOURCE_RATE: SOURCE_RATE,
    Counted.TOTAL_RATE: TOTAL_RATE,
    Counted.TABLE_FULL: TABLE_FULL,
}
"""Under which names the engine counts the same."""


def offset(layout: np.dtype[np.void], name: str) -> int:
    """Where a field stands."""
    places = layout.fields
    if places is None:
        raise TypeError(f"{layout} has no fields")
    return int(places[name][1])
