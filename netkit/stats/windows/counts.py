"""Delays to the counts that windows keep of them, and back to a sketch that knows percentiles.

Counts of one relative error add up exactly, in any order: a percentile of a month is as good as one
of a minute.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from netkit.errors import InputError
from netkit.model.measurement.window import DelayCounts
from netkit.stats.running.sketch import Sketch

if TYPE_CHECKING:
    from netkit.stats.delay import Nanoseconds


def count_delays(values_ns: Nanoseconds, relative_error: float) -> DelayCounts:
    """The counts of ``values_ns``, of any sign.

    >>> import numpy as np
    >>> count_delays(np.array([2_000_000, -3, 0]), 0.01).zeros
    1
    """
    sketch = Sketch(relative_error)
    sketch.add(values_ns)
    # In Python's integers: a clock that is off by years adds up to more than 64 bits.
    return counts_of(sketch, sum(values_ns.tolist()))


def counts_of(sketch: Sketch, sum_ns: int) -> DelayCounts:
    """A sketch as a value; ``sum_ns`` is the sum of what was added to it."""
    return DelayCounts(
        sketch.relative_error, sketch.zeros, tuple(sorted(sketch.positive.items())),
        tuple(sorted(sketch.negative.items())), sketch.min_ns, sketch.max_ns, sum_ns,
    )  # fmt: skip


def sketch_of(counts: DelayCounts) -> Sketch:
    """The sketch of a value, for percentiles within its relative error."""
    return Sketch(
        counts.relative_error, counts.zeros, dict(counts.positive), dict(counts.negative),
        counts.min_ns, counts.max_ns,
    )  # fmt: skip


def merged_counts(parts: Iterable[DelayCounts | None]) -> DelayCounts | None:
    """The counts of all delays in ``parts``; what is None adds nothing, of nothing else it is None.

    Linear in the number of buckets. Raises :class:`InputError` where relative errors differ.
    """
    known = [part for part in parts if part is not None]
    if len(known) <= 1:
        return known[0] if known else None
    _require_one_error(known)
    lows = [part.min_ns for part in known if part.min_ns is not None]
    highs = [part.max_ns for part in known if part.max_ns is not None]
    return DelayCounts(
        known[0].relative_error, sum(part.zeros for part in known),
        _added(part.positive for part in known), _added(part.negative for part in known),
        min(lows, default=None), max(highs, default=None), sum(part.sum_ns for part in known),
    )  # fmt: skip


def mean_ns(counts: DelayCounts | None) -> float | None:
    """The mean, exact but for rounding; None of no delays."""
    return counts.sum_ns / counts.count if counts is not None and counts.count else None


def _added(parts: Iterable[tuple[tuple[int, int], ...]]) -> tuple[tuple[int, int], ...]:
    total: dict[int, int] = {}
    for part in parts:
        for bucket, count in part:
            total[bucket] = total.get(bucket, 0) + count
    return tuple(sorted(total.items()))


def _require_one_error(parts: list[DelayCounts]) -> None:
    errors = sorted({part.relative_error for part in parts})
    if len(errors) > 1:
        raise InputError.single(
            "counts of different relative errors cannot be merged",
            value=errors[1],
            expected=str(errors[0]),
        )
