"""Whether IS-IS has converged, from what its daemons say: polled, never slept for.

It has when every adjacency that there can be is up, all routers that reach each other hold the same
LSPs, and no route table has changed for some seconds. What the planner expects plays no part: that
is compared later.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from netkit.lab.blueprint import Blueprint
from netkit.lab.igp.frr.config import igp_ports, rounds

QUIET_S = 2.0
"""So long nothing may change; SPF waits at most one second (``spf-interval 1``)."""

_LSP = re.compile(r"^(\S+)\s+(?:\*\s+)?\d+\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)\s", re.MULTILINE)
_UP = re.compile(r"\sUp\s")
_FIRST = ".00-00"
"""How the id of a router's own first LSP ends. What is before it tells no router from another: FRR
prints 14 characters of a name (``lspid_print`` in ``isisd/isis_lsp.c``)."""

Lsps = tuple[tuple[str, str, str], ...]
"""Id, sequence number and checksum of every LSP of a router's database, sorted."""


@dataclass(frozen=True, slots=True)
class RouterState:
    """What one router says: adjacencies that are up, its database, how many routes of IS-IS."""

    up: int
    lsps: Lsps
    routes: int


def adjacencies_up(neighbours: str) -> int:
    """Of ``show isis neighbor``, how many are up.

    >>> adjacencies_up(" r2      ge0   2  Up     2     2020.2020.2020")
    1
    """
    return len(_UP.findall(neighbours))


def lsps_of(database: str) -> Lsps:
    """Of ``show isis database``.

    >>> lsps_of("r1.00-00   *    123   0x00000003  0xbdd3    1100    0/0/0")
    (('r1.00-00', '0x00000003', '0xbdd3'),)
    """
    return tuple(sorted(_LSP.findall(database)))


def components(blueprint: Blueprint, dark: Collection[str] = ()) -> list[frozenset[str]]:
    """The routers that reach each other over links of the IGP that are not ``dark``."""
    topology = blueprint.topology
    beside: dict[str, set[str]] = {name: {name} for name in blueprint.routers}
    for name in blueprint.routers:
        for port, _ in igp_ports(blueprint, name):
            link = topology.link[port.link_id or ""]
            if link.id in dark:
                continue
            whole = beside[link.a] | beside[link.b]
            for member in whole:
                beside[member] = whole
    return list({frozenset(whole) for whole in beside.values()})


def lacking(
    blueprint: Blueprint,
    states: Mapping[str, RouterState],
    number: int | None = None,
    dark: Collection[str] = (),
) -> list[str]:
    """What keeps it from having converged, a sentence each; empty if nothing does. With a
    ``number`` only adjacencies count, those of the rounds before it; over ``dark`` links there can
    be none."""
    round_of = rounds(blueprint)
    found = []
    for name in blueprint.routers:
        links = [port.link_id or "" for port, _ in igp_ports(blueprint, name)]
        places = [round_of[link] for link in links if link not in dark]
        wanted = sum(number is None or place < number for place in places)
        if states[name].up != wanted:
            found.append(f"{name} has {states[name].up} of {wanted} adjacencies")
    for group in components(blueprint, dark) if number is None else ():
        if len({states[name].lsps for name in group}) > 1:
            found.append(f"{len(group)} routers hold different databases")
        elif sum(lsp.endswith(_FIRST) for lsp, _, _ in states[min(group)].lsps) < len(group):
            found.append(f"LSPs of {len(group)} routers are not all there")
    return found
