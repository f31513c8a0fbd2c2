"""Routing tables as routers have them: to each destination, over which ports, how far.

Read of the kernel, which every lab has, and of zebra where IS-IS fills the tables.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Network
from typing import Any

from netkit.errors import LabError
from netkit.lab.kernel.netns import Namespace
from netkit.model.network.topology import Topology
from netkit.model.srv6.node_sids import locator


@dataclass(frozen=True, slots=True)
class RouteSeen:
    """One route: its next hops by port, and its distance where the table says it."""

    ports: frozenset[str]
    distance: int | None = None


Tables = Mapping[str, Mapping[str, RouteSeen]]
"""By router, then by destination router."""


def owners(topology: Topology) -> dict[str, str]:
    """The router whose locator of algorithm 0 a prefix is."""
    prefixes = ((locator(topology, node.name), node.name) for node in topology.active_nodes)
    return {str(prefix): name for prefix, name in prefixes if prefix is not None}


def kernel_table(namespace: Namespace, own: str, owner: Mapping[str, str]) -> dict[str, RouteSeen]:
    """What the kernel of a router forwards by.

    Raises:
        LabError: ``ip`` does not say.
    """
    command = ["ip", "-json", "-6", "route", "show", "table", "main"]
    with namespace.entered():
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabError(f"{namespace.label}: {done.stderr.strip() or 'ip failed'}")
    return dict(kernel_routes(json.loads(done.stdout), own, owner))


def kernel_routes(
    routes: Collection[Mapping[str, Any]], own: str, owner: Mapping[str, str]
) -> Iterator[tuple[str, RouteSeen]]:
    """Of ``ip -json route``: unicast routes to other routers' locators."""
    for route in routes:
        name = owner.get(str(route.get("dst")))
        hops = route.get("nexthops") or [route]
        if name is not None and name != own and route.get("type", "unicast") == "unicast":
            yield name, RouteSeen(frozenset(hop["dev"] for hop in hops if "dev" in hop))


def zebra_routes(
    routes: Mapping[str, Any], owner: Mapping[str, str]
) -> Iterator[tuple[str, RouteSeen]]:
    """Of ``show ipv6 route isis json``: to locators, with the distance that IS-IS found."""
    for prefix, found in routes.items():
        name = owner.get(str(IPv6Network(prefix)))
        chosen = [one for one in found if one.get("selected")]
        if name is not None and chosen:
            hops = chosen[0].get("nexthops", ())
            ports = frozenset(hop["interfaceName"] for hop in hops if hop.get("active"))
            yield name, RouteSeen(ports, chosen[0]["metric"])
