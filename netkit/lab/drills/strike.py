"""From what an event names to the links that go: for the lab, and for the planner."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from netkit.errors import InputError, Problem, did_you_mean
from netkit.model.drills.scenario import Event, Strike
from netkit.model.network.geo import Coordinates, great_circle_km
from netkit.model.network.topology import Topology

_STEP_KM = 5.0


@dataclass(frozen=True, slots=True)
class Struck:
    """``links`` are those that are gone, exchange links too; ``nodes`` the routers that have lost
    every one of theirs because they themselves were hit."""

    links: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()

    def __or__(self, other: Struck) -> Struck:
        return Struck(self.links | other.links, self.nodes | other.nodes)


def struck_by(topology: Topology, events: Iterable[Event], file: str, seed: int) -> list[Struck]:
    """What is gone after each event, in their order.

    Raises:
        InputError: all names that the topology does not have, and areas that no link is in.
    """
    random = Random(seed)  # noqa: S311 - a drill that can be repeated, no secret
    problems: list[Problem] = []
    gone, found = Struck(), []
    for event in events:
        if event.strike is None:
            gone = Struck()
        else:
            own = list(unknown(topology, event.strike, file, event.line))
            problems += own
            struck = Struck() if own else _struck(topology, event.strike, random)
            if not own and not struck.links:
                problems.append(Problem(file, event.line, "the cut hits no link", None, "some"))
            gone |= struck
        found.append(gone)
    if problems:
        raise InputError(dict.fromkeys(problems))
    return found


def unknown(topology: Topology, strike: Strike, file: str, line: int | None) -> Iterator[Problem]:
    """Every name that the topology does not have, with the nearest that it has."""
    srlgs = {srlg for link in topology.all_links for srlg in link.srlgs}
    kinds = (
        ("link", strike.links, topology.link),
        ("node", strike.nodes, {node.name: node for node in topology.active_nodes}),
        ("SRLG", strike.srlgs, dict.fromkeys(sorted(srlgs))),
        ("exchange", strike.exchanges, {fabric.id: fabric for fabric in topology.fabrics}),
    )
    for kind, names, known in kinds:
        for name in names:
            if name not in known:
                expected = f"a {kind} of {topology.name}"
                yield Problem(file, line, f"no such {kind}", name, expected,
                              did_you_mean(name, known))  # fmt: skip


def _struck(topology: Topology, strike: Strike, random: Random) -> Struck:
    links = topology.all_links
    gone = {
        link.id
        for link in links
        if link.id in strike.links
        or not {link.a, link.b}.isdisjoint(strike.nodes)
        or not link.srlgs.isdisjoint(strike.srlgs)
        or link.fabric in strike.exchanges
        or (strike.along and passes(topology, link.a, link.b, strike.along, strike.radius_km))
    }
    rest = sorted(link.id for link in links if link.id not in gone)
    gone |= set(random.sample(rest, min(strike.random, len(rest))))
    return Struck(frozenset(gone), frozenset(strike.nodes))


def passes(
    topology: Topology, a: str, b: str, along: tuple[Coordinates, ...], radius_km: float
) -> bool:
    """Whether the straight line between two routers comes so near to a point, or a line."""
    start, end = topology.node[a].coordinates, topology.node[b].coordinates
    if start is None or end is None:
        return False
    step_km = max(_STEP_KM, radius_km / 8)
    return any(
        great_circle_km(one, other) <= radius_km
        for one in _points((start, end), step_km)
        for other in _points(along, step_km)
    )


def _points(line: tuple[Coordinates, ...], step_km: float) -> Iterator[Coordinates]:
    """The corners of a line, and between them a point every few km."""
    yield line[0]
    for start, end in pairwise(line):
        steps = max(1, math.ceil(great_circle_km(start, end) / step_km))
        for step in range(1, steps + 1):
            share = step / steps
            yield Coordinates(
                start.lat_deg + share * (end.lat_deg - start.lat_deg),
                start.lon_deg + share * (end.lon_deg - start.lon_deg),
            )
