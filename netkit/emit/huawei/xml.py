"""A state that VRP can say, as the ``<config>`` of YANG 8.22.

What SIDs refer to, interfaces and VPN instances, is named in the file, by its key alone: so that
the file is valid by itself. Merging a key changes nothing of what is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netkit.emit.common.comments import comments
from netkit.emit.common.tree import Statement, leaf, some
from netkit.emit.common.xml import xml_text
from netkit.emit.dialect import Carried
from netkit.emit.huawei.lists import path_mtus
from netkit.emit.huawei.render import binding_locator, opcode, segment_lists, sids_of
from netkit.emit.huawei.words import (
    FIRST_INDEX,
    FLAVOR_WORDS,
    INDEX_STEP,
    PUBLIC,
    SERVICE_WORDS,
    yang_words,
)
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
)

_URN = "urn:huawei:yang:huawei-"
_WHAT = "SRv6 for Huawei VRP, for edit-config of NETCONF (YANG 8.22)"


def document(carried: Carried) -> str:
    """The file."""
    state, top = carried.state, []
    interfaces = sorted({sid.interface for sid in state.sids if sid.interface is not None})
    if interfaces:
        named = [Statement("interface", inside=[Statement("name", one)]) for one in interfaces]
        top.append(Statement("ifm", None, [Statement("interfaces", None, named)], f"{_URN}ifm"))
    instances = [
        Statement("instance", inside=[Statement("name", vrf)])
        for vrf in sorted({sid.vrf for sid in state.sids if sid.vrf is not None})
    ]
    inside = list(_srv6(state))
    if inside:
        srv6 = Statement("srv6", None, [Statement("enable", "true"), *inside], f"{_URN}srv6")
        instances.insert(0, Statement("instance", inside=[Statement("name", PUBLIC), srv6]))
        instance = Statement("instances", None, instances)
        top.append(Statement("network-instance", None, [instance], f"{_URN}network-instance"))
    return xml_text(top, comments(carried, _WHAT))


def _srv6(state: RouterState) -> Iterator[Statement]:
    if state.policies:
        yield Statement("reduce-srh-enable", "true")
    if state.source is not None:
        source = Statement("source-address", str(state.source))
        yield Statement("encapsulation", None, [source])
    locators = [_locator(one, sids_of(one, state)) for one in state.locators]
    if locators:
        yield Statement("locators", None, locators)
    if state.policies:
        yield Statement("srpolicy", None, list(_sr_policies(state)), f"{_URN}srpolicy")


def _locator(locator: LocatorState, sids: list[LocalSid]) -> Statement:
    return _of(
        "locator",
        leaf("name", locator.name),
        leaf("prefix", locator.prefix.network_address),
        leaf("prefix-length", locator.prefix.prefixlen),
        leaf("static-length", locator.structure.function_bits),
        leaf("flex-algo", locator.algorithm or None),
        some("opcodes", _opcodes(locator, sids)),
    )


def _opcodes(locator: LocatorState, sids: Iterable[LocalSid]) -> Iterator[Statement]:
    """A container for each behaviour with its flavor, in order of their first SIDs."""
    lists: dict[str, list[Statement]] = {}
    for sid in sids:
        word = _list_of(sid)
        entry = _of(
            word,
            leaf("value", opcode(sid, locator)),
            leaf("if-name", sid.interface),
            leaf("next-hop", sid.next_hop),
            leaf("vpn-name", sid.vrf),
        )
        lists.setdefault(word, []).append(entry)
    for word, entries in lists.items():
        yield Statement(f"{word}s", None, entries)


def _list_of(sid: LocalSid) -> str:
    if sid.behavior in SERVICE_WORDS:
        return SERVICE_WORDS[sid.behavior]
    behavior = "end" if sid.behavior is EndpointBehavior.END else "end-x"
    return yang_words(behavior, FLAVOR_WORDS[sid.flavors])


def _sr_policies(state: RouterState) -> Iterator[Statement]:
    binding = binding_locator(state)
    lists = [
        _of("segment-list", leaf("name", name), some("segments", _segments(one.segments)))
        for name, one in segment_lists(state).items()
    ]
    attributes = [leaf("locator", binding and binding.name), some("segment-lists", lists)]
    yield from _some(some("policy-attributes", attributes))
    yield Statement("policys", None, [_policy(one) for one in state.policies])


def _segments(segments: Iterable[SegmentState]) -> Iterator[Statement]:
    for place, segment in enumerate(segments):
        yield _of(
            "segment",
            leaf("index", FIRST_INDEX + INDEX_STEP * place),
            leaf("sid-value-2", segment.sid),
        )


def _policy(policy: PolicyState) -> Statement:
    binding, bound = None, policy.binding_sid is not None
    if policy.binding_sid is not None:
        binding = _of("binding-sid", leaf("dataplane", "srv6"), leaf("value", policy.binding_sid))
    standby = "enable" if len(policy.candidate_paths) > 1 else None
    return _of(
        "policy",
        leaf("endpoint", policy.endpoint),
        leaf("color", policy.color),
        leaf("name", policy.name),
        binding,
        leaf("hsb-enable", standby),
        leaf("encapsulation-mode", "encaps"),
        some("candidate-paths", [_path(path, bound=bound) for path in policy.candidate_paths]),
    )


def _path(path: CandidatePathState, *, bound: bool) -> Statement:
    """``discriminator`` is the preference, as the YANG demands of what is configured."""
    mtus = path_mtus(path, bound=bound) or (None,) * len(path.lists)
    lists = [
        _of(
            "segment-list",
            leaf("name", one.name),
            leaf("weight", one.weight),
            leaf("path-mtu", mtu),
        )
        for one, mtu in zip(path.lists, mtus, strict=True)
    ]
    return _of(
        "candidate-path",
        leaf("protocol-origin", "configuration"),
        leaf("originator", "0,0.0.0.0"),
        leaf("discriminator", path.preference),
        leaf("preference", path.preference),
        some("segment-lists", lists),
    )


def _of(name: str, *inside: Statement | None) -> Statement:
    return Statement(name, None, list(_some(*inside)))


def _some(*inside: Statement | None) -> Iterator[Statement]:
    return (one for one in inside if one is not None)
