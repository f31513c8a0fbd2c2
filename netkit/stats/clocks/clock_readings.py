"""All one-way delays of a mesh of sessions, by direction, with what their clocks read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from netkit.model.measurement.sample import Sample, Stamp
from netkit.model.measurement.sample_row import Row
from netkit.stats.delay import Nanoseconds
from netkit.stats.loss import ARRIVED
from netkit.stats.summary import best_stamped

Way = tuple[str, str]
"""From which site to which."""


@dataclass(frozen=True)
class ClockReadings:
    """One entry a delay: left at ``start_ns`` by one clock, arrived at ``end_ns`` by the other.

    ``since_ns`` is when its probe was sent, after the first probe of the same sender.
    """

    start_ns: Nanoseconds
    end_ns: Nanoseconds
    since_ns: Nanoseconds

    def __len__(self) -> int:
        return int(self.start_ns.size)

    @property
    def delays_ns(self) -> Nanoseconds:
        """What the two clocks together make of each passage."""
        return self.end_ns - self.start_ns


def passages_of(rows: Iterable[Row]) -> dict[Way, ClockReadings]:
    """All delays by direction, whichever end sent the probes, in order of the directions' names.

    A probe from a to b gives a delay from a to b and one from b to a. As in all figures, only
    delays with both stamps from kernel or hardware count as soon as a direction has one.
    """
    found: dict[Way, list[tuple[Stamp, Stamp]]] = {}
    sent_ns: dict[Way, dict[tuple[Stamp, Stamp], tuple[str, int]]] = {}
    first_ns: dict[str, int] = {}
    for src, dst, sample in rows:
        if sample.outcome not in ARRIVED or sample.t1 is None:
            continue
        sent = sample.t1.time_ns
        first_ns[src] = min(sent, first_ns.get(src, sent))
        for way, pair in _pairs(src, dst, sample):
            found.setdefault(way, []).append(pair)
            sent_ns.setdefault(way, {})[pair] = (src, sent)
    made = {}
    for way, pairs in sorted(found.items()):
        used = best_stamped(pairs)
        senders = [sent_ns[way][pair] for pair in used]
        made[way] = ClockReadings(
            np.array([start.time_ns for start, _ in used], dtype=np.int64),
            np.array([end.time_ns for _, end in used], dtype=np.int64),
            np.array([sent - first_ns[sender] for sender, sent in senders], dtype=np.int64),
        )
    return made


def _pairs(src: str, dst: str, sample: Sample) -> Iterable[tuple[Way, tuple[Stamp, Stamp]]]:
    if sample.t1 is not None and sample.t2 is not None:
        yield (src, dst), (sample.t1, sample.t2)
    if sample.t3 is not None and sample.t4 is not None:
        yield (dst, src), (sample.t3, sample.t4)
