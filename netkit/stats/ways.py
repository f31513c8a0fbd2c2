"""From the samples of many sessions to what clock bounds take: directions, and clocks in use."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from netkit.model.sample import Sample, Stamp
from netkit.model.sample_row import Row
from netkit.stats.clock_bounds import OneWay
from netkit.stats.delay import delay_figures
from netkit.stats.loss import ARRIVED
from netkit.stats.summary import best_stamped

_PPM = 1_000_000


@dataclass(frozen=True)
class MeshSamples:
    """``ways`` in order of their names; ``used_ns`` is how long each site's clock was read for."""

    ways: tuple[OneWay, ...]
    used_ns: dict[str, int]

    def wander_ns(self, drift_ppm: float) -> dict[str, int]:
        """How far clocks that gain or lose at most ``drift_ppm`` went from their middle."""
        return {
            site: math.ceil(drift_ppm * used_ns / (2 * _PPM))
            for site, used_ns in self.used_ns.items()
        }


def mesh_samples(rows: Iterable[Row], floor_ns: Callable[[str, str], int]) -> MeshSamples:
    """Put together all delays of each direction, whichever end sent the probes.

    A probe from a to b gives a delay from a to b and one from b to a. As in all figures, only
    delays with both stamps from kernel or hardware count as soon as a direction has one.
    """
    delays: dict[tuple[str, str], list[tuple[Stamp, Stamp]]] = {}
    readings: dict[str, list[int]] = {}
    for src, dst, sample in rows:
        if sample.outcome not in ARRIVED:
            continue
        for way, start, end in _passages(src, dst, sample):
            delays.setdefault(way, []).append((start, end))
            for site, stamp in zip(way, (start, end), strict=True):
                readings.setdefault(site, []).append(stamp.time_ns)
    ways = []
    for (src, dst), passages in sorted(delays.items()):
        values = [end.time_ns - start.time_ns for start, end in best_stamped(passages)]
        figures = delay_figures(np.array(values, dtype=np.int64))
        if figures is not None:
            ways.append(OneWay.of(src, dst, figures, floor_ns(src, dst)))
    used_ns = {site: max(times) - min(times) for site, times in sorted(readings.items())}
    return MeshSamples(tuple(ways), used_ns)


def _passages(src: str, dst: str, sample: Sample) -> Iterable[tuple[tuple[str, str], Stamp, Stamp]]:
    if sample.t1 is not None and sample.t2 is not None:
        yield (src, dst), sample.t1, sample.t2
    if sample.t3 is not None and sample.t4 is not None:
        yield (dst, src), sample.t3, sample.t4
