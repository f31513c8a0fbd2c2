"""As much of the wire format of Protocol Buffers as five messages of gRPC need.

Fields are numbers and bytes (protobuf.dev, "Encoding"): a varint, or bytes with their length.
"""

from __future__ import annotations

from collections.abc import Iterator

from netkit.errors import WireError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


def number(field: int, value: int) -> bytes:
    """A field of an integer, an enumeration or a boolean.

    >>> number(1, 150).hex()
    '089601'
    """
    return _varint(field << 3 | _VARINT) + _varint(value)


def data(field: int, value: bytes) -> bytes:
    """A field of bytes, of a string or of a message."""
    return _varint(field << 3 | _BYTES) + _varint(len(value)) + value


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message in its order; :class:`WireError` where it is not whole."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            value, at = _read_varint(message, at)
            yield key >> 3, value
            continue
        if kind == _BYTES:
            length, at = _read_varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise WireError(f"a field of wire type {kind}")
        if at + length > len(message):
            raise WireError("a field is cut off")
        yield key >> 3, message[at : at + length]
        at += length


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(message[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return value, at + place + 1
    raise WireError("a number is cut off")
