"""A state that VRP can say, as its text."""

from __future__ import annotations

from collections.abc import Iterator

from netkit.emit.common.comments import comments
from netkit.emit.common.indented import indented_lines
from netkit.emit.common.sids import home
from netkit.emit.common.tree import Statement
from netkit.emit.dialect import Carried
from netkit.emit.huawei.lists import path_mtus
from netkit.emit.huawei.words import FIRST_INDEX, FLAVOR_WORDS, INDEX_STEP, SERVICE_WORDS
from netkit.emit.limits import ADDRESS_BITS
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    WeightedList,
)

_WHAT = (
    "SRv6 for Huawei VRP, as `display current-configuration` prints it; `commit` puts it in force"
)


def text(carried: Carried) -> str:
    """The file: comments, then the view of ``segment-routing ipv6``."""
    lines = [f"# {line}" for line in comments(carried, _WHAT)]
    lines.append("#")
    inside = list(_statements(carried.state))
    if inside:
        lines.extend(indented_lines([Statement("segment-routing", "ipv6", inside)]))
        lines.append("#")
    return "\n".join(lines) + "\n"


def opcode(sid: LocalSid, locator: LocatorState) -> str:
    """The opcode of a SID: what stands behind the prefix of its locator, as an address."""
    bits = (1 << (ADDRESS_BITS - locator.prefix.prefixlen)) - 1
    return str(type(sid.sid)(int(sid.sid) & bits))


def sids_of(locator: LocatorState, state: RouterState) -> list[LocalSid]:
    """The SIDs that are configured in a locator."""
    return [sid for sid in state.sids if home(sid.sid, state.locators) == locator]


def binding_locator(state: RouterState) -> LocatorState | None:
    """The locator that the binding SIDs are of; None where there are none."""
    bound = [one.binding_sid for one in state.policies if one.binding_sid is not None]
    return home(bound[0], state.locators) if bound else None


def segment_lists(state: RouterState) -> dict[str, WeightedList]:
    """The lists by their names, each once, in order of the policies."""
    return {
        one.name or "": one
        for policy in state.policies
        for path in policy.candidate_paths
        for one in path.lists
    }


def _statements(state: RouterState) -> Iterator[Statement]:
    if state.source is not None:
        yield Statement("encapsulation", f"source-address {state.source}")
    if state.policies:
        yield Statement("reduce-srh", "enable")
    for locator in state.locators:
        yield _locator(locator, sids_of(locator, state))
    for name, one in segment_lists(state).items():
        sids = [
            Statement("index", f"{FIRST_INDEX + INDEX_STEP * place} sid ipv6 {segment.sid}")
            for place, segment in enumerate(one.segments)
        ]
        yield Statement("segment-list", name, sids)
    binding = binding_locator(state)
    if binding is not None:
        yield Statement("srv6-te-policy", f"locator {binding.name}")
    for policy in state.policies:
        yield _policy(policy)


def _locator(locator: LocatorState, sids: list[LocalSid]) -> Statement:
    value = f"{locator.name} ipv6-prefix {locator.prefix.network_address}"
    value += f" {locator.prefix.prefixlen}"
    if locator.structure.function_bits:
        value += f" static {locator.structure.function_bits}"
    if locator.algorithm:
        value += f" flex-algo {locator.algorithm}"
    inside = [Statement("opcode", f"{opcode(sid, locator)} {_behavior(sid)}") for sid in sids]
    return Statement("locator", value, inside)


def _behavior(sid: LocalSid) -> str:
    if sid.behavior in SERVICE_WORDS:
        vpn = "" if sid.vrf is None else f" vpn-instance {sid.vrf}"
        return SERVICE_WORDS[sid.behavior] + vpn
    flavor = FLAVOR_WORDS[sid.flavors]
    if sid.behavior is EndpointBehavior.END:
        return f"end {flavor}"
    return f"end-x interface {sid.interface} nexthop {sid.next_hop} {flavor}"


def _policy(policy: PolicyState) -> Statement:
    bound, inside = policy.binding_sid is not None, []
    if policy.binding_sid is not None:
        inside.append(Statement("binding-sid", str(policy.binding_sid)))
    inside.append(Statement("encapsulation-mode", "encaps"))
    if len(policy.candidate_paths) > 1:
        inside.append(Statement("backup", "hot-standby enable"))
    inside.extend(_path(path, bound=bound) for path in policy.candidate_paths)
    value = f"policy {policy.name} endpoint {policy.endpoint} color {policy.color}"
    return Statement("srv6-te", value, inside)


def _path(path: CandidatePathState, *, bound: bool) -> Statement:
    mtus = path_mtus(path, bound=bound)
    inside = [
        Statement(
            "segment-list",
            f"{one.name} weight {one.weight}" + (f" path-mtu {mtus[place]}" if mtus else ""),
        )
        for place, one in enumerate(path.lists)
    ]
    return Statement("candidate-path", f"preference {path.preference}", inside)
