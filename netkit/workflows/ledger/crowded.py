"""Slow lines that the probes of a lab may have filled by themselves.

A line of the file has a queue, and loses what would wait longer: that is what the file asks for,
and no fault of a plan that a campaign sends more over a line than it carries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from netkit.lab.delay.line_shape import QUEUE_NS
from netkit.lab.delay.netem.batch import SLOW_BPS
from netkit.lab.kernel.router_setup import CORE_MTU
from netkit.lab.truth.records import ProbeTruth
from netkit.model.network.topology import Topology
from netkit.model.units import NS_PER_S
from netkit.workflows.lab_stated import ETHERNET_BYTES, Crossing

Line = tuple[str, str, bool, int]
"""A link or fabric, the router at its end, whether it is the way in from there, and bits a second:
links over a fabric share the legs of their ends."""


def crowded(topology: Topology, seen: Iterable[ProbeTruth]) -> frozenset[Crossing]:
    """The links, and legs, by which so many probes went that a queue may have been full, were all
    frames as long as the line takes. O(n log n) in all links that they crossed."""
    arrivals_ns: defaultdict[Line, list[int]] = defaultdict(list)
    over: defaultdict[Line, set[Crossing]] = defaultdict(set)
    slow: dict[Crossing, tuple[Line, ...]] = {}
    for hop in (hop for truth in seen for hop in truth.hops):
        crossing = hop.link, hop.headend
        if crossing not in slow:
            slow[crossing] = tuple(_lines(topology, *crossing))
        for line in slow[crossing]:
            arrivals_ns[line].append(hop.arrival_ns)
            over[line].add(crossing)
    full = (line for line, times_ns in arrivals_ns.items() if _fills(line[-1], sorted(times_ns)))
    return frozenset(crossing for line in full for crossing in over[line])


def _lines(topology: Topology, id_: str, headend: str) -> Iterator[Line]:
    """The slow ones of what a link, or leg, consists of."""
    for owner, node, inward, bps in _parts(topology, id_, headend):
        if bps is not None and bps < SLOW_BPS:
            yield owner, node, inward, bps


def _parts(
    topology: Topology, id_: str, headend: str
) -> Iterator[tuple[str, str, bool, int | None]]:
    link, way = topology.link.get(id_), topology.adjacency.get((id_, headend))
    if link is not None and link.fabric is None:
        yield link.id, headend, False, link.capacity_bps
    elif way is not None:
        for pool in way.pools:
            yield pool.owner, pool.node, pool.inward, pool.capacity_bps
    else:
        for fabric in topology.fabrics:
            for member in fabric.members:
                if f"{fabric.id}:{member.node}" == id_:
                    yield fabric.id, member.node, False, member.capacity_bps


def _fills(bps: int, arrivals_ns: Iterable[int]) -> bool:
    frame_ns = 8 * (CORE_MTU + ETHERNET_BYTES) * NS_PER_S // bps
    free_ns = 0
    for at_ns in arrivals_ns:
        if free_ns - at_ns > QUEUE_NS:
            return True
        free_ns = max(free_ns, at_ns) + frame_ns
    return False
