"""States as trees of the models; keys of lists stand first, in their order (RFC 7950 §7.8.5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address

from netkit.emit.common.sids import home
from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.ietf import words
from netkit.emit.ietf.project import function_of
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    StampReflector,
    WeightedList,
)

_INDEX_STEP = 10


def trees(state: RouterState) -> list[Statement]:
    """What stands at the top of a configuration."""
    routing = some("routing", (_srv6(state), _policies(state)))
    if routing is not None:
        routing.namespace = words.ROUTING
    return [one for one in (routing, _stamp(state.reflectors)) if one is not None]


def _of(module: str, one: Statement | None) -> Statement | None:
    if one is not None:
        one.namespace = module
    return one


def _entry(name: str, *inside: Statement | None) -> Statement:
    return Statement(name, inside=[one for one in inside if one is not None])


def _srv6(state: RouterState) -> Statement | None:
    if state.source is None and not state.locators:
        return None
    own = _entry(
        "srv6",
        leaf("enable", "true"),
        some("encapsulation", (leaf("source-address", state.source),)),
        some("locators", (_locator(one, state) for one in state.locators)),
    )
    return _of(words.SEGMENT_ROUTING, _entry("segment-routing", _of(words.SRV6_BASE, own)))


def _locator(one: LocatorState, state: RouterState) -> Statement:
    sids = [sid for sid in state.sids if home(sid.sid, state.locators) == one]
    return _entry(
        "locator",
        leaf("name", one.name),
        leaf("enable", "true"),
        leaf("format", words.format_of(one.structure, usid=one.usid)),
        _entry(
            "prefix",
            leaf("address", one.prefix.network_address),
            leaf("length", one.prefix.prefixlen),
        ),
        leaf("algorithm", one.algorithm or None),
        _node_sid(sids),
        _of(words.SRV6_STATIC, some("static", (some("sids", _static_sids(sids, one)),))),
    )


def _node_sid(sids: Iterable[LocalSid]) -> Statement:
    """The uN of a locator is the locator, given out by itself; other node SIDs are static."""
    for sid in sids:
        if Flavor.NEXT_CSID in sid.flavors:
            behavior = leaf("behavior", words.identity_of(sid.behavior, sid.flavors))
            return _entry("node-sid-auto-allocation", behavior)
    return _entry("node-sid-auto-allocation", leaf("disable", "true"))


def _static_sids(sids: Iterable[LocalSid], locator: LocatorState) -> Iterator[Statement]:
    for sid in sids:
        if Flavor.NEXT_CSID not in sid.flavors:
            identity = words.identity_of(sid.behavior, sid.flavors) or ""
            yield _entry(
                "sid",
                leaf("function", function_of(sid.prefix, locator)),
                leaf("end-behavior-type", identity),
                _adjacency(sid, identity),
            )


def _adjacency(sid: LocalSid, identity: str) -> Statement | None:
    """The container of an End.X is named after its identity: ``end-x_psp`` of ``End.X_PSP``."""
    if sid.behavior is not EndpointBehavior.END_X:
        return None
    name = identity.rpartition(":")[2].lower().replace(".", "-")
    path = _entry("path", leaf("path-index", 1), leaf("next-hop", sid.next_hop))
    return _entry(name, _entry("paths", path))


def _policies(state: RouterState) -> Statement | None:
    if not state.policies:
        return None
    lists = {
        one.name: one
        for policy in state.policies
        for path in policy.candidate_paths
        for one in path.lists
    }
    engineering = _entry(
        "traffic-engineering",
        _entry("attributes", some("segment-lists", (_list(one) for one in lists.values()))),
        some("policies", (_policy(one, state) for one in state.policies)),
    )
    return _of(words.SR_POLICY, _entry("segment-routing", engineering))


def _list(one: WeightedList) -> Statement:
    segments = enumerate(one.segments, start=1)
    return _entry(
        "segment-list",
        leaf("name", one.name),
        some("segments", (_segment(place * _INDEX_STEP, segment) for place, segment in segments)),
    )


def _segment(index: int, segment: SegmentState) -> Statement:
    behavior = segment.behavior and words.identity_of(segment.behavior, segment.flavors)
    value = _entry(
        "Type-B",
        leaf("value", f"{segment.sid}/128"),
        leaf("sid-behavior", behavior),
        _structure(segment.structure),
    )
    kind = leaf("type", words.SEGMENT_TYPE)
    return _entry("segment", leaf("index", index), kind, _entry("srv6", value))


def _structure(parts: SidStructure | None) -> Statement | None:
    if parts is None:
        return None
    return _entry(
        "sid-structure",
        leaf("locator-block-length", parts.block_bits),
        leaf("locator-node-length", parts.node_bits),
        leaf("function-length", parts.function_bits),
        leaf("argument-length", parts.argument_bits),
    )


def _policy(one: PolicyState, state: RouterState) -> Statement:
    return _entry(
        "policy",
        leaf("headend", state.source),
        leaf("color", one.color),
        leaf("endpoint", one.endpoint),
        leaf("name", one.name),
        _binding_sid(one.binding_sid),
        some("candidate-paths", (_path(path) for path in one.candidate_paths)),
    )


def _binding_sid(sid: IPv6Address | None) -> Statement | None:
    if sid is None:
        return None
    entry = _entry(
        "srv6-sid",
        leaf("index", 1),
        leaf("value", f"{sid}/128"),
        leaf("sid-behavior", words.BINDING_BEHAVIOR),
    )
    return _entry("binding-sid", _entry("srv6-sids", entry))


def _path(path: CandidatePathState) -> Statement:
    """One that is configured at the headend has no originator (RFC 9256 §2.4)."""
    return _entry(
        "candidate-path",
        leaf("protocol-origin", words.LOCAL_ORIGIN),
        leaf("originator-asn", 0),
        leaf("originator-node-address", "::"),
        leaf("discriminator", path.preference),
        leaf("preference", path.preference),
        leaf("name", path.name),
        some("segment-lists", (
            _entry("segment-list", leaf("name-ref", one.name), leaf("weight", one.weight))
            for one in path.lists
        )),
    )  # fmt: skip


def _stamp(reflectors: Iterable[StampReflector]) -> Statement | None:
    sessions = [
        (one, sender) for one in reflectors for sender in (one.senders or (None,))
    ]  # fmt: skip
    if not sessions:
        return None
    numbered = enumerate(sessions, start=1)
    own = [_session(index, one, sender) for index, (one, sender) in numbered]
    reflector = _entry("stamp-session-reflector", leaf("reflector-enable", "true"), *own)
    return _of(words.STAMP, _entry("stamp", reflector))


def _session(index: int, one: StampReflector, sender: IPv6Address | None) -> Statement:
    return _entry(
        "reflector-test-session",
        leaf("session-index", index),
        leaf("sender-ip", sender or "any"),
        leaf("reflector-ip", one.address),
        leaf("reflector-udp-port", one.port),
    )
