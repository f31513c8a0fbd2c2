"""The second part of the program: a base packet that is whole gets its session, and its reply.

What is longer, shorter, padded, damaged or of a session that the engine has goes up instead.
"""

from __future__ import annotations

from collections.abc import Callable

from netkit.bpf.assembler import FP, R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, Assembler
from netkit.bpf.helpers import CLONE_REDIRECT, REDIRECT, XDP_TX
from netkit.model.units import NS_PER_S
from netkit.probe.in_kernel.frame import (
    CSUM_DIFF,
    CSUM_UPDATE,
    DIFFERENCE,
    ETHERNET,
    IFINDEX,
    IPV4,
    KTIME_TAI,
    L4_CSUM_REPLACE,
    LENGTH,
    REPLY,
    SOCKET,
    T2,
    UDP_BYTES,
    VALUE,
    IpVersion,
    swapped,
)
from netkit.probe.in_kernel.layout import RULES, offset
from netkit.probe.in_kernel.place import TCX, Place
from netkit.probe.in_kernel.sums import difference, folded_sum, intact, sum_anew
from netkit.wire.arrays import REFLECTOR, SENDER
from netkit.wire.stamp import BASE_BYTES, UNUSED

_HOP_LIMIT = 255
_NTP_TO_UNIX_S = 2_208_988_800
_PTP = swapped(0x4000)
_MARK_MANGLED_0 = 1 << 5
_COUNT_IT = "reflected"


def base_packet(code: Assembler, place: Place, version: IpVersion) -> None:
    """44 bytes of STAMP, of which the last 28 are zero, in a frame of just that length."""
    if place is TCX:
        code.load(R2, 4, R6, LENGTH).jump_if(R2, "!=", version.frame_bytes, "up")
    code.load(R7, 4, R6, place.data).load(R3, 4, R6, place.data_end).alu(R2, "=", R7)
    code.alu(R2, "+", version.frame_bytes).jump_if(R2, ">", R3, "up")
    if place is not TCX:
        code.alu(R2, "+", 1).jump_if(R2, "<=", R3, "up")
    payload = UDP_BYTES + (version.header_bytes if version is IPV4 else 0)
    code.load(R2, 2, R7, version.length).jump_if(R2, "!=", swapped(payload), "up")
    code.load(R2, 2, R7, version.udp + 4).jump_if(R2, "!=", swapped(UDP_BYTES), "up")
    code.load(R2, 2, R7, version.udp + 6).jump_if(R2, "==", 0, "up")
    code.alu(R2, "=", 0)
    for at in range(UNUSED.start, UNUSED.stop, 4):
        code.load(R3, 4, R7, version.packet + at).alu(R2, "|", R3)
    code.jump_if(R2, "!=", 0, "up")
    intact(code, place, version)


def reply(code: Assembler, place: Place, version: IpVersion) -> None:
    """The reply whose number is in R8, in place of the request, back where that came from."""
    _fields(code, version)
    _timestamps(code, version)
    _turn_round(code, place, version)
    if place is TCX:
        difference(code, version)
    for at in range(0, BASE_BYTES, 4):
        code.load(R2, 4, FP, REPLY + at).store(4, R7, version.packet + at, R2)
    if place is TCX:
        code.alu(R1, "=", R6).alu(R2, "=", version.udp + 6).alu(R3, "=", 0)
        code.load(R4, 8, FP, DIFFERENCE).alu(R5, "=", _MARK_MANGLED_0).call(L4_CSUM_REPLACE)
    else:
        sum_anew(code, version)
    code.jump(_COUNT_IT)


def send_back(code: Assembler, place: Place) -> None:
    """Out of the interface that it came in by.

    At TCX a request of another namespace of this host still belongs to the socket that sent it
    (veth): the reply would be charged to it, and its own transmit stamp would be told as the
    request's. A copy belongs to nobody.
    """
    if place is not TCX:
        code.alu(R0, "=", XDP_TX).exit()
        return
    code.load(R2, 4, R6, IFINDEX).load(R1, 8, R6, SOCKET).jump_if(R1, "!=", 0, "owned")
    code.alu(R1, "=", R2).alu(R2, "=", 0).call(REDIRECT).exit()
    code.label("owned").alu(R1, "=", R6).alu(R3, "=", 0).call(CLONE_REDIRECT)
    code.alu(R0, "=", place.drop).exit()


def _fields(code: Assembler, version: IpVersion) -> None:
    """All of the reply but its timestamps; ``R8`` is its number."""

    def put(name: str, size: int) -> None:
        code.store(size, FP, REPLY + offset(REFLECTOR, name), R2)

    def take(name: str, size: int, at: int = 0) -> None:
        code.load(R2, size, R7, version.packet + offset(SENDER, name) + at)

    code.alu(R2, "=", R8).big_endian(R2, 4)
    put("sequence", 4)
    take("ssid", 2)
    put("ssid", 2)
    take("sequence", 4)
    put("sender_sequence", 4)
    for half in (0, 4):
        take("timestamp", 4, half)
        code.store(4, FP, REPLY + offset(REFLECTOR, "sender_timestamp") + half, R2)
    take("error", 2)
    put("sender_error", 2)
    code.alu(R2, "&", _PTP).load(R3, 2, R9, offset(RULES, "error")).big_endian(R3, 2)
    code.alu(R2, "|", R3)
    put("error", 2)
    code.load(R2, 1, R7, version.hop_limit)
    code.store(4, FP, REPLY + offset(REFLECTOR, "mbz") + 2, 0)
    code.store(2, FP, REPLY + offset(REFLECTOR, "mbz"), 0)
    put("sender_ttl", 1)


def _timestamps(code: Assembler, version: IpVersion) -> None:
    """T2, then T3 by the same clock, both in the format that the request is in."""
    ntp, stamped = f"NTP {version.family}", f"stamped {version.family}"
    code.load(R2, 2, R7, version.packet + offset(SENDER, "error")).alu(R2, "&", _PTP)
    code.jump_if(R2, "==", 0, ntp)
    _stamp_both(code, _as_ptp, f"T3 in PTP {version.family}")
    code.jump(stamped).label(ntp)
    _stamp_both(code, _as_ntp, f"T3 in NTP {version.family}")
    code.label(stamped)


def _stamp_both(code: Assembler, encode: Callable[[Assembler], None], later: str) -> None:
    """The kernel's fast clock may show some ns less where it has just been adjusted, which senders
    would take for an impossible pair of stamps: T3 is T2 then."""
    code.load(R1, 8, FP, T2)
    encode(code)
    _put_timestamp(code, REPLY + offset(REFLECTOR, "received"))
    code.call(KTIME_TAI).alu(R1, "=", R0)
    code.load(R2, 8, R9, offset(RULES, "tai_offset_ns")).alu(R1, "-", R2)
    code.load(R2, 8, FP, T2).jump_if(R1, ">=", R2, later).alu(R1, "=", R2).label(later)
    encode(code)
    _put_timestamp(code, REPLY + offset(REFLECTOR, "timestamp"))


def _put_timestamp(code: Assembler, at: int) -> None:
    code.big_endian(R2, 4).big_endian(R3, 4).store(4, FP, at, R2).store(4, FP, at + 4, R3)


def _as_ptp(code: Assembler) -> None:
    """Seconds in R2 and ns in R3, from ns since 1970 in R1."""
    code.alu(R2, "=", R1).alu(R2, "/", NS_PER_S).alu(R3, "=", R1).alu(R3, "%", NS_PER_S)


def _as_ntp(code: Assembler) -> None:
    """The same in binary fractions (RFC 5905 §6), rounded to nearest as ``wire.timestamps`` does.

    (ns · 2^33 + 10^9) / (2 · 10^9), of which all but the shift is divided by 2 beforehand.
    """
    _as_ptp(code)
    code.alu(R3, "<<", 32).alu(R3, "+", NS_PER_S // 2).alu(R3, "/", NS_PER_S)
    code.alu(R4, "=", _NTP_TO_UNIX_S >> 8).alu(R4, "<<", 8).alu(R4, "|", _NTP_TO_UNIX_S & 0xFF)
    code.alu(R2, "+", R4)


def _turn_round(code: Assembler, place: Place, version: IpVersion) -> None:
    """Addresses and ports change places; hop limit and marking are those of a reply."""
    _exchange(code, 0, 6, 4)
    _exchange(code, 4, 10, 2)
    for at in range(0, version.address_bytes, 4):
        _exchange(code, version.source + at, version.destination + at, 4)
    _exchange(code, version.udp, version.udp + 2, 2)
    if version is IPV4:
        _ipv4_header(code, version)
    else:
        _ipv6_header(code, place, version)


def _exchange(code: Assembler, one: int, other: int, size: int) -> None:
    code.load(R2, size, R7, one).load(R3, size, R7, other)
    code.store(size, R7, one, R3).store(size, R7, other, R2)


def _ipv4_header(code: Assembler, version: IpVersion) -> None:
    """No marking, and a checksum made anew."""
    code.store(1, R7, ETHERNET + 1, 0).store(1, R7, version.hop_limit, _HOP_LIMIT)
    code.store(2, R7, ETHERNET + 10, 0)
    folded_sum(code, ETHERNET, version.header_bytes)
    code.alu(R0, "^", 0xFFFF).store(2, R7, ETHERNET + 10, R0)


def _ipv6_header(code: Assembler, place: Place, version: IpVersion) -> None:
    """No marking; the flow label stays. The sum that a card took of the frame is mended."""
    for at in (0, 4):
        code.load(R2, 4, R7, ETHERNET + at).store(4, FP, VALUE + at, R2)
    code.load(R2, 1, R7, ETHERNET + 1).alu(R2, "&", 0x0F).store(1, R7, ETHERNET + 1, R2)
    code.store(1, R7, ETHERNET, 0x60).store(1, R7, version.hop_limit, _HOP_LIMIT)
    if place is not TCX:
        return
    code.alu(R1, "=", FP).alu(R1, "+", VALUE).alu(R2, "=", 8)
    code.alu(R3, "=", R7).alu(R3, "+", ETHERNET).alu(R4, "=", 8).alu(R5, "=", 0).call(CSUM_DIFF)
    code.alu(R1, "=", R6).alu(R2, "=", R0).call(CSUM_UPDATE)
