"""A backbone whose links lose and queue nothing: whatever a drill loses is the failure's."""

from __future__ import annotations

from dataclasses import replace

from netkit.model.network.topology import Topology


def calm(topology: Topology) -> Topology:
    """The same with neither random losses nor delay variation, and no capacity to queue for; delays
    stay."""
    links = (
        replace(
            link, loss_ab_ppb=None, loss_ba_ppb=None, jitter_ab_us=None, jitter_ba_us=None,
            capacity_bps=None,
        )
        for link in topology.links
    )  # fmt: skip
    fabrics = (
        replace(
            fabric,
            members=tuple(
                replace(member, loss_ppb=None, jitter_us=None, capacity_bps=None)
                for member in fabric.members
            ),
        )
        for fabric in topology.fabrics
    )
    return replace(topology, links=tuple(links), fabrics=tuple(fabrics))
