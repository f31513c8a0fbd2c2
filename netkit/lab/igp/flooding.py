"""When each router of an IGP forwards anew after links have changed: no kernel, no clock.

The ends of a changed link notice it, and flood the news over the links that are whole; each router
waits before it computes, and then sets its routes. Between the first and the last of them packets
may loop (RFC 5715 §2).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass, replace

from netkit.model.network.elements import MAX_LINK_METRIC
from netkit.model.network.topology import Topology
from netkit.model.units import US_PER_MS


@dataclass(frozen=True, slots=True)
class FloodingTimers:
    """What each step takes, in ms: to notice that a link is down or up again, to pass an LSP on
    (besides the delay of the link), to wait and compute, and to set routes."""

    detect_ms: float = 50.0
    flood_ms: float = 10.0
    spf_ms: float = 50.0
    fib_ms: float = 20.0


def moments_ms(
    topology: Topology,
    down: Collection[str],
    changed: Collection[str],
    timers: FloodingTimers,
) -> dict[str, float]:
    """When each router's new routes are set, in ms since links ``changed``; ``down`` are those that
    are cut now. Routers that no news reaches are not in it. Dijkstra, O(m log m)."""
    ends = {end for id_ in changed for end in _ends(topology, id_)}
    queue = [(timers.detect_ms, router) for router in sorted(ends)]
    heapq.heapify(queue)
    heard: dict[str, float] = {}
    while queue:
        at_ms, router = heapq.heappop(queue)
        if router in heard:
            continue
        heard[router] = at_ms
        for way in topology.adjacencies_from[router]:
            if way.igp and way.link_id not in down:
                later = at_ms + way.delay_us / US_PER_MS + timers.flood_ms
                heapq.heappush(queue, (later, way.dst))
    return {router: at_ms + timers.spf_ms + timers.fib_ms for router, at_ms in heard.items()}


def without(topology: Topology, down: Collection[str]) -> frozenset[str]:
    """The links of the IGP among ``down``; fabrics and legs carry none of it."""
    return frozenset(id_ for id_ in down if id_ in topology.link)


def left_of(topology: Topology, down: Collection[str]) -> Topology:
    """The same routers, ports and addresses; links that are down stay, and out of the IGP."""
    links = tuple(
        replace(link, metric_ab=MAX_LINK_METRIC, metric_ba=MAX_LINK_METRIC)
        if link.id in down
        else link
        for link in topology.links
    )
    return replace(topology, links=links)


def _ends(topology: Topology, id_: str) -> tuple[str, ...]:
    link = topology.link.get(id_)
    return () if link is None else (link.a, link.b)
