"""Replays a segment list as routers would forward it, over every ECMP branch.

This is the proof step: it knows nothing of how the list was found. It asks the IGP for the next
hops of each node towards each SID, follows all of them, and reports the worst that can happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from netkit.errors import ReplayError
from netkit.model.plan import Behavior, CandidatePath, Certificate, Path, Segment
from netkit.planner.graph import BoolArray
from netkit.planner.igp import Igp

_State = tuple[int, int]
_Step = tuple[int | None, _State]


@dataclass(frozen=True)
class _Walk:
    """What lies ahead of one state (node, segments already done)."""

    worst_us: int
    branches: int
    best_us: int
    best: tuple[int, ...]


class Replay:
    """The forwarding of one packet from ``src`` over ``segments`` to the service SID of ``dst``.

    Raises :class:`ReplayError` where the packet would loop or be dropped. O(s m) for s segments.
    """

    def __init__(self, igp: Igp, src: str, segments: tuple[Segment, ...], dst: str) -> None:
        self._igp = igp
        self._network = igp.network
        self._segments = segments
        self._dst = igp.network.index[dst]
        self._start: _State = (igp.network.index[src], 0)
        self._steps_of = self._explore()
        self._walk = self._fold()

    @cached_property
    def certificate(self) -> Certificate:
        """Worst and best delay, number of branches, everything that any branch crosses."""
        steps = [step for steps in self._steps_of.values() for step in steps]
        arcs = {self._network.arcs[arc] for arc, _ in steps if arc is not None}
        nodes = {self._network.nodes[node].name for node, _ in self._steps_of}
        return Certificate(
            guaranteed_us=self._walk.worst_us,
            best_us=self._walk.best_us,
            branches=self._walk.branches,
            links=tuple(sorted(arc.key for arc in arcs)),
            nodes=tuple(sorted(nodes)),
        )

    @cached_property
    def path(self) -> Path:
        """The branch of least delay, ties to the earlier arcs."""
        arcs = [self._network.arcs[arc] for arc in self._walk.best]
        nodes = (self._network.nodes[self._start[0]].name, *(arc.dst for arc in arcs))
        cost = sum(arc.metric for arc in arcs)
        delay_us = sum(arc.delay_us for arc in arcs)
        return Path(nodes, tuple(arc.link_id for arc in arcs), cost, delay_us)

    def _explore(self) -> dict[_State, list[_Step]]:
        """Every state that any branch reaches, with its steps."""
        found: dict[_State, list[_Step]] = {}
        queue = [self._start]
        while queue:
            state = queue.pop()
            if state not in found:
                found[state] = self._steps(state)
                queue.extend(following for _, following in found[state])
        return found

    def _fold(self) -> _Walk:
        """Join all branches from the end backwards; what has no order is a loop."""
        order = TopologicalSorter(
            {
                state: [following for _, following in steps]
                for state, steps in self._steps_of.items()
            }
        )
        walks: dict[_State, _Walk] = {}
        try:
            for state in order.static_order():
                walks[state] = self._join(self._steps_of[state], walks)
        except CycleError as error:
            names = sorted({self._network.nodes[node].name for node, _ in error.args[1]})
            raise ReplayError(f"the packet loops among {', '.join(names)}") from error
        return walks[self._start]

    def _join(self, steps: list[_Step], walks: dict[_State, _Walk]) -> _Walk:
        if not steps:
            return _Walk(0, 1, 0, ())
        worst_us, branches, options = 0, 0, []
        for arc, following in steps:
            ahead = walks[following]
            delay_us = 0 if arc is None else int(self._network.delay_us[arc])
            own = () if arc is None else (arc,)
            worst_us = max(worst_us, delay_us + ahead.worst_us)
            branches += ahead.branches
            options.append((delay_us + ahead.best_us, own + ahead.best))
        best_us, best = min(options)
        return _Walk(worst_us, branches, best_us, best)

    def _steps(self, state: _State) -> list[_Step]:
        """What the node does next: nothing at the end, else (arc or None for a SID, next state)."""
        node, done = state
        if done == len(self._segments):
            return self._forward(node, done, self._dst)
        segment = self._segments[done]
        target = self._network.index[segment.node]
        if node != target:
            return self._forward(node, done, target)
        if segment.kind is Behavior.END:
            return [(None, (node, done + 1))]
        arc = self._network.arc_index.get((segment.link or "", segment.node))
        if arc is None:
            raise ReplayError(f"{segment.node} has no adjacency over {segment.link}")
        return [(arc, (int(self._network.head[arc]), done + 1))]

    def _forward(self, node: int, done: int, target: int) -> list[_Step]:
        if node == target:
            return []
        arcs = self._igp.next_arcs(node, target)
        if not arcs:
            names = self._network.nodes
            raise ReplayError(f"{names[node].name} has no route to {names[target].name}")
        return [(arc, (int(self._network.head[arc]), done)) for arc in arcs]


def certified(
    igp: Igp,
    ends: tuple[str, str],
    segments: tuple[Segment, ...],
    bound_us: float,
    forbidden: BoolArray | None = None,
) -> CandidatePath:
    """The list with its certificate; only what passes here may leave the planner.

    Raises :class:`ReplayError` where the replay contradicts the search: over the bound, or over a
    ``forbidden`` arc (shape (m,)).
    """
    src, dst = ends
    replay = Replay(igp, src, segments, dst)
    certificate = replay.certificate
    if certificate.guaranteed_us > bound_us:
        raise ReplayError(
            f"{src} to {dst}: the list replays at {certificate.guaranteed_us} µs, "
            f"over its bound of {bound_us} µs"
        )
    if forbidden is not None:
        crossed = [key for key in certificate.links if forbidden[igp.network.arc_index[key]]]
        if crossed:
            raise ReplayError(f"{src} to {dst}: the backup crosses {crossed}")
    return CandidatePath(segments, replay.path, certificate)
