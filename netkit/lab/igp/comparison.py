"""The planner's IGP against the tables of routers, all pairs: distances and ECMP sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netkit.lab.igp.tables import Tables
from netkit.model.network.topology import Topology
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network


@dataclass(frozen=True, slots=True)
class Difference:
    """A pair whose table is not what was planned on; None is no route, or a distance unsaid.

    Ports are the next hops: equal sets are equal ECMP sets, parallel links told apart.
    """

    src: str
    dst: str
    planned_distance: int | None
    found_distance: int | None
    planned_ports: tuple[str, ...]
    found_ports: tuple[str, ...]

    def __str__(self) -> str:
        planned = _route(self.planned_distance, self.planned_ports)
        return f"{self.src} to {self.dst}: planned {planned}, found " + _route(
            self.found_distance, self.found_ports
        )


@dataclass(frozen=True, slots=True)
class IgpComparison:
    """How many ordered pairs of routers were compared, on how many of them the tables say a
    distance, and every difference."""

    pairs: int
    with_distance: int
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Whether every table is as planned."""
        return not self.differences


def compare(topology: Topology, tables: Tables) -> IgpComparison:
    """Every router's table against the planner's IGP. O(n²) beside the IGP itself."""
    igp = Igp.of(Network.of(topology), algorithms=())
    rows = list(_rows(topology, igp, tables))
    differences = tuple(row for row in rows if not _same(row))
    said = sum(row.found_distance is not None for row in rows)
    return IgpComparison(len(rows), said, differences)


def _rows(topology: Topology, igp: Igp, tables: Tables) -> Iterator[Difference]:
    network = igp.network
    for src, i in network.index.items():
        for dst, j in network.index.items():
            if i != j:
                seen = tables[src].get(dst)
                distance = igp.distance[i, j]
                arcs = (network.arcs[arc] for arc in igp.next_arcs(i, j))
                yield Difference(
                    src, dst,
                    int(distance) if np.isfinite(distance) else None,
                    None if seen is None else seen.distance,
                    tuple(sorted({topology.interface(arc).name for arc in arcs})),
                    () if seen is None else tuple(sorted(seen.ports)),
                )  # fmt: skip


def _same(row: Difference) -> bool:
    said = row.found_distance is not None
    return row.planned_ports == row.found_ports and (
        not said or row.planned_distance == row.found_distance
    )


def _route(distance: int | None, ports: tuple[str, ...]) -> str:
    if not ports:
        return "no route"
    far = "" if distance is None else f", distance {distance}"
    return f"{' '.join(ports)}{far}"
