"""A state that Junos can say, as the tree that its text and its XML spell."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv6Network

from netkit.emit.common.sids import home
from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.junos.edge import filters
from netkit.emit.junos.project import SERVICES
from netkit.emit.junos.segments import is_micro
from netkit.model.router_state import (
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

LEVEL = 2
"""The IS-IS level of adjacency SIDs: netkit's networks are one flat level, which is this one in
carriers' backbones. Read back is either."""

MAX_DEPTH = 6
"""Of segment lists; Junos refuses more, and may have less as its default."""

YANG = "http://yang.juniper.net/junos/conf"


def configuration(state: RouterState) -> list[Statement]:
    """The top-level statements: ``firewall``, ``routing-options``, ``protocols``, as far as there
    are any."""
    tops = (
        None if state.edge is None else Statement("firewall", inside=filters(state.edge)),
        some("routing-options", [_source_packet_routing(state)]),
        some("protocols", [*_isis(state), *_bgp(state), *_traffic_engineering(state)]),
    )
    found = [one for one in tops if one is not None]
    for one in found:
        one.namespace = f"{YANG}/{one.name}"
    return found


def _source_packet_routing(state: RouterState) -> Statement | None:
    locators = [_locator(one, state) for one in state.locators]
    srv6 = some("srv6", [*_blocks(state), *locators])
    return some("source-packet-routing", [srv6])


def _blocks(state: RouterState) -> Iterator[Statement]:
    for block in sorted({_block(one) for one in state.locators if one.usid}):
        yield _entry("block", _block_name(block), Statement("address", str(block)))


def _block(locator: LocatorState) -> IPv6Network:
    return locator.prefix.supernet(new_prefix=locator.structure.block_bits)


def _block_name(block: IPv6Network) -> str:
    """The name of a block of uSIDs: the digits that its prefix has.

    >>> _block_name(IPv6Network("5f00::/32"))
    'block-5f000000'
    """
    digits = block.network_address.exploded.replace(":", "")
    return f"block-{digits[: -(-block.prefixlen // 4)]}"


def _locator(one: LocatorState, state: RouterState) -> Statement:
    algorithm = leaf("algorithm", one.algorithm or None)
    address = Statement("address", str(one.prefix))
    if one.usid:
        block = Statement("block-name", _block_name(_block(one)))
        micro = Statement("micro-sid", inside=[block, *_micro_flavors(one, state)])
        return _entry("locator", one.name, algorithm, address, micro)
    lengths = (
        leaf("block-length", one.structure.block_bits),
        leaf("function-length", one.structure.function_bits),
    )
    return _entry("locator", one.name, algorithm, address, *lengths)


def _micro_flavors(locator: LocatorState, state: RouterState) -> Iterator[Statement]:
    """What is not said would be PSP and USD."""
    for sid in _ends(locator, state):
        words = [flavor.lower() for flavor in sorted(sid.flavors - {Flavor.NEXT_CSID})]
        yield Statement("flavor", inside=[Statement(word) for word in words or ["none"]])


def _ends(locator: LocatorState, state: RouterState) -> list[LocalSid]:
    return [sid for sid in _own(locator, state) if sid.behavior is EndpointBehavior.END]


def _own(locator: LocatorState, state: RouterState) -> list[LocalSid]:
    return [sid for sid in state.sids if home(sid.sid, state.locators) == locator]


def _isis(state: RouterState) -> Iterator[Statement]:
    interfaces = [_interface(name, state) for name in _interfaces(state)]
    locators = some("srv6", [_isis_locator(one, state) for one in state.locators])
    isis = some("isis", [*interfaces, some("source-packet-routing", [locators])])
    if isis is not None:
        yield isis


def _isis_locator(locator: LocatorState, state: RouterState) -> Statement:
    ends = _ends(locator, state)
    if locator.usid:
        return _entry("locator", locator.name, *(Statement("micro-node-sid") for _ in ends[:1]))
    return _entry("locator", locator.name, *(_flavored("end-sid", sid) for sid in ends))


def _flavored(name: str, sid: LocalSid) -> Statement:
    flavors = [Statement(flavor.lower()) for flavor in sorted(sid.flavors)]
    return _entry(name, str(sid.sid), some("flavor", flavors))


def _adjacencies(state: RouterState) -> list[LocalSid]:
    return [sid for sid in state.sids if sid.behavior is EndpointBehavior.END_X]


def _interfaces(state: RouterState) -> list[str]:
    return sorted({sid.interface or "" for sid in _adjacencies(state)})


def _interface(name: str, state: RouterState) -> Statement:
    locators = []
    for locator in state.locators:
        sids = [
            _flavored("end-x-sid", sid)
            for sid in _own(locator, state)
            if sid.behavior is EndpointBehavior.END_X and sid.interface == name
        ]
        if sids:
            locators.append(_entry("locator", locator.name, *sids))
    segment = Statement("srv6-adjacency-segment", inside=[Statement("unprotected", None, locators)])
    return _entry("interface", name, _entry("level", str(LEVEL), segment))


def _bgp(state: RouterState) -> Iterator[Statement]:
    locators = []
    for locator in state.locators:
        sids = [
            Statement(SERVICES[sid.behavior], inside=[Statement("sid", str(sid.sid))])
            for sid in _own(locator, state)
            if sid.behavior in SERVICES
        ]
        if sids:
            locators.append(_entry("locator", locator.name, *sids))
    bgp = some("bgp", [some("source-packet-routing", [some("srv6", locators)])])
    if bgp is not None:
        yield bgp


def _traffic_engineering(state: RouterState) -> Iterator[Statement]:
    if not state.policies:
        return
    lists: dict[str, WeightedList] = {
        one.name or "": one
        for policy in state.policies
        for path in policy.candidate_paths
        for one in path.lists
    }
    yield Statement(
        "source-packet-routing",
        inside=[
            Statement("maximum-srv6-te-segment-list-depth", str(MAX_DEPTH)),
            *(_segment_list(name, one) for name, one in lists.items()),
            Statement("srv6"),
            *(_policy(policy, state) for policy in state.policies),
        ],
    )


def _segment_list(name: str, one: WeightedList) -> Statement:
    micro = is_micro(one.segments)
    hops = [_hop(place, segment, micro) for place, segment in enumerate(one.segments, start=1)]
    return _entry("segment-list", name, Statement("srv6"), *hops)


def _hop(place: int, segment: SegmentState, micro: bool) -> Statement:
    sid = Statement("micro-sid" if micro else "srv6-sid", str(segment.sid))
    say = Statement("micro-srv6-sid", inside=[sid]) if micro else sid
    return _entry("hop-list", f"hop-{place}", say)


def _policy(policy: PolicyState, state: RouterState) -> Statement:
    paths = policy.candidate_paths
    sets = [
        _entry(word, one.name or "", _weight(one, len(path.lists)))
        for word, path in zip(("primary", "secondary"), paths, strict=False)
        for one in path.lists
    ]
    return _entry(
        "source-routing-path",
        policy.name or "",
        Statement("srv6"),
        leaf("to", policy.endpoint),
        leaf("from", state.source),
        leaf("color", policy.color),
        leaf("sr-preference", paths[0].preference if paths else None),
        *sets,
    )


def _weight(one: WeightedList, lists: int) -> Statement | None:
    return leaf("weight", one.weight if lists > 1 or one.weight != 1 else None)


def _entry(name: str, key: str, *inside: Statement | None) -> Statement:
    """An entry of a list, by its key."""
    rest = [one for one in inside if one is not None]
    return Statement(name, None, [Statement("name", key), *rest])
