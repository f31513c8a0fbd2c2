"""Local repair by TI-LFA (RFC 9855) on the kernels of the lab, as the planner computes it.

Where a router forwards over what failed, an SRH is put into the packet that leads it around
(``seg6`` in mode ``inline``): the repair list, then whatever the packet was on its way to. A packet
that is handed to a neighbour first starts with the router's own ``End.X`` over that link. For an
``End.X`` that failed, the SID is done (``End.T``), and a table of its own repairs to the far end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.linux.ip_batch import RouterConfig
from netkit.emit.linux.words import SID_DEVICE
from netkit.lab.blueprint import Blueprint
from netkit.lab.kernel.router_setup import route_lines
from netkit.model.network.elements import Adjacency
from netkit.model.srv6.node_sids import end_sid, end_x_sid, known, locator
from netkit.planner.protection.phases import Phases
from netkit.planner.protection.ti_lfa import Repair

_FIRST_TABLE = 3000
_ALGORITHMS = 256
"""Of each adjacency so many tables: the algorithm is an octet (RFC 9350 §4)."""

_AHEAD = 1


@dataclass(frozen=True, slots=True)
class Patch:
    """Lines for ``ip -6 -batch`` of one router: what repairs, and what takes that back: its SIDs,
    and its routes."""

    router: str
    repair: tuple[str, ...]
    undo_sids: tuple[str, ...]
    undo_routes: tuple[str, ...]


def local_repairs(
    blueprint: Blueprint,
    phases: Phases,
    configs: Mapping[str, RouterConfig],
    *,
    ahead: bool = False,
) -> list[Patch]:
    """What each neighbour of the failure does; routers that failed do nothing.

    ``undo_routes`` put the old routes back, which a staged IGP that reconverges does by itself.
    Routes that go ``ahead`` of another's, by a lower metric, leave those alone.
    """
    network = phases.igp.network
    points = {
        int(network.tail[arc]): None
        for arc in sorted(phases.gone.links)
        if int(network.tail[arc]) not in phases.gone.nodes
    }
    found = []
    for number in points:
        name = network.nodes[number].name
        point = _Point(blueprint, phases, number, configs.get(name), ahead=ahead)
        if patch := point.patch(name):
            found.append(patch)
    return found


class _Point:
    """One point of local repair."""

    def __init__(
        self,
        blueprint: Blueprint,
        phases: Phases,
        node: int,
        config: RouterConfig | None,
        *,
        ahead: bool,
    ) -> None:
        self._metric = f" metric {_AHEAD}" if ahead else ""
        self._blueprint, self._phases, self._node = blueprint, phases, node
        self._topology, self._network = blueprint.topology, phases.igp.network
        self._batch = "" if config is None else config.ip_batch
        self._algorithms = (0, *sorted(self._topology.flex_algo))

    def patch(self, name: str) -> Patch | None:
        """Everything that it changes; None if nothing."""
        routes, old = [], {}
        for algorithm in self._algorithms:
            for target in range(len(self._network.nodes)):
                line = self._route(target, algorithm)
                if line is not None:
                    routes.append(line)
                    key = (self._network.nodes[target].name, algorithm)
                    old[key] = tuple(map(self._arc, self._hops(target, algorithm)))
        sids = [pair for arc in self._own_failed() for pair in self._sid(arc)]
        if not routes and not sids:
            return None
        return Patch(
            name,
            (*(line for do, _ in sids for line in do), *routes),
            tuple(line for _, undo in sids for line in undo),
            tuple(route_lines(self._blueprint, old, "replace"))
            if not self._metric
            else tuple(f"route del {line.split()[2]}{self._metric}" for line in routes),
        )

    def _arc(self, arc: int) -> Adjacency:
        return self._network.arcs[arc]

    def _hops(self, target: int, algorithm: int) -> tuple[int, ...]:
        return self._phases.igp.plane(algorithm).next_arcs(self._node, target)

    def _route(self, target: int, algorithm: int) -> str | None:
        """The route to a node, repaired; None where it needs none, or there is no repair."""
        gone, arcs = self._phases.gone, self._hops(target, algorithm)
        prefix = locator(self._topology, self._network.nodes[target].name, algorithm)
        if prefix is None or target in gone.nodes or gone.links.isdisjoint(arcs):
            return None
        repair = self._phases.repairs.plane(algorithm).repair(self._node, target, land=False)
        if repair is None:
            return None
        # Linux takes no next hop twice, as where a packet is handed over the other of two links.
        ways = list(dict.fromkeys(self._way(arc, repair, algorithm) for arc in arcs))
        if len(ways) == 1:
            return f"route replace {prefix}{self._metric} {ways[0]}"
        return f"route replace {prefix}{self._metric} " + " ".join(f"nexthop {way}" for way in ways)

    def _way(self, arc: int, repair: Repair, algorithm: int) -> str:
        if arc not in self._phases.gone.links:
            return self._plain(arc)
        sids = self._sids(repair, algorithm)
        if not sids:
            return self._plain(repair.handed[0])
        segments = ",".join(map(str, sids))
        return f"encap seg6 mode inline segs {segments} {self._plain(arc)}"

    def _plain(self, arc: int) -> str:
        way, topology = self._arc(arc), self._topology
        far = topology.node[way.dst].sid_index
        address = topology.addresses.link_address(way.subnet, far)
        return f"via {address} dev {topology.interface(way).name}"

    def _sids(self, repair: Repair, algorithm: int) -> list[IPv6Address]:
        """The repair list; empty where handing the packet over is all."""
        steps: list[tuple[int, int]] = [*repair.steps]
        if steps and repair.handed:
            steps.insert(0, (1, repair.handed[0]))
        return [self._step(*step, algorithm) for step in steps]

    def _step(self, kind: int, number: int, algorithm: int) -> IPv6Address:
        if kind == 0:
            name = self._network.nodes[number].name
            return known(end_sid(self._topology, name, algorithm), f"End of {name}")
        arc = self._arc(number)
        sid = end_x_sid(self._topology, arc, algorithm)
        return known(sid, f"End.X of {arc.src} over {arc.link_id}")

    def _own_failed(self) -> Iterator[int]:
        for arc in sorted(self._phases.gone.links):
            if self._network.tail[arc] == self._node:
                yield arc

    def _sid(self, arc: int) -> Iterator[tuple[list[str], list[str]]]:
        """How its ``End.X`` over a link that failed is repaired, and taken back."""
        far = int(self._network.head[arc])
        for algorithm in self._algorithms:
            sid = end_x_sid(self._topology, self._arc(arc), algorithm)
            emitted = next((line for line in self._batch.splitlines()
                            if line.startswith(f"route add {sid}/")), None)  # fmt: skip
            if emitted is None or far in self._phases.gone.nodes or not self._network.igp[arc]:
                continue
            repair = self._phases.repairs.plane(algorithm).repair(self._node, far, land=True)
            if repair is None:
                continue
            table = _FIRST_TABLE + _ALGORITHMS * self._arc(arc).number + algorithm
            prefix = emitted.split()[2]
            way = self._way(arc, repair, algorithm)
            proto = emitted[emitted.index(" proto ") :]
            yield (
                [
                    f"route add default {way} table {table}",
                    f"route replace {prefix} encap seg6local action End.T table {table} "
                    f"dev {SID_DEVICE}{proto}",
                ],
                [
                    emitted.replace("route add", "route replace", 1),
                    f"route del default table {table}",
                ],
            )
