"""Which SIDs there are to steer with, where routers are known to advertise them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from netkit.errors import InputError, Problem
from netkit.model.network.advertised import AdvertisedSid, SidStructure
from netkit.model.network.elements import Adjacency, Node
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.srv6.segment_list import Stitch
from netkit.planner.network.network import BoolArray, Network

_F3216 = SidStructure(32, 16, 16)


def check_advertised(network: Network, options: PlanOptions) -> None:
    """Raises :class:`~netkit.errors.InputError` where the options ask for SIDs that routers would
    have to advertise and do not: binding SIDs, or uSIDs of another layout than F3216."""
    if not network.advertised:
        return
    if options.binding_sids or options.stitch is not Stitch.BORDER:
        raise InputError.single(
            "binding SIDs", value="the routers of this file advertise their SIDs, none of these",
            expected="lists that are not cut",
        )  # fmt: skip
    problems = list(_not_usids(network.nodes, network.arcs)) if options.usid else []
    if problems:
        raise InputError(problems)


def _not_usids(nodes: Sequence[Node], arcs: Sequence[Adjacency]) -> Iterator[Problem]:
    expected = "uN and uA of 32 bits block, 16 bits node, 16 bits function (RFC 9800 F3216)"
    for node in nodes:
        wrong = [one for one in node.sids if not _is_usid(one, function_bits=(0, 16))]
        if wrong or any(one.prefix.prefixlen != 48 for one in node.locators):
            value = str(wrong[0].sid if wrong else node.locators[0].prefix)
            yield Problem("usid", None, f"node {node.name}", value, expected)
    for arc in arcs:
        for one in arc.sids:
            if not _is_usid(one, function_bits=(16,)):
                yield Problem("usid", None, f"link {arc.label}", str(one.sid), expected)


def _is_usid(one: AdvertisedSid, function_bits: tuple[int, ...]) -> bool:
    parts = one.structure or _F3216
    return (
        one.next_csid
        and (parts.block_bits, parts.node_bits) == (_F3216.block_bits, _F3216.node_bits)
        and parts.function_bits in function_bits
    )


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
