"""Random meshes of sites with known clocks and known true delays, and what they would measure."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from netkit.model.network.geo import Coordinates, certain_floor_ns, great_circle_km
from netkit.model.units import FIBRE_US_PER_KM
from netkit.stats.clocks.clock_bounds import OneWay

MAX_OFFSET_NS = 1_000_000_000
BOUNDS_NS = (1_000_000, 5_000_000, 20_000_000)


@dataclass(frozen=True)
class Mesh:
    """``truth_ns`` holds the true value of the judged figure of each way, ``offset_ns`` each θ."""

    ways: tuple[OneWay, ...]
    truth_ns: dict[tuple[str, str], int]
    offset_ns: dict[str, int]
    max_error_ns: dict[str, int]
    wander_ns: dict[str, int]


def random_mesh(
    rng: random.Random,
    sites: int = 12,
    share: float = 1.0,
    *,
    synchronised: float = 0.3,
    straightest: float = 1.0,
) -> Mesh:
    """Sites over the country; each direction's route is its own, so that delays are asymmetric.

    ``share`` of the directions are measured, ``synchronised`` of the sites state a clock error that
    is true, no route is shorter than ``straightest`` times the great circle, and clocks wander by
    up to 20 µs about their offset while each figure is taken.
    """
    names = [f"s{number:02}" for number in range(sites)]
    place = {name: Coordinates(rng.uniform(22, 45), rng.uniform(90, 125)) for name in names}
    offset = {name: rng.randint(-MAX_OFFSET_NS, MAX_OFFSET_NS) for name in names}
    errors: dict[str, int] = {}
    for name in names:
        if rng.random() < synchronised:
            errors[name] = rng.choice((1_000, 50_000, 2_000_000))
            offset[name] = rng.randint(-errors[name], errors[name])
    wander = {name: rng.randint(0, 20_000) for name in names}
    ways, truth = [], {}
    for src in names:
        for dst in names:
            if src == dst or rng.random() >= share:
                continue
            light_us = great_circle_km(place[src], place[dst]) * FIBRE_US_PER_KM
            stretch = straightest * rng.choice((1, rng.uniform(1, 1.6), 2.5))
            least = math.ceil(light_us * 1000 * stretch)
            least += rng.choice((0, rng.randint(0, 3_000_000)))
            judged = least + rng.choice((0, rng.randint(0, 4_000_000)))
            theta = [
                offset[dst] - offset[src] + _moved(rng, wander[src]) + _moved(rng, wander[dst])
                for _ in range(2)
            ]
            floor = certain_floor_ns(place[src], place[dst])
            figure = judged + theta[1]
            ways.append(OneWay(src, dst, min(least + theta[0], figure), floor, figure, 100))
            truth[src, dst] = judged
    return Mesh(tuple(ways), truth, offset, errors, wander)


def _moved(rng: random.Random, wander_ns: int) -> int:
    return rng.choice((-wander_ns, wander_ns, rng.randint(-wander_ns, wander_ns)))
