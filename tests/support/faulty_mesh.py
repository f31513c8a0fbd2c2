"""A mesh of probes over a topology, simulated: known faults in, what its windows would show out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from netkit.model.network.elements import Role
from netkit.model.network.topology import Topology
from netkit.model.srv6.route import Arc, Route
from netkit.monitor.changes import Sensitivity, judge_losses, judge_shift
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
    """Flows by name (src, dst), each with its route and the one branch that its hash takes."""

    routes: Mapping[tuple[str, str], Route]

    def crossed(self) -> frozenset[Arc]:
        """Links that some flow has to cross, whatever its hash."""
        return frozenset(
            arc
            for route in self.routes.values()
            for arc, chances in crossings(route).items()
            if 1.0 in chances
        )


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


@dataclass(frozen=True)
class Disturbance:
    """What is wrong beside the faults: shares of flows without data, and of those that changed for
    a reason of their own."""

    missing: float = 0.05
    elsewhere: float = 0.001


def measure(
    mesh: Mesh,
    faults: Mapping[Arc, float],
    quantity: Quantity,
    random: np.random.Generator,
    wrong: Disturbance = Disturbance(),
) -> list[Evidence]:
    """What the flows would say; ``faults`` are in ns, of losses as shares of 1."""
    names = list(mesh.routes)
    paths = [hashed(route, random) for route in mesh.routes.values()]
    size = np.array([sum(faults.get(arc, 0.0) for arc in path) for path in paths])
    own = random.random(len(names)) < wrong.elsewhere
    size = size + own * random.uniform(0.3, 1, len(names)) * max(faults.values(), default=0.0)
    hops = np.array([len(path) for path in paths])
    if quantity is Quantity.LOSS:
        passes = np.array(
            [np.prod([1 - faults.get(arc, 0.0) for arc in path]) for path in paths]
        ) * (1 - own * random.uniform(0.02, 0.1, len(names)))
        said = _losses(1 - passes, random)
    else:
        figures = _delays if quantity is Quantity.DELAY else _jitter
        said = figures(names, size, hops, random)
    unknown = random.random(len(names)) < wrong.missing
    return [
        Evidence(
            f"{src} > {dst}",
            mesh.routes[src, dst],
            Statement.UNKNOWN if gone else statement,
            None if gone or statement is Statement.UNKNOWN else seen,
        )
        for (src, dst), (statement, seen), gone in zip(names, said, unknown, strict=True)
    ]


_Said = list[tuple[Statement, Shift | LossCount]]


def _delays(
    names: Sequence[tuple[str, str]], size: np.ndarray, hops: np.ndarray, random: np.random.Generator
) -> _Said:
    """Least delays of windows: queues add to all packets, clocks wander from window to window."""
    windows = BEFORE + NOW
    sites = sorted({name for pair in names for name in pair})
    index = {site: number for number, site in enumerate(sites)}
    clock = random.normal(0, _CLOCK_NS, (len(sites), windows))
    src, dst = (np.array([index[pair[end]] for pair in names]) for end in (0, 1))
    # The least of n sums of exponentials is near that of a Gamma's lower tail: drawn as such.
    least = random.gamma(hops[:, None], _QUEUE_NS, (len(names), windows, 12)).min(axis=2)
    figures = least + clock[dst] - clock[src]
    figures[:, BEFORE:] += size[:, None]
    return _judged(figures, Sensitivity().delay_ns)


def _jitter(
    names: Sequence[tuple[str, str]], size: np.ndarray, hops: np.ndarray, random: np.random.Generator
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
