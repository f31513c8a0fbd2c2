"""A cable of the wire's own, with both ends there, and probes over it: what sending costs."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence
from typing import Final

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Cable, CableEnd
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import lay_cables, wait_until_running
from netkit.model.units import NS_PER_MS
from netkit.wire.ports import STAMP_PORT

PORTS: Final = ("cal0", "cal1")
DELAY_US: Final = 2_000
CALIBRATION: Final = Cable(
    "calibration",
    CableEnd(WIRE_NAME, PORTS[0], None),
    CableEnd(WIRE_NAME, PORTS[1], None),
    DELAY_US,
    DELAY_US,
)
PROBES: Final = 100
PATIENCE_NS: Final = 60_000 * NS_PER_MS
SPACING_S: Final = 0.001
_FRAME = (
    bytes.fromhex("0a00000000020a000000000186dd")
    + b"\x60\x00\x00\x00\x00\x34\x11\x40" + bytes(32)
    + STAMP_PORT.to_bytes(2, "big") * 2 + b"\x00\x34\x00\x00"
)  # fmt: skip
"""Ethernet, IPv6 and UDP; the STAMP packet of 44 bytes comes after."""


def lay_lines(cables: Sequence[Cable], namespaces: Mapping[str, Namespace]) -> None:
    """Make the interfaces of cables and of :data:`CALIBRATION` after them, and wait until both ends
    of that carry frames."""
    wire = namespaces[WIRE_NAME]
    lay_cables(wire, namespaces, (*cables, CALIBRATION))
    wire.batch(("ip", "-batch", "-"), "".join(f"link set {port} up\n" for port in PORTS))
    wait_until_running(wire, PORTS)


def send_probes(wire: Namespace) -> None:
    """Send :data:`PROBES` over it, from ``cal0``, a millisecond apart."""
    with wire.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender:
        for number in range(PROBES):
            sender.sendto(_FRAME + number.to_bytes(4, "big") + bytes(40), (PORTS[0], 0))
            time.sleep(SPACING_S)


def none_left() -> LabError:
    """What to raise where not one of them has left in time."""
    return LabError(f"no frame left a line of {DELAY_US} µs within {PATIENCE_NS / 1e9:g} s")
