"""The smallest survey of a network's links from the places that have a probe.

A session of STAMP measures a path each way, so it makes two equations. Of a link with a probe at
both ends there are two unknowns, its directions, and one session over it solves them: no survey of
such links can have fewer. Other links are crossed by sessions between the nearest probes on either
side, and a session is taken only if it adds an equation that those before do not imply.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology
from netkit.monitor.loop.link_delays import LinkKey, Resolution, resolution

_NEAREST = 4
"""Probes on each side of a link that sessions are tried between."""

_Arcs = tuple[Adjacency, ...]


@dataclass(frozen=True, slots=True)
class SurveySession:
    """A session from ``src`` to ``dst``, pinned to ``links`` there and to ``back`` on return."""

    src: str
    dst: str
    links: tuple[LinkKey, ...]
    back: tuple[LinkKey, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """Sessions, what they tell, and the links that no session between probes can cross."""

    sessions: tuple[SurveySession, ...]
    told: Resolution
    unseen: frozenset[LinkKey]


def smallest_survey(topology: Topology, probes: Collection[str]) -> Survey:
    """Sessions between ``probes``, names of nodes, that tell as many links as any can by paths
    between the nearest probes."""
    crossing = _Independent()
    for link in topology.all_links:
        if link.a in probes and link.b in probes and not link.one_way:
            ends = [topology.adjacency[link.id, end] for end in (link.a, link.b)]
            crossing.take((ends[0],), (ends[1],))
    walks = _Walks(topology, probes)
    for arc in topology.adjacencies:
        if not {arc.src, arc.dst} <= set(probes):
            for there, back in walks.over(arc):
                crossing.take(there, back)
    paths = [path for one in crossing.sessions for path in (one.links, one.back)]
    seen = {link for path in paths for link in path}
    unseen = frozenset(topology.adjacency.keys() - seen)
    return Survey(tuple(crossing.sessions), resolution(paths), unseen)


class _Independent:
    """Sessions whose equations do not follow from those before (Gram-Schmidt, link by link)."""

    def __init__(self) -> None:
        self.sessions: list[SurveySession] = []
        self._basis: list[dict[LinkKey, float]] = []

    def take(self, there: _Arcs, back: _Arcs) -> None:
        """Take the session if either of its paths says something new."""
        paths = [tuple(arc.key for arc in way) for way in (there, back)]
        new = [self._is_new(path) for path in paths]  # both: each may be new by itself
        if any(new):
            self.sessions.append(SurveySession(there[0].src, there[-1].dst, paths[0], paths[1]))

    def _is_new(self, path: tuple[LinkKey, ...]) -> bool:
        rest = {link: float(path.count(link)) for link in path}
        for one in self._basis:
            share = sum(value * one.get(link, 0.0) for link, value in rest.items())
            if share:
                for link, value in one.items():
                    rest[link] = rest.get(link, 0.0) - share * value
        norm = float(np.sqrt(sum(value * value for value in rest.values())))
        if norm < 1e-6:
            return False
        self._basis.append({link: value / norm for link, value in rest.items()})
        return True


class _Walks:
    """Paths between probes over a given link, by way of the fewest links."""

    def __init__(self, topology: Topology, probes: Collection[str]) -> None:
        self._topology, self._probes = topology, probes

    def over(self, arc: Adjacency) -> Iterator[tuple[_Arcs, _Arcs]]:
        """Each from another pair of probes, there and back over the same links."""
        for before in self._to_probes(arc.src, arc.dst).values():
            for after in self._to_probes(arc.dst, arc.src).values():
                inward = self._turned(before)
                there = None if inward is None else (*inward, arc, *after)
                back = None if there is None else self._turned(there)
                if there and back and _is_simple(there):
                    yield there, back

    def _to_probes(self, node: str, without: str) -> Mapping[str, _Arcs]:
        """The nearest probes from ``node`` on, not over ``without``, each with the way there."""
        found: dict[str, _Arcs] = {}
        seen, waiting = {node, without}, deque[tuple[str, _Arcs]]([(node, ())])
        while waiting and len(found) < _NEAREST:
            at, way = waiting.popleft()
            if at in self._probes:
                found[at] = way
                continue
            for arc in self._topology.adjacencies_from[at]:
                if arc.dst not in seen:
                    seen.add(arc.dst)
                    waiting.append((arc.dst, (*way, arc)))
        return found

    def _turned(self, way: _Arcs) -> _Arcs | None:
        """The same links the other way; None where one of them has no such direction."""
        found = [self._topology.adjacency.get((arc.link_id, arc.dst)) for arc in reversed(way)]
        return None if None in found else tuple(arc for arc in found if arc is not None)


def _is_simple(way: _Arcs) -> bool:
    nodes = [way[0].src, *(arc.dst for arc in way)]
    return len(set(nodes)) == len(nodes)
