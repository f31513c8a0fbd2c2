"""The planner's routes, spread hop by hop after a change, with timers that are set beforehand: the
micro-loops of a reconverging IGP, the same each time.

Routes of algorithm 0 change; those of Flexible Algorithms stay.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netkit.errors import LabError
from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.backend import IgpName, IgpSite
from netkit.lab.igp.flooding import FloodingTimers, left_of, moments_ms, without
from netkit.lab.kernel.router_setup import IgpRoutes, route_lines
from netkit.model.network.elements import Adjacency
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import locator
from netkit.model.units import MS_PER_S

_IP_BATCH = ("ip", "-6", "-batch", "-")
_PATIENCE_S = 60.0

RoutesOf = Callable[[Topology], IgpRoutes]
Hops = Mapping[tuple[str, int], tuple[Adjacency, ...]]


@dataclass(frozen=True, slots=True)
class Change:
    """A router has set new routes, at this moment (ns since 1970); ``late_ms`` is how long
    after the time that the timers set for it."""

    router: str
    at_ns: int
    late_ms: float


class StagedIgp:
    """``routes_of`` computes the tables of what is left of a topology."""

    name = IgpName.STAGED

    def __init__(self, routes_of: RoutesOf, timers: FloodingTimers | None = None) -> None:
        self.timers = FloodingTimers() if timers is None else timers
        self.changes: list[Change] = []
        self._routes_of = routes_of
        self._site: IgpSite | None = None
        self._set: dict[str, Hops] = {}
        self._down: frozenset[str] = frozenset()
        self._owed: frozenset[str] = frozenset()
        """Links of whose change not all routers have taken the routes."""
        self._spreading: threading.Thread | None = None
        self._stopping = threading.Event()
        self._error: LabError | None = None

    def preset(self, routes: IgpRoutes) -> IgpRoutes:
        """All of them: the network has converged when it boots."""
        self._set = {router: dict(own) for router, own in routes.items()}
        return routes

    def router_lines(self, blueprint: Blueprint, node: str) -> Sequence[str]:  # noqa: ARG002
        """Nothing more."""
        return ()

    def start(self, site: IgpSite) -> None:
        """Know where the routers are."""
        self._site = site

    def links_down(self, link_ids: Collection[str]) -> None:
        """Begin to spread the routes of what is left; what spreads already is finished at once."""
        if self._site is None:
            raise LabError("the staged IGP is not running")
        topology = self._site.blueprint.topology
        self.settle()  # where it raises nothing was begun, and the same may be asked for again
        down = without(topology, link_ids)
        changed = (down ^ self._down) | self._owed
        self._down, self._owed = down, changed
        if changed:
            due = moments_ms(topology, down, changed, self.timers)
            routes = self._routes_of(left_of(topology, down))
            self._spreading = threading.Thread(
                target=self._spread, args=(self._site, due, routes, time.monotonic()), daemon=True
            )
            self._spreading.start()

    def settle(self) -> None:
        """Wait until all routers have the routes of the last change.

        Raises:
            LabError: routes could not be set, or it takes more than a minute.
        """
        if self._spreading is not None:
            self._spreading.join(_PATIENCE_S)
            if self._spreading.is_alive():
                raise LabError("routes are still being spread")
        error, self._error = self._error, None  # told once: the next change sets what is missing
        if error is not None:
            raise error

    def facts(self) -> dict[str, object]:
        """Its timers, and how late routes were set."""
        late = [change.late_ms for change in self.changes]
        return {"changes": len(late), "latest_ms": max(late, default=None)}

    def stop(self) -> None:
        """Spread no further."""
        self._stopping.set()
        if self._spreading is not None:
            self._spreading.join()
            self._spreading = None

    def _spread(
        self, site: IgpSite, due_ms: Mapping[str, float], routes: IgpRoutes, start_s: float
    ) -> None:
        for router, at_ms in sorted(due_ms.items(), key=lambda item: (item[1], item[0])):
            due_s = start_s + at_ms / MS_PER_S
            if self._stopping.wait(max(0.0, due_s - time.monotonic())):
                return
            new = routes.get(router, {})
            text = "".join(f"{line}\n" for line in _changed(site, self._set[router], new))
            try:
                if text:
                    site.namespaces[router].batch(_IP_BATCH, text)
            except LabError as error:
                self._error = error
                return
            except OSError as error:  # a machine without room for one process more
                self._error = LabError(f"{router}: no new routes: {error}")
                return
            self._set[router] = new
            if text:
                late_ms = (time.monotonic() - due_s) * MS_PER_S
                self.changes.append(Change(router, time.time_ns(), late_ms))
        self._owed = frozenset()


def _changed(site: IgpSite, old: Hops, new: Hops) -> Iterator[str]:
    """What turns one table into another: routes that are gone, then those that are others."""
    blueprint = site.blueprint
    for destination, algorithm in old.keys() - new.keys():
        prefix = locator(blueprint.topology, destination, algorithm)
        if prefix is not None:
            yield f"route del {prefix}"
    others = {key: hops for key, hops in new.items() if old.get(key) != hops}
    yield from route_lines(blueprint, others, "replace")
