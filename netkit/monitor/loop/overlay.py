"""Announced delays laid over a topology: the network as it was measured, all else unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from netkit.model.network.elements import DelayBasis, Link
from netkit.model.network.topology import Topology
from netkit.model.units import NS_PER_S
from netkit.monitor.loop.advertising import Announced
from netkit.monitor.loop.link_delays import LinkKey


def with_announced(topology: Topology, announced: Mapping[LinkKey, Announced]) -> Topology:
    """The topology with all that was announced since, one announcement after the other."""
    times = sorted({one.at_ns for one in announced.values() if one.at_ns is not None})
    for at_ns in times:
        now = {link: one.delay_us for link, one in announced.items() if one.at_ns == at_ns}
        topology = with_delays(topology, now, day_of(at_ns))
    return topology


def day_of(at_ns: int) -> str:
    """The day of a time in UTC, as 2026-11-29."""
    return datetime.fromtimestamp(at_ns / NS_PER_S, UTC).date().isoformat()


def with_delays(topology: Topology, delays_us: Mapping[LinkKey, int], day: str) -> Topology:
    """The topology with these delays of its own links, measured on ``day``.

    Links that a fabric makes have their delay from its ports, and are left as they are.
    """
    links = tuple(_link(link, delays_us, day) for link in topology.links)
    return topology if links == topology.links else replace(topology, links=links)


def _link(link: Link, delays_us: Mapping[LinkKey, int], day: str) -> Link:
    there, back = delays_us.get((link.id, link.a)), delays_us.get((link.id, link.b))
    if there is None and (back is None or link.one_way):
        return link
    new = replace(link, basis=DelayBasis.MEASURED, measured_on=day, length_km=None)
    if there is not None:
        least = None if link.min_delay_ab_us is None else there
        new = replace(new, delay_ab_us=there, min_delay_ab_us=least)
    if back is not None and not link.one_way:
        least = None if link.min_delay_ba_us is None else back
        new = replace(new, delay_ba_us=back, min_delay_ba_us=least)
    return new
