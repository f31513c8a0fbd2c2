"""States as commands of FRR, in the order in which ``vtysh -f`` has to meet them.

Static SIDs stand behind the static routes: staticd of 10.3 and 10.4 takes all static SIDs away when
a route is stated again (FRRouting/frr#18822), and a file that is loaded twice does that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from netkit.emit.common.comments import comments
from netkit.emit.common.sids import home
from netkit.emit.dialect import Carried
from netkit.emit.frr.grammar import Grammar
from netkit.emit.frr.project import DEFAULT_VRF
from netkit.emit.frr.routes import SegmentRoute, routes_of
from netkit.model.router_state import EndpointBehavior, LocalSid, LocatorState, RouterState

SID_DEVICE = "sr0"
"""The interface that SIDs and routes into policies hang on; staticd looks for it by this name
(``DEFAULT_SRV6_IFNAME``)."""

ISIS_INSTANCE = "1"
"""The instance of IS-IS that carries the locator."""

BEHAVIORS = {
    EndpointBehavior.END: "uN",
    EndpointBehavior.END_X: "uA",
    EndpointBehavior.END_DT6: "uDT6",
    EndpointBehavior.END_DT46: "uDT46",
}


def render(carried: Carried, grammar: Grammar) -> str:
    """The file of a router. The same state gives the same bytes."""
    state = carried.state
    routes = list(routes_of(state.policies))
    lines = [
        *_title(carried, grammar, routes),
        *_locators(state),
        *_routes(routes, grammar),
        *_static_sids(state),
        *_isis(state.locators),
    ]
    return "\n".join(lines) + "\n"


def _title(carried: Carried, grammar: Grammar, routes: list[SegmentRoute]) -> Iterator[str]:
    state = carried.state
    title, *left_out = comments(carried, f"SRv6 of netkit, FRR {grammar}; load with: vtysh -f FILE")
    yield f"! {title}"
    if state.sids or routes:
        yield f"! Wants the interface {SID_DEVICE}: ip link add {SID_DEVICE} type dummy"
    vrfs = {sid.vrf for sid in state.sids} | {route.vrf for route in routes}
    for vrf in sorted(one for one in vrfs if one is not None):
        yield f"! Wants the VRF device {vrf}: without it its SIDs and routes do nothing"
    yield from (f"! {one}" for one in left_out)


def _locators(state: RouterState) -> Iterator[str]:
    if state.source is None and not state.locators:
        return
    yield from ("segment-routing", " srv6")
    if state.source is not None:
        yield from ("  encapsulation", f"   source-address {state.source}", "  exit")
    if state.locators:
        yield "  locators"
        for one in state.locators:
            yield from (f"   {line}" for line in locator_lines(one))
        yield "  exit"
    yield from (" exit", "exit")


def locator_lines(one: LocatorState) -> Iterator[str]:
    """A locator and its view. Without a ``format`` zebra takes any function for a static SID, not
    those of its explicit range alone."""
    parts = one.structure
    yield f"locator {one.name}"
    yield (
        f" prefix {one.prefix} block-len {parts.block_bits} node-len {parts.node_bits}"
        f" func-bits {parts.function_bits}"
    )
    if one.usid:
        yield " behavior usid"
    yield "exit"


def _routes(routes: Iterable[SegmentRoute], grammar: Grammar) -> Iterator[str]:
    for vrf, own in groupby(routes, key=lambda route: route.vrf):
        if vrf is None:
            yield from (route_words(route, grammar) for route in own)
        else:
            yield f"vrf {vrf}"
            yield from (f" {route_words(route, grammar)}" for route in own)
            yield "exit-vrf"


def route_words(route: SegmentRoute, grammar: Grammar) -> str:
    """A static route with segments."""
    version = route.prefix.version
    words = ["ip" if version == 4 else "ipv6", "route", str(route.prefix), *_next_hop(route)]
    words += ["tag", str(route.color)]
    words += [] if route.distance == 1 else [str(route.distance)]
    words += ["segments", "/".join(str(sid) for sid in route.segments)]
    words += ["encap-behavior", "H_Encaps_Red"] if grammar.reduced else []
    words += [] if route.vrf is None else ["nexthop-vrf", DEFAULT_VRF]
    return " ".join(words)


def _next_hop(route: SegmentRoute) -> tuple[str, ...]:
    """A route is known by its next hop: with the same one, a second distance replaces the first.
    No packet goes to the address: what is encapsulated is looked up anew."""
    if route.distance == 1:
        return (SID_DEVICE,)
    if route.prefix.version == 4:
        return (f"169.254.0.{route.distance}", SID_DEVICE, "onlink")
    return (f"fe80::{route.distance:x}", SID_DEVICE)


def _static_sids(state: RouterState) -> Iterator[str]:
    if not state.sids:
        return
    yield from ("segment-routing", " srv6", "  static-sids")
    for sid in state.sids:
        locator = home(sid.sid, state.locators)
        yield f"   {sid_words(sid, '' if locator is None else locator.name)}"
    yield from ("  exit", " exit", "exit")


def sid_words(sid: LocalSid, locator: str) -> str:
    """A static SID of the locator so named."""
    words = ["sid", str(sid.prefix), "locator", locator, "behavior", BEHAVIORS[sid.behavior]]
    if sid.behavior is EndpointBehavior.END_X:
        words += ["interface", str(sid.interface)]
        words += [] if sid.next_hop is None else ["nexthop", str(sid.next_hop)]
    elif sid.behavior is not EndpointBehavior.END:
        words += ["vrf", sid.vrf or DEFAULT_VRF]
    return " ".join(words)


def _isis(locators: tuple[LocatorState, ...]) -> Iterator[str]:
    """IS-IS takes one locator an instance (RFC 9352)."""
    if not locators:
        return
    yield f"router isis {ISIS_INSTANCE}"
    yield from (" segment-routing srv6", f"  locator {locators[0].name}", " exit", "exit")
