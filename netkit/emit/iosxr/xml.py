"""The NETCONF XML of IOS XR, by release: segment routing in the native models, access lists and
performance measurement in the unified ones."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.comments import comments
from netkit.emit.common.sids import home
from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.common.xml import xml_text
from netkit.emit.dialect import Carried
from netkit.emit.iosxr.edge import STEP
from netkit.emit.iosxr.limits import Release
from netkit.emit.iosxr.project_sids import STATIC_UAS, UNODES
from netkit.emit.iosxr.render import lists_by_name, policy_locator
from netkit.emit.iosxr.xml_edge import edge_statements, responder
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    WeightedList,
)

MODELS = "http://cisco.com/ns/yang/Cisco-IOS-XR-"
WHAT = (
    "SRv6 for Cisco IOS XR. It adds, and removes nothing: edit-config into the candidate, default"
    " operation merge, then commit"
)


def document(carried: Carried, known: Release) -> str:
    """The file: what is left out as comments, then one ``<config>``."""
    return xml_text(statements(carried.state, known), comments(carried, WHAT))


def statements(state: RouterState, known: Release) -> list[Statement]:
    """The elements of a state, in the models of a release."""
    srv6, engine = _srv6(state, known), _engine(state, known)
    found = [] if state.edge is None else list(edge_statements(state.edge))
    found.extend(responder(one) for one in state.reflectors)
    routing = some("sr", [srv6, engine])
    if routing is None:
        return found
    routing.namespace = MODELS + "segment-routing-ms-cfg"
    routing.inside.insert(0, Statement("enable"))
    return [routing, *found]


def _srv6(state: RouterState, known: Release) -> Statement | None:
    source = leaf("source-address", state.source)
    if source is not None and known.source_container:
        address = Statement("address", source.value)
        inside = [Statement("option", "explicit-address"), address]
        source = Statement("source-address", inside=inside)
    locators = [_locator(one, state) for one in state.locators]
    found = some("srv6", [
        some("encapsulation", [source]),
        some("locators", [some("locators", locators)]),
        some("static", [some("endpoints", _endpoints(state, known))]),
    ])  # fmt: skip
    if found is not None:
        found.namespace = MODELS + "segment-routing-srv6-cfg"
        found.inside.insert(0, Statement("enable"))
    return found


def _locator(one: LocatorState, state: RouterState) -> Statement:
    node = next(sid for sid in state.sids if sid.prefix == one.prefix)
    behavior = Statement("behavior", f"unode-{UNODES[node.flavors]}")
    inside = [
        Statement("name", one.name),
        Statement("locator-enable"),
        Statement("micro-segment", inside=[behavior]),
        Statement("prefix", inside=[
            Statement("prefix", str(one.prefix.network_address)),
            Statement("prefix-length", str(one.prefix.prefixlen)),
        ]),
    ]  # fmt: skip
    if one.algorithm:
        inside.append(Statement("algorithm", str(one.algorithm)))
    return Statement("locator", inside=inside)


def _endpoints(state: RouterState, known: Release) -> Iterator[Statement]:
    """Static SIDs, and the binding SIDs of policies, which are static SIDs here."""
    for sid in state.sids:
        if sid.behavior is not EndpointBehavior.END:
            yield _static(sid, state, known)
    for policy in state.policies:
        if policy.binding_sid is not None:
            key = [
                Statement("policy-color", str(policy.color)),
                Statement("policy-endpoint", str(policy.endpoint)),
            ]
            behavior, name = "ub6-psp-usd-encaps-red", "binding-sid-identification"
            yield _endpoint(str(policy.binding_sid), behavior, Statement(name, inside=key))


def _static(sid: LocalSid, state: RouterState, known: Release) -> Statement:
    if sid.behavior is EndpointBehavior.END_X:
        locator = home(sid.sid, state.locators)
        algorithm = None if locator is None else locator.algorithm or None
        # The vendor's own spelling.
        name = ("allocation-context-adjacency", "ajacency-sid-identification")
        inside = [leaf("interface-name", sid.interface), leaf("algo-id", algorithm)]
        behavior = STATIC_UAS[sid.flavors]
    else:
        name = ("allocation-context-vrf", "per-vrf-sid-identification")
        inside, behavior = [leaf("vrf-name", sid.vrf)], "udt46"
    context = Statement(
        name[known.identification], inside=[one for one in inside if one is not None]
    )
    return _endpoint(str(sid.sid), behavior, context)


def _endpoint(prefix: str, behavior: str, context: Statement) -> Statement:
    return Statement("endpoint", inside=[
        Statement("prefix", prefix),
        Statement("forwarding", inside=[Statement("forwarding-enable")]),
        context,
        Statement("behavior", behavior),
    ])  # fmt: skip


def _engine(state: RouterState, known: Release) -> Statement | None:
    if not state.policies:
        return None
    lists = [_segment_list(name, one) for name, one in lists_by_name(state).items()]
    usid = Statement("segment-lists-srv6-format-type", "micro-sid")
    locator = policy_locator(state)
    return Statement("traffic-engineering", namespace=MODELS + "infra-xtc-agent-cfg", inside=[
        Statement("enable"),
        Statement("segment-lists", inside=[
            Statement("explicit-segments", inside=lists),
            Statement("segment-lists-srv6", inside=[usid]),
        ]),
        Statement("policies", inside=[_policy(one, locator, known) for one in state.policies]),
    ])  # fmt: skip


def _segment_list(name: str, one: WeightedList) -> Statement:
    entries = [
        Statement("srv6-segment", inside=[
            Statement("index", str(place * STEP)),
            Statement("address", str(segment.sid)),
            Statement("hop-type", "srv6sid"),
        ])
        for place, segment in enumerate(one.segments, start=1)
    ]  # fmt: skip
    return Statement("explicit-segment", inside=[
        Statement("path-name", name),
        Statement("segment-list-srv6", inside=[Statement("srv6-segments", inside=entries)]),
    ])  # fmt: skip


def _policy(one: PolicyState, locator: str, known: Release) -> Statement:
    paths = [_path(path) for path in one.candidate_paths]
    return Statement("policy", inside=[
        Statement("policy-name", one.name),
        Statement("policy-color-endpoint", inside=[
            Statement("color", str(one.color)),
            Statement("end-point-type", "end-point-type-ipv6"),
            Statement("end-point-address", str(one.endpoint)),
        ]),
        Statement("candidate-paths", inside=[Statement("preferences", inside=paths)]),
        _options(one, locator, known),
    ])  # fmt: skip


def _options(one: PolicyState, locator: str, known: Release) -> Statement:
    """What makes it a policy of SRv6: its binding SID, unless a static SID is bound to it."""
    behavior = "ub6-psp-usd-encaps-reduced" if known.options else "ub6-encaps-reduced"
    dynamic = Statement("locator", inside=[
        Statement("locator-name", locator),
        Statement("binding-sid-type", "srv6-dynamic"),
        Statement("behavior", behavior),
    ])  # fmt: skip
    name = "srv6-options" if known.options else "srv6"
    inside = [Statement("enable")] if one.binding_sid else [Statement("enable"), dynamic]
    return Statement(name, inside=inside)


def _path(path: CandidatePathState) -> Statement:
    infos = [
        Statement("path-info", inside=[
            Statement("type", "explicit"),
            Statement("hop-type", "srv6"),
            Statement("segment-list-name", one.name),
            Statement("weight", str(one.weight)),
        ])
        for one in path.lists
    ]  # fmt: skip
    return Statement("preference", inside=[
        Statement("path-index", str(path.preference)),
        Statement("path-infos", inside=infos),
    ])  # fmt: skip
