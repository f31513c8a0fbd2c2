"""Finding the STAMP probe in a frame, in BPF: what ``find_probe`` does, for the same frames.

The one difference: a probe behind more than :data:`MOST_HEADERS` headers is not found.
"""

from __future__ import annotations

from typing import Final

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R4, R6, R7, R8, R9, Assembler
from netkit.bpf.helpers import SKB_LOAD_BYTES, SKB_PROTOCOL
from netkit.lab.truth.probe_key import KEY_LENGTH
from netkit.wire.ports import STAMP_PORT

MOST_HEADERS: Final = 12

KEY_AT: Final = -KEY_LENGTH
"""Where on the stack the key is put."""

FOUND_AT: Final = -80
"""8 bytes on the stack: 1 if there is a key, else 0."""

_BYTE_AT: Final = -88
_PORTS_AT, _SEQUENCE_AT = -8, -4
_ETHERNET, _IPV6_BYTES, _NEXT_HEADER, _ADDRESSES = 14, 40, 6, 8
_IPV6_TYPE, _UDP, _IPV6_IN_IPV6 = 0x86DD, 17, 41
_EXTENSIONS = (0, 43, 60)


def find_probe_key(a: Assembler) -> None:
    """Put the key of the frame of R6 on the stack. Spoils R0–R5 and R7–R9."""
    a.store(8, FP, FOUND_AT, 0)
    a.load(R1, 4, R6, SKB_PROTOCOL).big_endian(R1, 2).jump_if(R1, "!=", _IPV6_TYPE, "no probe")
    a.alu(R7, "=", _ETHERNET)
    _enter_ipv6(a)
    for number in range(MOST_HEADERS):
        _pass_header(a, number)
    a.jump("no probe").label("udp")
    load_bytes(a, R8, 0, _PORTS_AT, 4)
    a.jump_if(R0, "!=", 0, "no probe")
    for at in (_PORTS_AT, _PORTS_AT + 2):
        a.load(R1, 2, FP, at).big_endian(R1, 2).jump_if(R1, "==", STAMP_PORT, "stamp")
    a.jump("no probe").label("stamp")
    load_bytes(a, R8, 8, _SEQUENCE_AT, 4)
    a.jump_if(R0, "!=", 0, "no probe")
    load_bytes(a, R7, _ADDRESSES, KEY_AT, 32)
    a.jump_if(R0, "!=", 0, "no probe").store(8, FP, FOUND_AT, 1)
    a.label("no probe")


def load_bytes(a: Assembler, start: int, offset: int, to: int, length: int) -> None:
    """Bytes of the frame of R6 from ``start + offset`` to the stack; R0 is not 0 if it has none.

    ``start`` is a number or one of R2 and R6 to R9.
    """
    a.alu(R1, "=", R6).alu(R2, "=", start).alu(R2, "+", offset)
    a.alu(R3, "=", FP).alu(R3, "+", to).alu(R4, "=", length).call(SKB_LOAD_BYTES)


def _enter_ipv6(a: Assembler) -> None:
    """R7 is where an IPv6 header starts: R9 becomes its next header, R8 where that starts."""
    load_bytes(a, R7, _NEXT_HEADER, _BYTE_AT, 1)
    a.jump_if(R0, "!=", 0, "no probe").load(R9, 1, FP, _BYTE_AT)
    a.alu(R8, "=", R7).alu(R8, "+", _IPV6_BYTES)


def _pass_header(a: Assembler, number: int) -> None:
    extension, following = f"extension {number}", f"header {number} passed"
    a.jump_if(R9, "==", _UDP, "udp")
    for header in _EXTENSIONS:
        a.jump_if(R9, "==", header, extension)
    a.jump_if(R9, "!=", _IPV6_IN_IPV6, "no probe").alu(R7, "=", R8)
    _enter_ipv6(a)
    a.jump(following).label(extension)
    load_bytes(a, R8, 0, _BYTE_AT, 2)
    a.jump_if(R0, "!=", 0, "no probe")
    a.load(R9, 1, FP, _BYTE_AT).load(R1, 1, FP, _BYTE_AT + 1)
    a.alu(R1, "+", 1).alu(R1, "<<", 3).alu(R8, "+", R1).label(following)
