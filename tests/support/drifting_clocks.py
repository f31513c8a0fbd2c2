"""Sessions between sites whose clocks are off and drift, with the true delays beside them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import product

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import Row

EPOCH_NS = 1_763_800_000 * 10**9
MS = 1_000_000


@dataclass(frozen=True)
class Clock:
    """Off by ``offset_ns`` at first; its rate swings within ``ppm`` about a mean inside that."""

    offset_ns: int
    mean_ppm: float
    swing_ppm: float
    period_s: float

    def read(self, true_ns: int) -> int:
        """What it shows at a true time."""
        seconds = (true_ns - EPOCH_NS) / 1e9
        omega = 2 * math.pi / self.period_s
        swing_us = self.swing_ppm * (1 - math.cos(omega * seconds)) / omega
        return true_ns + self.offset_ns + round(1000 * (self.mean_ppm * seconds + swing_us))


@dataclass
class DriftingMesh:
    """``rows`` as files of samples have them; ``true_ns`` holds all true delays by direction."""

    rows: list[Row] = field(default_factory=list)
    true_ns: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    floor_ns: dict[tuple[str, str], int] = field(default_factory=dict)


def drifting_mesh(
    rng: random.Random, sites: int, ppm: float, probes: int = 60, flows: int = 1
) -> DriftingMesh:
    """Each site probes some others for about 20 s, beginning within 1 s of each other. Of several
    ``flows`` side by side each has a path of its own, up to some ms longer, each way."""
    names = [f"s{number}" for number in range(sites)]
    clocks = {}
    for name in names:
        mean = rng.uniform(-ppm, ppm)
        swing = rng.uniform(0, ppm - abs(mean))
        offset = rng.randint(-(10**9), 10**9)
        clocks[name] = Clock(offset, mean, swing, rng.choice((0.5, 7.0, 300.0)))
    mesh = DriftingMesh()
    least = {}
    for src in names:
        for dst in names:
            floor = rng.randint(0, 8 * MS)
            mesh.floor_ns[src, dst] = floor
            least[src, dst] = int(floor * rng.uniform(1, 1.5)) + rng.choice((0, 20_000, MS))
    for src in names:
        begin = EPOCH_NS + rng.randrange(10**9)
        for dst in names:
            if src == dst or rng.random() < 0.4:
                continue
            for flow, number in product(range(flows), range(probes)):
                if not number:
                    own = {(src, dst): 0, (dst, src): 0}
                    own = {way: rng.randrange(3 * MS) for way in own} if flows > 1 else own
                times = [begin + number * 333 * MS + flow * 333 * MS // flows]
                for way, wait in (((src, dst), 100_000), ((dst, src), 0)):
                    delay = least[way] + own[way] + int(rng.expovariate(1 / 200_000))
                    mesh.true_ns.setdefault(way, []).append(delay)
                    times += [times[-1] + delay, times[-1] + delay + wait]
                stamps = [
                    Stamp(clocks[site].read(time), StampSource.KERNEL)
                    for site, time in zip((src, dst, dst, src), times, strict=False)
                ]
                mesh.rows.append((src, dst, Sample(number, Outcome.RECEIVED, *stamps)))
    return mesh
