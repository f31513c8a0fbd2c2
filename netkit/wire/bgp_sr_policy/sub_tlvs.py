"""Sub-TLVs of the Tunnel Encapsulation attribute: one byte of length below type 128, two from there
on (RFC 9012 §2)."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import WireError

_LONG = 128


def packed(kind: int, value: bytes) -> bytes:
    """A sub-TLV; :class:`WireError` if the value is longer than its length can say."""
    size = 2 if kind >= _LONG else 1
    if len(value) >= 1 << 8 * size:
        raise WireError(f"sub-TLV {kind} of {len(value)} bytes; expected {(1 << 8 * size) - 1}")
    return bytes([kind]) + len(value).to_bytes(size, "big") + value


def unpacked(data: bytes, *, long: bool = True) -> Iterator[tuple[int, bytes]]:
    """The sub-TLVs in ``data``; ``long`` False where all lengths are of one byte, as inside of a
    segment list. Raises :class:`WireError` where one is cut off."""
    at = 0
    while at < len(data):
        kind = data[at]
        begin = at + (3 if long and kind >= _LONG else 2)
        end = begin + int.from_bytes(data[at + 1 : begin], "big")
        if begin > len(data) or end > len(data):
            raise WireError(f"sub-TLV {kind} is cut off")
        yield kind, data[begin:end]
        at = end


def exactly(value: bytes, *lengths: int, what: str) -> bytes:
    """``value``, which has one of these lengths; :class:`WireError` if not."""
    if len(value) not in lengths:
        expected = " or ".join(map(str, lengths))
        raise WireError(f"{what} of {len(value)} bytes; expected {expected}")
    return value


def fits(value: int, bits: int, what: str) -> int:
    """``value``, which fits so many bits; :class:`WireError` if not."""
    if not 0 <= value < 1 << bits:
        raise WireError(f"{what} {value}; expected 0 to {(1 << bits) - 1}")
    return value
