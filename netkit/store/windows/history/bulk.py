"""The counts of many windows at once, as columns: what ``windows.encoding`` wrote, read by numpy.

A month of a thousand pairs is a hundred thousand rows; one by one they would take ten times as
long.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_HEAD = 6
_BITS = 7


class CountColumns(NamedTuple):
    """One row for each of the first six is a window's; one of the last three a bucket's.

    Sums are ``sum_high << 32 | sum_low``. ``code`` is a bucket's number + 1, negative for buckets
    of negative delays; ``owner`` says whose it is. Minimum and maximum of no delays are 0.
    """

    zeros: NDArray[np.int64]
    min_ns: NDArray[np.int64]
    max_ns: NDArray[np.int64]
    sum_high: NDArray[np.int64]
    sum_low: NDArray[np.int64]
    owner: NDArray[np.int64]
    code: NDArray[np.int64]
    counts: NDArray[np.int64]


def decoded_columns(blobs: Sequence[bytes]) -> CountColumns:
    """The counts of all ``blobs``, as ``windows.encoding.encoded`` made them; O(bytes)."""
    if not blobs:
        return CountColumns(*[np.zeros(0, np.int64)] * len(CountColumns._fields))
    begins = range(0, len(blobs), _AT_ONCE)
    some = [_some(blobs[begin : begin + _AT_ONCE], begin) for begin in begins]
    return CountColumns(*(np.concatenate(parts) for parts in zip(*some, strict=True)))


_AT_ONCE = 2000
"""So many blobs are read at once that what is made of them on the way stays in the caches."""


def _some(blobs: Sequence[bytes], before: int) -> CountColumns:
    """The counts of ``blobs``, of which there are so many ``before``."""
    numbers, first = _numbers(blobs)
    head = [numbers[first + place] for place in range(_HEAD)]
    zeros, low, span, sum_low, sum_high, negatives = head
    least = _unzigzag(low)
    owner, code, count = _buckets(numbers, first, negatives.astype(np.int64))
    greatest = (least.astype(np.uint64) + span).astype(np.int64)
    sums = (_unzigzag(sum_high), sum_low.astype(np.int64))
    return CountColumns(zeros.astype(np.int64), least, greatest, *sums, owner + before, code, count)


def _numbers(blobs: Sequence[bytes]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """All numbers of all blobs, and which is the first of each.

    Of the digits of a number, seven bits each, the last byte has the highest.
    """
    data = np.frombuffer(b"".join(blobs), np.uint8)
    last = np.flatnonzero(data < 1 << _BITS)
    numbers = data[last].astype(np.uint64)
    width = np.diff(last, prepend=-1)
    longer = np.flatnonzero(width > 1)  # few: most buckets are near the one before
    for place in range(1, int(width.max())):
        longer = longer[width[longer] > place]
        digit = data[last[longer] - place] & 0x7F
        numbers[longer] = numbers[longer] << np.uint64(_BITS) | digit
    ends = np.cumsum([len(blob) for blob in blobs])
    first = np.searchsorted(last, np.concatenate([[0], ends[:-1]]))
    return numbers, first.astype(np.int64)


def _buckets(
    numbers: NDArray[np.uint64], first: NDArray[np.int64], negatives: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    each = (np.diff(first, append=numbers.size) - _HEAD) // 2
    is_body = np.ones(numbers.size, np.bool_)
    for place in range(_HEAD):
        is_body[first + place] = False
    body = numbers[is_body].view(np.int64).reshape(-1, 2)
    # The numbers of buckets begin anew with each window, and with its positive ones.
    runs = np.stack([negatives, each - negatives], axis=1).ravel()
    reached = np.concatenate([[0], np.cumsum(body[:, 0])])
    base = reached[np.cumsum(runs) - runs]
    bucket = reached[1:] - np.repeat(base, runs)
    sign = np.repeat(np.tile([-1, 1], each.size), runs)
    return np.repeat(np.arange(each.size), each), sign * (bucket + 1), body[:, 1]


def _unzigzag(numbers: NDArray[np.uint64]) -> NDArray[np.int64]:
    half = (numbers >> np.uint64(1)).astype(np.int64)
    return np.where(numbers & np.uint64(1), -half - 1, half)
