"""The CLI text of IOS XR: what the public samples of it confirm, word for word."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.comments import comments
from netkit.emit.common.indented import indented_lines
from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.desired.words import locator_name
from netkit.emit.dialect import Carried
from netkit.emit.iosxr.edge import STEP, Rule, access_lists, on_ports
from netkit.emit.iosxr.project import for_cli
from netkit.emit.iosxr.project_sids import UNODES
from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    LocatorState,
    PolicyState,
    RouterState,
    WeightedList,
)

WHAT = "SRv6 for Cisco IOS XR. It adds, and removes nothing: paste it in configuration mode, commit"

BINDING = "binding-sid dynamic behavior ub6-encaps-reduced"


def text(carried: Carried) -> str:
    """The file: what is left out as comments, then the configuration."""
    told = for_cli(carried)
    lines = [f"! {one}" for one in comments(told, WHAT)]
    lines.extend(indented_lines(statements(told.state)))
    return "\n".join(lines) + "\n"


def statements(state: RouterState) -> list[Statement]:
    """The statements of a state that the text says in full."""
    routing = some("segment-routing", [_srv6(state), _traffic_eng(state)])
    # Access lists first: behind a policy their first word would be looked for inside it.
    edge = () if state.edge is None else _edge(state.edge)
    return [*edge, *([] if routing is None else [routing])]


def policy_locator(state: RouterState) -> str:
    """The locator that binding SIDs are taken from: the first of algorithm 0.

    The name of one that the router has already nobody knows: that of the address plan stands for
    it.
    """
    return next((one.name for one in state.locators if one.algorithm == 0), locator_name(0))


def _srv6(state: RouterState) -> Statement | None:
    locators = [_locator(one, state) for one in state.locators]
    return some("srv6", [
        some("encapsulation", [leaf("source-address", state.source)]),
        some("locators", locators),
    ])  # fmt: skip


def _locator(one: LocatorState, state: RouterState) -> Statement:
    node = next(sid for sid in state.sids if sid.prefix == one.prefix)
    inside = [
        Statement("micro-segment", f"behavior unode {UNODES[node.flavors]}"),
        Statement("prefix", str(one.prefix)),
    ]
    if one.algorithm:
        inside.append(Statement("algorithm", str(one.algorithm)))
    return Statement("locator", one.name, inside)


def lists_by_name(state: RouterState) -> dict[str, WeightedList]:
    """All segment lists of a router, by name: one name is one list, whoever refers to it."""
    return {
        one.name: one
        for policy in state.policies
        for path in policy.candidate_paths
        for one in path.lists
        if one.name is not None
    }


def _traffic_eng(state: RouterState) -> Statement | None:
    if not state.policies:
        return None
    usid = Statement("srv6", inside=[Statement("sid-format", "usid-f3216")])
    lists = [_segment_list(name, one) for name, one in lists_by_name(state).items()]
    locator = policy_locator(state)
    return Statement("traffic-eng", inside=[
        Statement("segment-lists", inside=[usid, *lists]),
        *(_policy(one, locator) for one in state.policies),
    ])  # fmt: skip


def _segment_list(name: str, one: WeightedList) -> Statement:
    entries = [
        Statement("index", f"{place * STEP} sid {segment.sid}")
        for place, segment in enumerate(one.segments, start=1)
    ]
    return Statement("segment-list", name, [Statement("srv6", inside=entries)])


def _policy(one: PolicyState, locator: str) -> Statement:
    return Statement("policy", one.name, [
        Statement("srv6", inside=[Statement("locator", f"{locator} {BINDING}")]),
        Statement("color", f"{one.color} end-point ipv6 {one.endpoint}"),
        Statement("candidate-paths", inside=[_path(path) for path in one.candidate_paths]),
    ])  # fmt: skip


def _path(path: CandidatePathState) -> Statement:
    lists = [Statement("explicit", f"segment-list {one.name}") for one in path.lists]
    return Statement("preference", str(path.preference), lists)


def _edge(edge: EdgeFilter) -> Iterator[Statement]:
    for name, rules in access_lists(edge).items():
        inside = [_rule(number * STEP, one) for number, one in enumerate(rules, start=1)]
        yield Statement("ipv6", f"access-list {name}", inside)
    for interface, name in on_ports(edge).items():
        group = Statement("ipv6", f"access-group {name} ingress")
        yield Statement("interface", interface, [group])


def _rule(number: int, one: Rule) -> Statement:
    source, destination = (each or "any" for each in (one.source, one.destination))
    return Statement(str(number), f"{one.verdict} ipv6 {source} {destination}")
