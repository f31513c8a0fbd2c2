"""Which SIDs there are to steer with, where routers are known to advertise them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from netkit.planner.arrays import BoolArray
from netkit.planner.network.network import Network


def sids_lacking(network: Network) -> tuple[int, int, int, int]:
    """Routers that advertise no ``End`` of the plane, of how many; adjacencies without ``End.X``,
    of how many."""
    own = network.igp | network.steerable
    return (
        int(np.sum(network.member & ~network.has_end)),
        int(np.sum(network.member)),
        int(np.sum(own & ~network.steerable)),
        int(np.sum(own)),
    )


def states_nothing(network: Network) -> bool:
    """Whether no router states any locator or SID."""
    return not (
        any(node.locators or node.sids for node in network.nodes)
        or any(arc.sids for arc in network.arcs)
    )


def stripped(network: Network) -> Network:
    """The same network as if every router had every SID; for telling what a missing one costs."""
    arcs = tuple(replace(arc, sids=()) for arc in network.arcs)
    nodes = tuple(replace(node, sids=(), locators=()) for node in network.nodes)
    everywhere: BoolArray = network.member[network.tail] & (
        (network.igp & network.member[network.head])
        | ~np.array([arc.igp for arc in arcs], dtype=np.bool_)
    )
    return replace(network, nodes=nodes, arcs=arcs, steerable=everywhere, advertised=False)
