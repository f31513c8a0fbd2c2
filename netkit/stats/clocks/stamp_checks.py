"""What must hold of the four stamps of a probe, whatever the clocks at both ends say.

T3 is not before T2: one clock took both. A reply is not inside the reflector for longer than the
probe was away: T3 - T2 <= T4 - T1. Neither holds across a step of either clock, or of stamps that
were made up. And stamps that are off by exactly what lies between the epochs of NTP and PTP are in
the other format than they claim: then their fractions of a second mean nothing, and no difference
of theirs does.

Stamps come as int64 arrays with UNKNOWN for what is missing; which probes may be believed goes out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Sample, Stamp
from netkit.model.units import NS_PER_S
from netkit.stats.delay import Nanoseconds
from netkit.stats.sample_arrays import UNKNOWN

Flags = NDArray[np.bool_]

NTP_AS_PTP_S = 2_208_988_800
"""NTP seconds count from 1900: read as PTP they are so many too many."""

PTP_AS_NTP_S = (1 << 32) - NTP_AS_PTP_S
"""PTP seconds count from 1970: read as NTP, in the era from 2036 on, so many too many."""

_FORMAT_SLACK_NS = 30 * 86_400 * NS_PER_S
_ROUNDING_NS = 2  # two stamps in NTP format, each to the nearest ns


class Rule(StrEnum):
    """What the stamps of a probe broke; ``spans_step``: its sender's clock was set meanwhile."""

    T3_BEFORE_T2 = "t3_before_t2"
    INSIDE_LONGER = "inside_longer_than_away"
    OTHER_FORMAT = "other_format"
    SPANS_STEP = "spans_step"


@dataclass(frozen=True, slots=True)
class Stamps:
    """Four stamps a probe, in sending order, as they were taken; UNKNOWN where there is none.

    ``set_ns`` is by how much this host's clock had been set since the run began when the probe was
    sent, and ``spans`` whether it was set while the probe was under way.
    """

    t1: Nanoseconds
    t2: Nanoseconds
    t3: Nanoseconds
    t4: Nanoseconds
    set_ns: Nanoseconds
    spans: Flags

    @classmethod
    def of(cls, samples: Sequence[Sample]) -> Stamps:
        """Those of samples."""
        return cls(
            _times([sample.t1 for sample in samples]),
            _times([sample.t2 for sample in samples]),
            _times([sample.t3 for sample in samples]),
            _times([sample.t4 for sample in samples]),
            np.array([sample.clock_set_ns for sample in samples], dtype=np.int64),
            np.array([sample.spans_step for sample in samples], dtype=np.bool_),
        )

    @classmethod
    def of_rows(cls, rows: NDArray[np.void]) -> Stamps:
        """Those of rows of SAMPLES."""
        return cls(
            rows["t1_ns"], rows["t2_ns"], rows["t3_ns"], rows["t4_ns"],
            rows["clock_set_ns"], rows["spans_step"],
        )  # fmt: skip

    def chosen(self, which: Flags) -> Stamps:
        """Some of them."""
        return Stamps(
            self.t1[which], self.t2[which], self.t3[which], self.t4[which],
            self.set_ns[which], self.spans[which],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """``believed`` probes broke no rule; of the others ``broken`` counts which one.

    ``excess_ns`` is by how much a rule was broken at most: so far some clock moved, at least.
    """

    believed: Flags
    broken: Mapping[Rule, int]
    excess_ns: int


def check_stamps(stamps: Stamps) -> Checked:
    """Try every rule on every probe; one that lacks stamps breaks none that needs them. O(n)."""
    t1, t2, t3, t4 = stamps.t1, stamps.t2, stamps.t3, stamps.t4
    inside_known = (t2 != UNKNOWN) & (t3 != UNKNOWN)
    inside_ns = np.where(inside_known, t3 - t2, 0)
    away_known = inside_known & (t1 != UNKNOWN) & (t4 != UNKNOWN)
    longer_ns = np.where(away_known, inside_ns - (t4 - t1), 0)
    spans = np.asarray(stamps.spans)
    other = ~spans & (_other_format(t1, t2) | _other_format(t1, t3))
    free = ~spans & ~other
    before = free & (inside_ns < -_ROUNDING_NS)
    longer = free & ~before & (longer_ns > _ROUNDING_NS)
    found = {
        Rule.T3_BEFORE_T2: before,
        Rule.INSIDE_LONGER: longer,
        Rule.OTHER_FORMAT: other,
        Rule.SPANS_STEP: spans,
    }
    counts = {rule: int(flags.sum()) for rule, flags in found.items()}
    excess_ns = max(int(-inside_ns[before].min(initial=0)), int(longer_ns[longer].max(initial=0)))
    return Checked(
        ~(before | longer | other | spans),
        {rule: count for rule, count in counts.items() if count},
        excess_ns,
    )


def _other_format(t1: Nanoseconds, there: Nanoseconds) -> Flags:
    """Whether a reflector's stamp is off by what lies between the epochs of the two formats."""
    known = (t1 != UNKNOWN) & (there != UNKNOWN)
    ahead_ns = np.where(known, there - t1, 0)
    off = np.zeros(len(t1), np.bool_)
    for seconds in (NTP_AS_PTP_S, PTP_AS_NTP_S):
        off |= np.abs(ahead_ns - seconds * NS_PER_S) < _FORMAT_SLACK_NS
    return off


def _times(stamps: Sequence[Stamp | None]) -> Nanoseconds:
    times = [UNKNOWN if stamp is None else stamp.time_ns for stamp in stamps]
    return np.array(times, dtype=np.int64)
