"""Percentiles of any number of delays in bounded memory, to a stated relative error; mergeable.

Values are counted in buckets whose edges grow by a constant factor, as in DDSketch (Masson, Rim and
Lee, VLDB 2019): bucket i holds γ^(i-1) < |x| ≤ γ^i with γ = (1 + α) / (1 - α), and its middle is
within α of all of it. Negative values have buckets of their own, zero has a count. Whole ns of 64
bits reach at most ln 2^63 / ln γ buckets a sign (2,184 at 1 %), so nothing ever need be collapsed,
and the error holds for every percentile. Merging adds counts: it is exact, and any order will do.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from netkit.errors import InputError

if TYPE_CHECKING:
    from netkit.stats.delay import Nanoseconds

DEFAULT_RELATIVE_ERROR = 0.01
_SCHEMA = "netkit/sketch/1"
_FEW_BUCKETS = 1 << 13


@dataclass
class Sketch:
    """Counts of values in ns. ``min_ns`` and ``max_ns`` are exact, None of no values.

    ``positive`` and ``negative`` hold counts by bucket number, of values and of their magnitudes.

    >>> first, second = Sketch(), Sketch()
    >>> import numpy as np
    >>> first.add(np.arange(1, 501) * 1000)
    >>> second.add(np.arange(501, 1001) * 1000)
    >>> whole = first.merge(second)
    >>> whole.count, whole.percentile(100), abs(whole.percentile(50) - 500_000) <= 5_000
    (1000, 1000000, True)
    """

    relative_error: float = DEFAULT_RELATIVE_ERROR
    zeros: int = 0
    positive: dict[int, int] = field(default_factory=dict)
    negative: dict[int, int] = field(default_factory=dict)
    min_ns: int | None = None
    max_ns: int | None = None

    def __post_init__(self) -> None:
        if not 0 < self.relative_error < 1:
            raise InputError.single(
                "relative error of a sketch", value=self.relative_error, expected="between 0 and 1"
            )

    @property
    def count(self) -> int:
        """How many values were added."""
        return self.zeros + sum(self.positive.values()) + sum(self.negative.values())

    def add(self, values_ns: Nanoseconds) -> None:
        """Count ``values_ns``, of any sign."""
        if values_ns.size == 0:
            return
        self._see(int(values_ns.min()), int(values_ns.max()))
        self.zeros += int((values_ns == 0).sum())
        self._count(self.positive, values_ns[values_ns > 0])
        self._count(self.negative, values_ns[values_ns < 0])

    def merge(self, other: Sketch) -> Sketch:
        """A sketch of the values of both. Raises :class:`InputError` if their errors differ."""
        if other.relative_error != self.relative_error:
            raise InputError.single(
                "sketches of different relative errors cannot be merged",
                value=other.relative_error,
                expected=str(self.relative_error),
            )
        merged = Sketch(self.relative_error, self.zeros + other.zeros)
        for one in (self, other):
            for ours, theirs in ((merged.positive, one.positive), (merged.negative, one.negative)):
                for bucket, count in theirs.items():
                    ours[bucket] = ours.get(bucket, 0) + count
            if one.min_ns is not None and one.max_ns is not None:
                merged._see(one.min_ns, one.max_ns)
        return merged

    def percentile(self, percent: float) -> float | None:
        """The percentile by nearest rank (RFC 2330 §11.3), within the relative error; None of none.

        Percent 0 and 100 are the minimum and the maximum, exactly. O(b log b) for b buckets.
        """
        if not 0 <= percent <= 100:
            raise InputError.single("percentile", value=percent, expected="0 to 100")
        if self.min_ns is None or self.max_ns is None:
            return None
        return self.at_rank(max(1, math.ceil(Fraction(str(percent)) * self.count / 100)))

    def at_rank(self, rank: int) -> float | None:
        """The value of a rank, from 1 for the least, within the relative error; None of none."""
        if self.min_ns is None or self.max_ns is None:
            return None
        # Each end is known exactly; between them no bucket's middle can be beyond either.
        if rank <= 1:
            return self.min_ns
        if rank >= self.count:
            return self.max_ns
        return min(max(self._at(rank), self.min_ns), self.max_ns)

    def to_document(self) -> dict[str, Any]:
        """What JSON can hold, buckets in order."""
        return {
            "schema": _SCHEMA,
            "relative_error": self.relative_error,
            "count": self.count,
            "min_ns": self.min_ns,
            "max_ns": self.max_ns,
            "zeros": self.zeros,
            "positive": [list(bucket) for bucket in sorted(self.positive.items())],
            "negative": [list(bucket) for bucket in sorted(self.negative.items())],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Sketch:
        """The inverse of :meth:`to_document`; :class:`InputError` for anything else."""
        if document.get("schema") != _SCHEMA:
            raise InputError.single(
                "schema of a sketch", value=document.get("schema"), expected=_SCHEMA
            )
        try:
            sketch = cls(
                float(document["relative_error"]),
                int(document["zeros"]),
                {int(bucket): int(count) for bucket, count in document["positive"]},
                {int(bucket): int(count) for bucket, count in document["negative"]},
                document["min_ns"],
                document["max_ns"],
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError.single("sketch", value=error, expected=f"a {_SCHEMA}") from error
        if sketch.count != document.get("count"):
            raise InputError.single(
                "count of a sketch", value=document.get("count"), expected=str(sketch.count)
            )
        return sketch

    @property
    def _gamma(self) -> float:
        return (1 + self.relative_error) / (1 - self.relative_error)

    def _see(self, low_ns: int, high_ns: int) -> None:
        self.min_ns = low_ns if self.min_ns is None else min(self.min_ns, low_ns)
        self.max_ns = high_ns if self.max_ns is None else max(self.max_ns, high_ns)

    def _count(self, buckets: dict[int, int], values_ns: Nanoseconds) -> None:
        if values_ns.size == 0:
            return
        # Only here: the plug-in that a monitor starts every minute counts nothing.
        import numpy as np

        magnitudes = np.abs(values_ns.astype(np.float64))
        numbers = np.ceil(np.log(magnitudes) / math.log(self._gamma)).astype(np.int64)
        least = int(numbers.min())
        if int(numbers.max()) - least < _FEW_BUCKETS:  # a fifth of what it takes to sort them
            counts = np.bincount(numbers - least)
            found = np.flatnonzero(counts)
            found, counts = found + least, counts[found]
        else:
            found, counts = np.unique(numbers, return_counts=True)
        for bucket, count in zip(found.tolist(), counts.tolist(), strict=True):
            buckets[bucket] = buckets.get(bucket, 0) + count

    def _at(self, rank: int) -> float:
        """The middle of the bucket that holds the value of a rank, from 1 for the least."""
        reached = 0
        return next(
            middle for middle, count in self._rising() if (reached := reached + count) >= rank
        )

    def _rising(self) -> Iterator[tuple[float, int]]:
        for bucket, count in sorted(self.negative.items(), reverse=True):
            yield -self._middle(bucket), count
        yield 0.0, self.zeros
        for bucket, count in sorted(self.positive.items()):
            yield self._middle(bucket), count

    def _middle(self, bucket: int) -> float:
        return float(2 * self._gamma**bucket / (self._gamma + 1))
