"""Counts of delays as bytes, and back: a minute's in some fifty, a day's in a few hundred.

All numbers are LEB128, seven bits a byte, the lowest first (as in DWARF 5 §7.6)::

    zeros, zigzag(minimum), maximum - minimum, sum & 0xffffffff, zigzag(sum >> 32),
    how many negative buckets, negative buckets, positive buckets

each bucket as how far its number lies over the one before (over 0 for the first), then its count.
Minimum and maximum are 0 of no delays. The relative error is that of the column, and not in it.
"""

from __future__ import annotations

from itertools import accumulate

from netkit.model.measurement.window import DelayCounts

_LOW_BITS = 32
_LOW = (1 << _LOW_BITS) - 1
_LAST = 0x80
"""Numbers below are a byte each."""

Buckets = tuple[tuple[int, int], ...]


def encoded(counts: DelayCounts) -> bytes:
    """Counts as bytes; linear in the number of buckets."""
    low, high = counts.min_ns or 0, counts.max_ns or 0
    head = (
        counts.zeros, zigzag(low), high - low, counts.sum_ns & _LOW,
        zigzag(counts.sum_ns >> _LOW_BITS), len(counts.negative),
    )  # fmt: skip
    return b"".join((_varints(head), _packed(counts.negative), _packed(counts.positive)))


def decoded(data: bytes, relative_error: float) -> DelayCounts:
    """The inverse of :func:`encoded`; raises ValueError for bytes that it never wrote."""
    numbers = _numbers(data)
    if len(numbers) < 6 or len(numbers) % 2 or len(numbers) < 6 + 2 * numbers[5]:
        raise ValueError("counts of delays that are cut")
    zeros, low, span, sum_low, sum_high, negatives = numbers[:6]
    split = 6 + 2 * negatives
    negative, positive = _buckets(numbers[6:split]), _buckets(numbers[split:])
    empty = not (zeros or negative or positive)
    least = unzigzag(low)
    return DelayCounts(
        relative_error, zeros, positive, negative,
        None if empty else least, None if empty else least + span,
        (unzigzag(sum_high) << _LOW_BITS) + sum_low,
    )  # fmt: skip


def zigzag(number: int) -> int:
    """A signed number as one that is none, small where its magnitude is.

    >>> [zigzag(number) for number in (0, -1, 1, -2)]
    [0, 1, 2, 3]
    """
    return number << 1 if number >= 0 else (-number << 1) - 1


def unzigzag(number: int) -> int:
    """The inverse of :func:`zigzag`."""
    return -((number + 1) >> 1) if number & 1 else number >> 1


def _packed(buckets: Buckets) -> bytes:
    if not buckets:
        return b""
    last = 0
    flat: list[int] = []
    for bucket, count in buckets:
        flat += (bucket - last, count)
        last = bucket
    # But for the first bucket's, nearly all numbers are small.
    if max(flat[1:]) < _LAST:
        return _varints(flat[:1]) + bytes(flat[1:])
    return _varints(flat)


def _varints(numbers: list[int] | tuple[int, ...]) -> bytes:
    out = bytearray()
    for number in numbers:
        left = number
        while left >= _LAST:
            out.append(left & 0x7F | _LAST)
            left >>= 7
        out.append(left)
    return bytes(out)


def _numbers(data: bytes) -> list[int]:
    if data.isascii():  # each number is a byte
        return list(data)
    found, number, shift = [], 0, 0
    for place, byte in enumerate(data):
        if byte >= _LAST:
            number |= (byte & 0x7F) << shift
            shift += 7
        else:
            found.append(number | byte << shift)
            # Behind the first bucket nearly all numbers are small.
            if shift and data[place + 1 :].isascii():
                return [*found, *data[place + 1 :]]
            number = shift = 0
    if shift:
        raise ValueError("counts of delays that are cut")
    return found


def _buckets(numbers: list[int]) -> Buckets:
    return tuple(zip(accumulate(numbers[::2]), numbers[1::2], strict=True))
