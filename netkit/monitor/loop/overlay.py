"""Announced delays laid over a topology: the network as it was measured, all else unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from netkit.model.network.elements import DelayBasis, Link
from netkit.model.network.topology import Topology
from netkit.monitor.loop.link_delays import LinkKey


def with_delays(topology: Topology, delays_us: Mapping[LinkKey, int], day: str) -> Topology:
    """The topology with these delays of its own links, measured on ``day`` (as 2026-11-29).

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
