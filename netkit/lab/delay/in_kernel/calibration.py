"""Probes over a cable of the wire's own, due against left: what sending out of the kernel costs."""

from __future__ import annotations

import socket
import time
from typing import Final

from netkit.errors import LabError
from netkit.lab.blueprint import WIRE_NAME, Cable, CableEnd
from netkit.lab.delay.in_kernel.lines import Lines, end_of
from netkit.lab.kernel.netns import Namespace
from netkit.lab.kernel.veth import wait_until_running
from netkit.lab.truth.probe_key import LEFT, RECORD
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
_SPACING_S = 0.001
_PATIENCE_NS = 60_000 * NS_PER_MS
_FRAME = (
    bytes.fromhex("0a00000000020a000000000186dd")
    + b"\x60\x00\x00\x00\x00\x34\x11\x40" + bytes(32)
    + STAMP_PORT.to_bytes(2, "big") * 2 + b"\x00\x34\x00\x00"
)  # fmt: skip
"""Ethernet, IPv6 and UDP; the STAMP packet of 44 bytes comes after."""


def raise_ports(wire: Namespace) -> None:
    """Bring both ends up and wait until they carry frames."""
    wire.batch(("ip", "-batch", "-"), "".join(f"link set {port} up\n" for port in PORTS))
    wait_until_running(wire, PORTS)


def late_ns(lines: Lines, wire: Namespace, end: int) -> list[int]:
    """By how much probes leave after their due time; ``end`` is that of ``cal0``.

    Raises:
        LabError: not one has left within a minute.
    """
    lines.read_records()
    with wire.entered(), socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as sender:
        for number in range(PROBES):
            sender.sendto(_FRAME + number.to_bytes(4, "big") + bytes(40), (PORTS[0], 0))
            time.sleep(_SPACING_S)
    due_ns: dict[bytes, int] = {}
    left_ns: dict[bytes, int] = {}
    deadline_ns = time.monotonic_ns() + _PATIENCE_NS
    while len(left_ns) < PROBES and time.monotonic_ns() < deadline_ns:
        for record in lines.read_records():
            if end_of(record) == end:
                _, flags, _, due, release, key = RECORD.unpack(record)
                (left_ns if flags & LEFT else due_ns)[key] = release if flags & LEFT else due
        time.sleep(_SPACING_S)
    if not left_ns:
        raise LabError(f"no frame left a line of {DELAY_US} µs within {_PATIENCE_NS / 1e9:g} s")
    return [at - due_ns[key] for key, at in left_ns.items() if key in due_ns]
