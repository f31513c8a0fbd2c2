"""A router's state as a tree of the statements of SR OS, from which both files are printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Network

from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.common.usid import NEXT
from netkit.emit.sros.project_policies import function_of_bound, is_usid_entry
from netkit.emit.sros.project_sids import SRH_MODES, function_of, usid_node
from netkit.emit.sros.render_edge import filters, ports, reflectors
from netkit.emit.sros.schema import BASE
from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)

ENABLE = ("admin-state", "enable")
"""Everything is disabled by default: policies, lists, locators, blocks, the reflector."""


def statements(state: RouterState) -> list[Statement]:
    """The statements of a state that SR OS can be told in full, under one ``configure``."""
    routing = some("segment-routing", [_srv6(state), _policies(state)])
    return _configured(state.edge, [routing, reflectors(state.reflectors)])


def without_edge(top: list[Statement], edge: EdgeFilter | None) -> list[Statement]:
    """The same statements without those of the edge filter."""
    base = None if edge is None else top[0].inside[-1]
    if base is None:
        return top
    inside = base.inside if base.name == "router" else []
    return _configured(None, [one for one in inside if one.name != "interface"])


def _configured(edge: EdgeFilter | None, inside: Iterable[Statement | None]) -> list[Statement]:
    base = some("router", [*ports(edge), *inside])
    if base is not None:
        base.value = BASE
    top = some("configure", [filters(edge), base])
    return [] if top is None else [top]


def block_name(prefix: IPv6Network) -> str:
    """The name of a block of uSIDs, by the number of the block."""
    return f"block-{int(prefix.network_address) >> 96:08x}"


def _srv6(state: RouterState) -> Statement | None:
    classic = [one for one in state.locators if not one.usid]
    micro = [one for one in state.locators if one.usid]
    functions = [
        Statement("locator", one.name, [Statement("function", inside=found)])
        for one in classic
        if (found := list(_functions(one, state)))
    ]
    return some("segment-routing-v6", [
        leaf("source-address", state.source),
        *(_locator(one, state) for one in classic),
        _micro_segment(micro),
        *(_micro_locator(one, state) for one in micro),
        some("base-routing-instance", functions),
    ])  # fmt: skip


def _locator(one: LocatorState, state: RouterState) -> Statement:
    parts = one.structure
    used = [function_of(sid, one) for sid in state.sids]
    used += [function_of_bound(policy.binding_sid, [one]) for policy in state.policies
             if policy.binding_sid is not None]  # fmt: skip
    # Values of static functions lie below this number, so it is as large as the largest of them.
    most = max((value for value in used if value is not None), default=None)
    inside = [
        Statement(*ENABLE),
        Statement("block-length", str(parts.block_bits)),
        Statement("function-length", str(parts.function_bits)),
        leaf("argument-length", parts.argument_bits or None),
        leaf("algorithm", one.algorithm or None),
        Statement("prefix", inside=[Statement("ip-prefix", str(one.prefix))]),
        some("static-function", [leaf("max-entries", most)]),
    ]
    return Statement("locator", one.name, [each for each in inside if each is not None])


def _functions(locator: LocatorState, state: RouterState) -> Iterator[Statement]:
    for sid in state.sids:
        value = function_of(sid, locator)
        if value is not None:
            yield _function(sid, str(value))


def _function(sid: LocalSid, value: str) -> Statement:
    if sid.behavior is EndpointBehavior.END:
        return Statement("end", value, [_srh_mode(sid)])
    if sid.behavior is EndpointBehavior.END_X:
        # Protected, a packet would leave the certified path on the way round a failed link.
        ways = [Statement("protection", "unprotected"), leaf("interface-name", sid.interface)]
        inside = [_srh_mode(sid), *(one for one in ways if one is not None)]
        return Statement("end-x", value, inside)
    name = "end-dt6" if sid.behavior is EndpointBehavior.END_DT6 else "end-dt46"
    return Statement(name, inside=[Statement("value", value)])


def _srh_mode(sid: LocalSid) -> Statement:
    return Statement("srh-mode", SRH_MODES[sid.flavors - NEXT])


def _micro_segment(locators: list[LocatorState]) -> Statement | None:
    blocks = sorted({one.prefix.supernet(new_prefix=32) for one in locators})
    found = [
        Statement("block", block_name(one), [
            Statement(*ENABLE),
            Statement("prefix", inside=[Statement("ip-prefix", str(one))]),
        ])
        for one in blocks
    ]  # fmt: skip
    if not found:
        return None
    return Statement("micro-segment", inside=[Statement("block-length", "32"), *found])


def _micro_locator(one: LocatorState, state: RouterState) -> Statement:
    node = usid_node(one, state.sids)
    if node is None:
        raise ValueError(f"locator {one.name} has no uN: project the state first")
    number = int(one.prefix.network_address) >> 80 & 0xFFFF
    inside = [
        Statement(*ENABLE),
        leaf("algorithm", one.algorithm or None),
        Statement("block", block_name(one.prefix)),
        Statement("un", inside=[_srh_mode(node), Statement("value", str(number))]),
    ]
    return Statement("micro-segment-locator", one.name, [x for x in inside if x is not None])


def _policies(state: RouterState) -> Statement | None:
    found = [
        _static_policy(policy, path, state)
        for policy in state.policies
        for path in policy.candidate_paths
    ]
    if not found:
        return None
    # By default one list of a candidate path forwards, however many there are.
    most = max(len(path.lists) for one in state.policies for path in one.candidate_paths)
    ecmp = leaf("ecmp", most if most > 1 else None)
    return some("sr-policies", [Statement(*ENABLE), ecmp, *found])


def _static_policy(policy: PolicyState, path: CandidatePathState, state: RouterState) -> Statement:
    if path.name is None:
        raise ValueError("a candidate path has no name: project the state first")
    return Statement("static-policy", path.name, [
        Statement(*ENABLE),
        Statement("color", str(policy.color)),
        Statement("endpoint", str(policy.endpoint)),
        Statement("head-end", "local"),
        Statement("preference", str(path.preference)),
        Statement("distinguisher", str(path.preference)),
        Statement("type", "srv6"),
        Statement("segment-routing-v6", inside=list(_binding(policy, state))),
        *(_segment_list(number, one) for number, one in enumerate(path.lists, start=1)),
    ])  # fmt: skip


def _binding(policy: PolicyState, state: RouterState) -> Iterator[Statement]:
    for one in state.locators:
        bound = policy.binding_sid
        value = None if bound is None else function_of_bound(bound, [one])
        if value is not None:
            yield Statement("binding-sid", "1", [
                Statement("locator", inside=[
                    Statement("locator-name", one.name),
                    Statement("function", "end-b6-encaps-red"),
                    Statement("function-value", str(value)),
                ]),
            ])  # fmt: skip


def _segment_list(number: int, one: WeightedList) -> Statement:
    return Statement("segment-list", str(number), [
        Statement(*ENABLE),
        Statement("weight", str(one.weight)),
        *(_segment(place, segment) for place, segment in enumerate(one.segments, start=1)),
    ])  # fmt: skip


def _segment(number: int, one: SegmentState) -> Statement:
    inside = [Statement("srv6-sid", str(one.sid))]
    if is_usid_entry(one) and one.structure is not None:
        word = "end-next-csid" if one.behavior is EndpointBehavior.END else "end-x-next-csid"
        inside.append(Statement("behavior-and-structure", inside=[
            Statement("behavior", word),
            Statement("block-length", str(one.structure.block_bits)),
            Statement("node-length", str(one.structure.node_bits)),
            Statement("function-length", str(one.structure.function_bits)),
        ]))  # fmt: skip
    return Statement("segment", str(number), inside)
