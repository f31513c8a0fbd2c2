"""A mesh of probes over a topology, simulated: known faults in, what its windows would show out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.srv6.route import Arc, Route
from netkit.monitor.changes.judge import Sensitivity, judge_losses, judge_shift
from netkit.monitor.locate.columns import crossings
from netkit.monitor.locate.evidence import Evidence, LossCount, Quantity, Shift, Statement
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.proof.routes import Routes

PACKETS = 60
BEFORE, NOW = 30, 5
"""Windows of the baseline, and of what is judged."""

_QUEUE_NS = 20_000
"""What each link adds at random, on average."""

_CLOCK_NS = 15_000
"""How far the clocks of sites wander from window to window."""


@dataclass(frozen=True)
class Mesh:
    """Flows by (src, dst), each with its route, and those of which nothing was measured."""

    routes: Mapping[tuple[str, str], Route]
    missing: frozenset[tuple[str, str]] = frozenset()

    def without(self, share: float, random: np.random.Generator) -> Mesh:
        """The same with this share of the flows missing."""
        gone = random.random(len(self.routes)) < share
        return Mesh(self.routes, frozenset(compress(self.routes, gone)))

    def measured(self) -> list[Arc]:
        """Links that some flow has to cross, whatever its hash, and of which something is known."""
        known = [route for way, route in self.routes.items() if way not in self.missing]
        sure = {arc for route in known for arc, had in crossings(route).items() if had == (1.0,)}
        return sorted(sure)


def hub_city_mesh(topology: Topology) -> Mesh:
    """Both directions between each cluster and each other node of its operator, by IGP."""
    routes = Routes(Igp.of(Network.of(topology)))
    hubs = [node for node in topology.active_nodes if node.role is Role.CLUSTER]
    cities = [node for node in topology.active_nodes if node.role is not Role.CLUSTER]
    pairs = [(a.name, b.name) for a in hubs for b in cities if a.operator == b.operator]
    both = [way for a, b in pairs for way in ((a, b), (b, a))]
    return Mesh({way: routes.route(*way) for way in both})


def hashed(route: Route, random: np.random.Generator) -> list[Arc]:
    """The branch that one flow takes: each node picks a next hop by its share."""
    taken: list[Arc] = []
    for leg in route.legs:
        at = leg[0].tail if leg else None
        while leaving := [hop for hop in leg if hop.tail == at]:
            hop = leaving[random.choice(len(leaving), p=[hop.share for hop in leaving])]
            taken.append(hop.arc)
            at = hop.head
    return taken


def measure(
    mesh: Mesh,
    faults: Mapping[Arc, float],
    quantity: Quantity,
    random: np.random.Generator,
    elsewhere: float = 0.0,
) -> list[Evidence]:
    """What the flows would say; ``faults`` are in ns, of losses as shares of 1.

    ``elsewhere`` is the share of flows that changed for a reason of their own.
    """
    names = list(mesh.routes)
    paths = [hashed(route, random) for route in mesh.routes.values()]
    own = (random.random(len(names)) < elsewhere) * random.uniform(0.2, 1, len(names))
    own = own * max(faults.values())
    if quantity is Quantity.LOSS:
        passed = [np.prod([1 - faults.get(arc, 0.0) for arc in path]) for path in paths]
        said = _losses(1 - np.array(passed) * (1 - own), random)
    else:
        size = own + [sum(faults.get(arc, 0.0) for arc in path) for path in paths]
        hops = np.array([len(path) for path in paths])
        figures = _delays if quantity is Quantity.DELAY else _jitter
        said = figures(names, size, hops, random)
    return [
        Evidence(f"{way[0]} > {way[1]}", mesh.routes[way], Statement.UNKNOWN, None)
        if way in mesh.missing
        else Evidence(f"{way[0]} > {way[1]}", mesh.routes[way], *one)
        for way, one in zip(names, said, strict=True)
    ]


_Said = list[tuple[Statement, Shift | LossCount]]


def _delays(
    names: Sequence[tuple[str, str]],
    size: np.ndarray,
    hops: np.ndarray,
    random: np.random.Generator,
) -> _Said:
    """Least delays of windows: queues add to all packets, clocks wander from window to window."""
    windows = BEFORE + NOW
    sites = sorted({name for pair in names for name in pair})
    index = {site: number for number, site in enumerate(sites)}
    clock = random.normal(0, _CLOCK_NS, (len(sites), windows))
    src, dst = (np.array([index[pair[end]] for pair in names]) for end in (0, 1))
    queues = random.gamma(hops[:, None, None], _QUEUE_NS, (len(names), windows, PACKETS))
    figures = queues.min(axis=2) + clock[dst] - clock[src]
    figures[:, BEFORE:] += size[:, None]
    return _judged(figures, Sensitivity().delay_ns)


def _jitter(
    names: Sequence[tuple[str, str]],
    size: np.ndarray,
    hops: np.ndarray,
    random: np.random.Generator,
) -> _Said:
    """Mean over the least: a faulty link adds exponential waits of ``size`` on average."""
    queues = random.gamma(hops[:, None, None], _QUEUE_NS, (len(names), BEFORE + NOW, PACKETS))
    queues[:, BEFORE:] += random.exponential(1, (len(names), NOW, PACKETS)) * size[:, None, None]
    return _judged(queues.mean(axis=2) - queues.min(axis=2), Sensitivity().jitter_ns)


def _judged(figures: np.ndarray, least_ns: int) -> _Said:
    return [
        judge_shift(row[:BEFORE].tolist(), row[BEFORE:].tolist(), 0.0, least_ns) for row in figures
    ]


def _losses(share: np.ndarray, random: np.random.Generator) -> _Said:
    usual = 1e-4
    before = random.binomial(PACKETS * BEFORE, usual, len(share))
    now = random.binomial(PACKETS * NOW, np.maximum(share, usual))
    return [
        judge_losses((PACKETS * BEFORE, int(then)), (PACKETS * NOW, int(lost)), Sensitivity().loss)
        for then, lost in zip(before, now, strict=True)
    ]
