"""Delays counted for a Prometheus histogram, from the buckets of a sketch.

A classic bucket counts what is certain to be at or under its bound: a bucket of the sketch that
reaches over it does not count, so no histogram says that a probe kept a tier that it may have
broken. A native histogram (https://prometheus.io/docs/specs/native_histograms/) has buckets that
grow by 2^(1/32); a bucket of the sketch counts where its middle lies.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

from netkit.model.measurement.window import DelayCounts

NATIVE_SCHEMA = 5
"""Buckets grow by 2^(2^-5), 2.2 %: about as fine as a sketch of 1 % is."""

_BUCKETS_AN_OCTAVE = 1 << NATIVE_SCHEMA
_NS_PER_S = 1e9


@dataclass(slots=True)
class Histogram:
    """Delays of one direction since counting began.

    ``at_most[i]`` counts those at or under ``bounds_ns[i]``, ``positive`` and ``negative`` those in
    each native bucket. Once a delay is negative the sum may fall, and ``negative_seen`` says so.
    """

    bounds_ns: tuple[int, ...]
    at_most: list[int] = field(default_factory=list)
    count: int = 0
    sum_ns: int = 0
    zeros: int = 0
    positive: Counter[int] = field(default_factory=Counter)
    negative: Counter[int] = field(default_factory=Counter)
    negative_seen: bool = False

    def __post_init__(self) -> None:
        if not self.at_most:
            self.at_most = [0] * len(self.bounds_ns)

    def add(self, delays: DelayCounts) -> None:
        """Count these as well. O(bounds × buckets)."""
        for place, bound_ns in enumerate(self.bounds_ns):
            self.at_most[place] += certainly_at_most(delays, bound_ns)
        self.count += delays.count
        self.sum_ns += delays.sum_ns
        self.zeros += delays.zeros
        self.negative_seen |= bool(delays.negative)
        for counted, buckets in (
            (self.positive, delays.positive),
            (self.negative, delays.negative),
        ):
            for bucket, count in buckets:
                counted[_native_bucket(bucket, delays.relative_error)] += count


def certainly_at_most(delays: DelayCounts, bound_ns: int) -> int:
    """How many delays are at or under a bound that is not negative, at the least.

    >>> certainly_at_most(DelayCounts(0.01, positive=((10, 3),), min_ns=1, max_ns=9), 9)
    3
    >>> certainly_at_most(DelayCounts(0.01, zeros=2, negative=((4, 1),), min_ns=-2, max_ns=0), 0)
    3
    """
    if delays.max_ns is not None and delays.max_ns <= bound_ns:
        return delays.count
    growth = _growth(delays.relative_error)
    reached = sum(count for bucket, count in delays.positive if growth**bucket <= bound_ns)
    return delays.zeros + sum(count for _, count in delays.negative) + reached


def _growth(relative_error: float) -> float:
    return (1 + relative_error) / (1 - relative_error)


def _native_bucket(bucket: int, relative_error: float) -> int:
    """The number of the native bucket, of seconds, that the middle of a sketch's bucket lies in."""
    growth = _growth(relative_error)
    middle_s = 2 * growth**bucket / (growth + 1) / _NS_PER_S
    return math.ceil(math.log2(middle_s) * _BUCKETS_AN_OCTAVE)
