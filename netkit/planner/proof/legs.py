"""One leg of a list: all that may happen to a packet on its way by IGP from one node to another.

Each node is asked for its next hops, all of them are followed, and what lies ahead is joined.
Compiled code does that where the network says so; where it finds the leg unsound, the plain walk
here finds out why.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from netkit.errors import ReplayError
from netkit.planner.arrays import FloatArray, Tables
from netkit.planner.network.network import Network

if TYPE_CHECKING:
    from netkit.planner.compiled import walks


class Forwarding(Protocol):
    """Routing tables: which arcs a node forwards over towards another."""

    @property
    def network(self) -> Network:
        """The nodes and arcs that the numbers mean."""

    def next_arcs(self, node: int, dst: int) -> tuple[int, ...]:
        """The ECMP set, ascending; empty at ``dst`` and where there is no route."""

    def plane(self, algorithm: int) -> Forwarding:
        """The tables of one algorithm; those of algorithm 0 know all of them."""

    def ways(self, dst: int) -> tuple[Tables, FloatArray, int]:
        """The arcs that carry packets, and a matrix with the column of least metrics to ``dst``,
        which overloaded nodes may have or not; for compiled code."""


@dataclass(frozen=True, slots=True)
class Walk:
    """What lies between one node and the end of its leg."""

    worst_us: int
    branches: int
    best_us: int
    best: tuple[int, ...]
    hops: int
    sums: tuple[float, ...]


class Leg:
    """All that may happen to a packet on its way by IGP from one node to another, at once
    ``worst_us``, the largest delay; :class:`ReplayError` where it would loop or be dropped."""

    def __init__(self, tables: Forwarding, src: int, dst: int) -> None:
        self._tables = tables
        self._src, self._dst = src, dst
        network = tables.network
        self._head = network.head.item
        self._found = self._walked() if network.compiled else None
        if self._found is not None:
            self.worst_us = self._found.worst_us
            return
        self._delay_us = network.delay_us.item
        self._weights = [network.weight(metric).item for metric in network.reported]
        self._open: set[int] = set()
        self._walks: dict[int, Walk] = {dst: Walk(0, 1, 0, (), 0, (0.0,) * len(self._weights))}
        self._arcs: set[int] = set()
        self._whole = self._from(src)
        self.worst_us = self._whole.worst_us

    def _walked(self) -> walks.Walk | None:
        """Have the compiled walk do it; None where that finds no sound leg, for the reason to be
        told."""
        from netkit.planner.compiled.walks import walk

        found = walk(*self._tables.ways(self._dst), self._src, self._dst)
        return found if found.sound else None

    @cached_property
    def whole(self) -> Walk:
        """From its first node to its last."""
        if (found := self._found) is None:
            return self._whole
        return Walk(
            found.worst_us, int(found.branches), found.best_us, tuple(found.best.tolist()),
            found.hops, tuple(found.sums.tolist()),
        )  # fmt: skip

    @cached_property
    def nodes(self) -> list[int]:
        """All that any branch visits."""
        return list(self._walks) if self._found is None else self._found.nodes.tolist()

    @cached_property
    def arcs(self) -> set[int]:
        """All that any branch crosses."""
        return self._arcs if self._found is None else set(self._found.arcs.tolist())

    def visited(self, waypoints: tuple[int, ...], done: int) -> int:
        """Fewest waypoints visited at the end of the leg, of all branches; ``done`` before it."""
        return self._visited(self._src, waypoints, done, {})

    def _visited(
        self, node: int, waypoints: tuple[int, ...], done: int, known: dict[tuple[int, int], int]
    ) -> int:
        """The same from ``node`` on. No closure: one that calls itself is a cycle of references,
        and keeps the tables, which may be mapped files, until the collector comes by."""
        while done < len(waypoints) and waypoints[done] == node:
            done += 1
        if done == len(waypoints) or node == self._dst:
            return done
        if (node, done) not in known:
            heads = map(self._head, self._tables.next_arcs(node, self._dst))
            known[node, done] = min(self._visited(head, waypoints, done, known) for head in heads)
        return known[node, done]

    def _from(self, src: int) -> Walk:
        """Depth first without recursion: a node is joined when all it forwards to are."""
        stack = [src]
        while stack:
            node = stack[-1]
            if node in self._walks:
                stack.pop()
                continue
            arcs = self._tables.next_arcs(node, self._dst)
            ahead = [head for arc in arcs if (head := self._head(arc)) not in self._walks]
            if not ahead:
                self._walks[node] = self._join(node, arcs)
                self._open.discard(node)
                stack.pop()
            elif node in self._open:
                raise ReplayError(f"the packet loops at {self._tables.network.nodes[node].name}")
            else:
                self._open.add(node)
                stack.extend(ahead)
        return self._walks[src]

    def _join(self, node: int, arcs: tuple[int, ...]) -> Walk:
        if not arcs:
            names = self._tables.network.nodes
            raise ReplayError(f"{names[node].name} has no route to {names[self._dst].name}")
        self._arcs.update(arcs)
        worst_us, branches, hops, options = 0, 0, 0, []
        sums = [0.0] * len(self._weights)
        for arc in arcs:
            ahead, delay_us = self._walks[self._head(arc)], self._delay_us(arc)
            worst_us = max(worst_us, delay_us + ahead.worst_us)
            branches += ahead.branches
            hops = max(hops, 1 + ahead.hops)
            options.append((delay_us + ahead.best_us, (arc, *ahead.best)))
            for place, weigh in enumerate(self._weights):
                sums[place] = max(sums[place], weigh(arc) + ahead.sums[place])
        best_us, best = min(options)
        return Walk(worst_us, branches, best_us, best, hops, tuple(sums))
