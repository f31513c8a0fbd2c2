"""Windows of a full mesh over a row of routers, simulated: true delays, and clocks that are known.

What a sender would store: least delays as the clocks had them, least round trips as one clock had.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np

from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import (
    DELAY_RELATIVE_ERROR,
    DirectionWindow,
    Window,
    WindowKey,
)
from netkit.stats.windows.counts import count_delays

NAMES = "abcde"
MINUTE_NS = 60_000_000_000
LINK_NS = 1_000_000
PROBES = 60

Clock = Callable[[float], float]
"""By how much a clock is off (ns), by the time in minutes."""

Slower = Mapping[tuple[str, str], float]
"""What a link adds in one direction, in ns, by its headend and its tail."""


def campaign() -> FieldCampaign:
    """Every two sites, once."""
    sites = tuple(Site(name, (f"{name}.example",), name) for name in NAMES)
    flows = tuple(CampaignFlow("main", *pair, 1_000_000_000) for pair in combinations(NAMES, 2))
    return FieldCampaign("watch", sites, flows)


@dataclass(frozen=True)
class Row:
    """``clocks`` of sites that are off, ``claimed_ns`` what both of a pair claim together (None:
    nothing), ``queue_ns`` what each link adds on average, at random."""

    clocks: Mapping[str, Clock] = field(default_factory=dict)
    claimed_ns: int | None = 50_000
    queue_ns: float = 20_000

    def windows(
        self, first: int, last: int, seed: int, slower: Slower | None = None
    ) -> list[Window]:
        """Those of some minutes."""
        random = np.random.default_rng(seed)
        return [
            self._window(minute, *pair, random, slower or {})
            for minute in range(first, last)
            for pair in combinations(NAMES, 2)
        ]

    def _window(
        self, minute: int, src: str, dst: str, random: np.random.Generator, slower: Slower
    ) -> Window:
        at = minute + np.linspace(0, 1, PROBES, endpoint=False)
        off = np.array([self._off(dst, t) - self._off(src, t) for t in at])
        there = self._took(src, dst, random, slower)
        back = self._took(dst, src, random, slower)
        key = WindowKey("watch", src, src, dst, "main", minute * MINUTE_NS, MINUTE_NS)
        trip = np.rint(there + back).astype(np.int64)
        return Window(
            key, {Outcome.RECEIVED: PROBES}, self._direction(there + off),
            self._direction(back - off), count_delays(trip, DELAY_RELATIVE_ERROR),
        )  # fmt: skip

    def _off(self, site: str, minute: float) -> float:
        clock = self.clocks.get(site)
        return 0.0 if clock is None else clock(minute)

    def _took(self, src: str, dst: str, random: np.random.Generator, slower: Slower) -> np.ndarray:
        a, b = NAMES.index(src), NAMES.index(dst)
        step = 1 if b > a else -1
        links = [(NAMES[n], NAMES[n + step]) for n in range(a, b, step)]
        least = sum(LINK_NS + slower.get(link, 0.0) for link in links)
        return least + random.gamma(len(links), self.queue_ns, PROBES)

    def _direction(self, delays_ns: np.ndarray) -> DirectionWindow:
        counted = count_delays(np.rint(delays_ns).astype(np.int64), DELAY_RELATIVE_ERROR)
        plain = DirectionWindow(PROBES, PROBES, 0, delay=counted)
        return replace(plain, uncertainty_ns=self.claimed_ns)


def drifting(ppm: float, since_minute: float) -> Clock:
    """A clock that was right until then."""
    return lambda minute: max(0.0, minute - since_minute) * MINUTE_NS * ppm / 1e6
