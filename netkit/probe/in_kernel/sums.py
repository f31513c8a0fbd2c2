"""Checksums (RFC 1071): whether those of a request are right, and those of a reply."""

from __future__ import annotations

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R4, R5, R7, R8, Assembler
from netkit.probe.in_kernel.frame import (
    CSUM_DIFF,
    DIFFERENCE,
    ETHERNET,
    IPV4,
    REPLY,
    UDP_BYTES,
    UDP_PROTOCOL,
    IpVersion,
    swapped,
)
from netkit.probe.in_kernel.place import TCX, Place
from netkit.wire.stamp import BASE_BYTES


def intact(code: Assembler, place: Place, version: IpVersion) -> None:
    """Checksums as the kernel would find them further up.

    At TCX between two ends of one host only the sum over the pseudo-header may stand in the packet:
    the network card was to complete it, and there is none.
    """
    whole = f"whole {version.family}"
    if version is IPV4:
        folded_sum(code, ETHERNET, version.header_bytes)
        code.jump_if(R0, "!=", 0xFFFF, "up")
    _pseudo_header(code, version)
    if place is TCX:
        code.load(R2, 2, R7, version.udp + 6).jump_if(R2, "==", R8, whole)
    folded_sum(code, version.udp, UDP_BYTES, R8)
    code.jump_if(R0, "!=", 0xFFFF, "up").label(whole)


def difference(code: Assembler, version: IpVersion) -> None:
    """By how much the sum of the reply is another."""
    code.alu(R1, "=", R7).alu(R1, "+", version.packet).alu(R2, "=", BASE_BYTES)
    code.alu(R3, "=", FP).alu(R3, "+", REPLY).alu(R4, "=", BASE_BYTES).alu(R5, "=", 0)
    code.call(CSUM_DIFF).store(8, FP, DIFFERENCE, R0)


def sum_anew(code: Assembler, version: IpVersion) -> None:
    """The checksum of UDP over the reply as it stands in the frame."""
    there = f"sum {version.family}"
    _pseudo_header(code, version)
    code.store(2, R7, version.udp + 6, 0)
    folded_sum(code, version.udp, UDP_BYTES, R8)
    code.alu(R0, "^", 0xFFFF).jump_if(R0, "!=", 0, there).alu(R0, "=", 0xFFFF)
    code.label(there).store(2, R7, version.udp + 6, R0)


def _pseudo_header(code: Assembler, version: IpVersion) -> None:
    """R8: the sum over what stands for the IP header in that of UDP (RFC 768, RFC 8200 §8.1)."""
    seed = swapped(UDP_PROTOCOL) + swapped(UDP_BYTES)
    folded_sum(code, version.source, 2 * version.address_bytes, seed)
    code.alu(R8, "=", R0)


def folded_sum(code: Assembler, start: int, count: int, seed: int = 0) -> None:
    """R0: the sum of RFC 1071 over bytes of the frame and ``seed``, folded to 16 bits."""
    code.alu(R5, "=", seed).alu(R1, "=", 0).alu(R2, "=", 0)
    code.alu(R3, "=", R7).alu(R3, "+", start).alu(R4, "=", count).call(CSUM_DIFF)
    code.alu(R0, "<<", 32).alu(R0, ">>", 32)
    for _ in range(3):
        code.alu(R1, "=", R0).alu(R1, ">>", 16).alu(R0, "&", 0xFFFF).alu(R0, "+", R1)
