"""Frames that no sender makes, and addresses that none has: what the program meets on the wire."""

from __future__ import annotations

from random import Random

from benchmarks.kernel_frames import ETHERNET_BYTES, checksum, frame

SOURCES = (
    "0.0.0.0", "0.0.0.7", "10.7.0.1", "10.7.0.2", "10.7.0.0", "10.7.0.255", "10.7.255.255",
    "127.0.0.1", "127.9.9.9", "169.254.3.3", "192.0.2.9", "224.0.0.5", "239.1.2.3", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7", "2001:db8:7::1", "2001:db8:7::2", "2001:db8:7::",
    "2002:a07:1::1", "fc00::7", "fd12::7", "fe80::7", "fec0::7", "ff02::1", "ff0e::7",
    "::ffff:10.7.0.1", "::ffff:127.0.0.1", "::10.7.0.1", "64:ff9b::a07:1", "100::7", "2001::7",
)  # fmt: skip
DESTINATIONS = (
    "10.7.0.2", "10.7.0.2", "10.7.0.2", "10.7.0.0", "10.7.0.255", "127.0.0.1", "127.0.0.2",
    "224.0.0.1", "255.255.255.255", "10.7.0.3", "0.0.0.0", "2001:db8:7::2", "2001:db8:7::2",
    "2001:db8:7::2", "2001:db8:7::", "2001:db8:7::3", "::1", "::", "ff02::1", "fe80::2",
    "::ffff:10.7.0.2", "::10.7.0.2",
)  # fmt: skip
USUAL = ("10.7.0.1", "192.0.2.9", "2001:db8:7::1", "fd12::7")
_PORTS = (0, 1, 53, 862, 1023, 1024, 8620, 40_000, 65_535)
_OTHER_PORT = 8621


def odd_frame(random: Random, port: int, payload: bytes) -> bytes:
    """One frame to ``port``, with something about it that is not as usual, or nothing."""
    source = random.choice(SOURCES if random.random() < 0.5 else USUAL)
    ends = [one for one in DESTINATIONS if (":" in one) is (":" in source)]
    ports = random.choice(_PORTS), port if random.random() < 0.95 else _OTHER_PORT
    made = bytearray(
        frame(
            source,
            random.choice(ends),
            ports,
            payload,
            hop_limit=random.choice((0, 1, 64, 255)),
            marking=random.randrange(256),
        )
    )
    if random.random() < 0.5:
        _spoil(random, made, four=":" not in source)
    return bytes(made)


def _spoil(random: Random, made: bytearray, *, four: bool) -> None:
    """Change something in its headers, and mostly mend the checksum of IPv4."""
    header = 20 if four else 40
    udp = ETHERNET_BYTES + header
    what = random.randrange(7)
    if what == 0:  # the version, and how long the header is
        made[ETHERNET_BYTES] = random.choice((0x45, 0x46, 0x44, 0x55, 0x60, 0x6F, 0x40, 0x00, 0xF5))
    elif what == 1:  # flags and fragments; of IPv6 what follows
        if four:
            bits = random.choice((0, 0x2000, 0x4000, 0x8000, 0xC000, 0x0001, 0x1FFF, 0x2005))
            made[20:22] = bits.to_bytes(2, "big")
        else:
            made[20] = random.choice((0, 43, 44, 51, 58, 59, 60, 135, 6))
    elif what == 2:  # how long all of it is
        at = 16 if four else 18
        length = int.from_bytes(made[at : at + 2], "big") + random.choice((-44, -8, -1, 1, 8))
        made[at : at + 2] = (length & 0xFFFF).to_bytes(2, "big")
    elif what == 3:  # how long UDP says that it is
        made[udp + 4 : udp + 6] = random.choice((0, 7, 8, 51, 53, 0xFFFF)).to_bytes(2, "big")
    elif what == 4:  # no checksum, or a wrong one
        made[udp + 6 : udp + 8] = random.choice((bytes(2), b"\xff\xff", random.randbytes(2)))
    elif what == 5:  # cut, or with something behind it
        if random.random() < 0.5:
            del made[random.randrange(udp, len(made)) :]
        else:
            made += bytes(random.randrange(1, 20))
    else:  # any byte of the headers
        made[random.randrange(ETHERNET_BYTES, udp + 8)] = random.randrange(256)
    if four and random.random() < 0.9:
        made[24:26] = bytes(2)
        made[24:26] = (~checksum(bytes(made[14:34])) & 0xFFFF).to_bytes(2, "big")
