"""Where things stand: in frames of either IP version, on the program's stack, in its context.

The program is assembled once for each version. In all of it ``R6`` is the context, ``R7`` the
frame and ``R9`` the rules; ``R8`` belongs to the part at work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from netkit.bpf.assembler import FP, R1, R2, R3, R4, R7, Assembler
from netkit.bpf.helpers import MAP_LOOKUP_ELEM
from netkit.wire.stamp import BASE_BYTES

MAP_UPDATE, L4_CSUM_REPLACE, CSUM_DIFF, PULL_DATA, CSUM_UPDATE, KTIME_TAI = 2, 11, 28, 39, 40, 208
"""Numbers of helpers beside those of :mod:`netkit.bpf.helpers` (``linux/bpf.h``)."""

LENGTH, PACKET_TYPE, VLAN_PRESENT, IFINDEX, SOCKET = 0, 4, 20, 40, 168
"""Offsets in ``struct __sk_buff``."""

XDP_IFINDEX = 12
"""The interface that a frame came in by, in ``struct xdp_md``."""

ETHERNET: Final = 14
UDP_BYTES: Final = 8 + BASE_BYTES
UDP_PROTOCOL: Final = 17

# The stack, from its end down. The keys first: of a session, a prefix, an address, a network.
SESSION_KEY, PREFIX_KEY, ADDRESS_KEY, NETWORK_KEY = -24, -48, -72, -88
VALUE, REPLY = -136, -184
NOW, T2, SOURCE_UNTIL, TOTAL_UNTIL, SOURCE_BUCKET, TOTAL_BUCKET = -192, -200, -208, -216, -224, -232
COUNTED, DIFFERENCE = -236, -248


@dataclass(frozen=True, slots=True)
class IpVersion:
    """Where fields are in a frame; ``ether_type`` as a little-endian host loads it."""

    family: int
    ether_type: int
    header_bytes: int
    length: int
    protocol: int
    hop_limit: int
    source: int
    destination: int
    address_bytes: int

    @property
    def udp(self) -> int:
        """Where UDP begins."""
        return ETHERNET + self.header_bytes

    @property
    def packet(self) -> int:
        """Where STAMP begins."""
        return self.udp + 8

    @property
    def frame_bytes(self) -> int:
        """A frame with a base packet."""
        return self.udp + UDP_BYTES


IPV4 = IpVersion(4, 0x0008, 20, 16, 23, 22, 26, 30, 4)
IPV6 = IpVersion(6, 0xDD86, 40, 18, 20, 21, 22, 38, 16)


def swapped(value: int) -> int:
    """Two bytes of a packet as a little-endian host loads them."""
    return value >> 8 | (value & 0xFF) << 8


def copy_address(code: Assembler, version: IpVersion, at: int, to: int) -> None:
    """An address of the frame to the stack; behind that of IPv4 come zeros. Spoils R2."""
    for start in range(0, 16, 4):
        if start < version.address_bytes:
            code.load(R2, 4, R7, at + start).store(4, FP, to + start, R2)
        else:
            code.store(4, FP, to + start, 0)


def look_up(code: Assembler, map_fd: int, key_at: int) -> None:
    """R0: where the value is, 0 if there is none. Spoils R1 to R5."""
    code.map_address(R1, map_fd).alu(R2, "=", FP).alu(R2, "+", key_at).call(MAP_LOOKUP_ELEM)


def update(code: Assembler, map_fd: int, key_at: int, value_at: int, flags: int) -> None:
    """R0: 0 if the value was put there. Spoils R1 to R5."""
    code.map_address(R1, map_fd).alu(R2, "=", FP).alu(R2, "+", key_at)
    code.alu(R3, "=", FP).alu(R3, "+", value_at).alu(R4, "=", flags).call(MAP_UPDATE)
