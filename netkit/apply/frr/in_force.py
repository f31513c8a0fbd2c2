"""Is a statement of FRR in force? What zebra shows of it, and what the kernel has.

Accepted is not installed: staticd forgets static SIDs when routes change (FRRouting/frr#18822), and
a SID whose behaviour the kernel refuses is in the configuration all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Any

from netkit.apply.frr.statements import LOCATOR, ROUTE, SID, SOURCE
from netkit.apply.objects import FrrStatement, Route, Seg6, Seg6Local
from netkit.emit.frr.routes import SegmentRoute
from netkit.emit.frr.statements import static_route, static_sid
from netkit.model.router_state import EndpointBehavior, Flavor

_ACTIONS = {
    EndpointBehavior.END: "End", EndpointBehavior.END_X: "End.X",
    EndpointBehavior.END_DT6: "End.DT6", EndpointBehavior.END_DT46: "End.DT46",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What is there: routes that zebra shows, by VRF (None for the default one) and prefix,
    prefixes of its locators that are up by their names, and the kernel's routes and source."""

    zebra: Mapping[tuple[str | None, str], Sequence[Mapping[str, Any]]]
    locators: Mapping[str, str]
    kernel: Sequence[Route]
    source: IPv6Address | None


def in_force(one: FrrStatement, shown: Shown) -> bool:
    """Does the router do what the statement says? A place in IS-IS is taken at its word."""
    words = one.words.split()
    if one.rank == SOURCE:
        return shown.source == IPv6Address(words[1])
    if one.rank == LOCATOR:
        return shown.locators.get(words[1]) == one.body[0].split()[1]
    if one.rank == SID:
        return _sid_in_force(words, shown)
    if one.rank == ROUTE:
        vrf = one.nodes[0].split()[1] if one.nodes else None
        route = static_route(words, vrf)
        return route is not None and _route_in_force(route, shown)
    return True


def _sid_in_force(words: list[str], shown: Shown) -> bool:
    sid = static_sid(words)
    if sid is None:
        return False
    action = _ACTIONS[sid.behavior]
    zebra = any(
        hop.get("seg6local", {}).get("action") == action
        for entry in shown.zebra.get((None, str(sid.prefix)), ()) if entry.get("installed")
        for hop in entry["nexthops"]
    )  # fmt: skip
    flavors = {"next-csid"} if Flavor.NEXT_CSID in sid.flavors else set()
    kernel = any(
        isinstance(route.encap, Seg6Local)
        and (route.encap.action, set(route.encap.flavors)) == (action, flavors)
        and (not flavors or _shifts(route.encap) == sid.prefix.prefixlen)
        for route in shown.kernel if route.prefix == sid.prefix
    )  # fmt: skip
    return zebra and kernel


def _shifts(encap: Seg6Local) -> int:
    """Up to which bit of an address a uSID takes its own out of the container: to its end, or what
    is left of it leads astray (RFC 9800 §4.1)."""
    return (encap.block_bits or 0) + (encap.node_function_bits or 0)


def _route_in_force(route: SegmentRoute, shown: Shown) -> bool:
    """zebra has it; and the one that zebra has chosen for the prefix is netkit's, in the kernel."""
    entries = shown.zebra.get((route.vrf, str(route.prefix)), ())
    ours = [one for one in entries if route.segments in _segments(one)]
    if not any(one.get("distance") == route.distance for one in ours):
        return False
    best = next((one for one in entries if one.get("selected")), {})
    if best.get("distance") != route.distance:
        # A backup waits behind a better one, which has segments too.
        return best.get("distance", 256) < route.distance and any(_segments(best))
    return bool(best.get("installed")) and any(
        isinstance(one.encap, Seg6) and one.encap.segments == route.segments
        for one in shown.kernel if one.prefix == route.prefix
    )  # fmt: skip


def _segments(entry: Mapping[str, Any]) -> Iterator[tuple[IPv6Address, ...]]:
    """Of each next hop: a list, or in ``segs`` a single one or those between blanks or slashes."""
    for hop in entry.get("nexthops", ()):
        said = hop.get("seg6")
        said = said.get("segs") if isinstance(said, dict) else said
        if said:
            words = said.replace("/", " ").split() if isinstance(said, str) else said
            yield tuple(IPv6Address(one) for one in words)
