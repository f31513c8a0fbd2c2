"""ietf-sr-policy back to policies: lists first, which paths refer to by their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv6Address

from netkit.emit.common.reading import Notes, address, number, prefix
from netkit.emit.common.sids import in_order
from netkit.emit.common.tree import Statement
from netkit.emit.ietf import words
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    SegmentState,
    WeightedList,
)

_ADDRESS_BITS = 128
_PARTS = (
    "locator-block-length", "locator-node-length", "function-length", "argument-length",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _List:
    statement: Statement
    segments: tuple[SegmentState, ...]


def policies(node: Statement, notes: Notes) -> Iterator[PolicyState]:
    """The policies of a ``segment-routing`` of ietf-sr-policy. Lists that no path of netkit's uses
    stay foreign."""
    for engineering in node.take_all("traffic-engineering"):
        lists, used = _lists(engineering, notes), set[str]()
        for every in engineering.take_all("policies"):
            for one in every.take_all("policy"):
                with notes.at(one):
                    yield _policy(one, lists, used, notes)
        for name, found in lists.items():
            if name not in used:
                found.statement.leave()


def _lists(engineering: Statement, notes: Notes) -> dict[str, _List]:
    found = {}
    lists = engineering.take("attributes", "segment-lists")
    for one in () if lists is None else lists.take_all("segment-list"):
        with notes.at(one):
            segments = sorted(_segments(one), key=lambda pair: pair[0])
            name = one.take_value("name") or ""
            found[name] = _List(one, tuple(segment for _, segment in segments))
    return found


def _segments(node: Statement) -> Iterator[tuple[int, SegmentState]]:
    inside = node.take("segments")
    for one in () if inside is None else inside.take_all("segment"):
        kind = (one.take_value("type") or "").rpartition(":")[2]
        if kind != words.SEGMENT_TYPE.rpartition(":")[2]:
            raise ValueError("a segment that is no SRv6 SID (type B)")
        value = one.take("srv6", "Type-B")
        if value is None:
            raise ValueError("a segment without a SID")
        yield number(one.take_value("index")), _segment(value)


def _segment(node: Statement) -> SegmentState:
    sid, behavior = _whole(node.take_value("value")), node.take("sid-behavior")
    structure = _structure(node.take("sid-structure"))
    found = None if behavior is None else words.behavior_of(behavior.value or "")
    if found is None:
        return SegmentState(sid, structure=structure)
    return SegmentState(sid, *found, structure)


def _whole(value: str | None) -> IPv6Address:
    found = prefix(value or "")
    if found.prefixlen != _ADDRESS_BITS:
        raise ValueError("a SID that is shorter than an address")
    return found.network_address


def _structure(node: Statement | None) -> SidStructure | None:
    if node is None:
        return None
    said = [node.take_value(part) for part in _PARTS]
    return None if None in said else SidStructure(*(number(one) for one in said))


def _policy(node: Statement, lists: dict[str, _List], used: set[str], notes: Notes) -> PolicyState:
    node.take("headend")
    bound = node.take("binding-sid", "srv6-sids", "srv6-sid")
    if bound is not None:
        bound.take("index")
        bound.take("sid-behavior")
    paths = []
    inside = node.take("candidate-paths")
    for one in () if inside is None else inside.take_all("candidate-path"):
        with notes.at(one):
            found = _path(one, lists, used)
            if found is None:
                one.leave()
            else:
                paths.append(found)
    return PolicyState(
        node.take_value("name"),
        number(node.take_value("color")),
        address(node.take_value("endpoint")),
        tuple(sorted(paths, key=lambda one: -one.preference)),
        None if bound is None else _whole(bound.take_value("value")),
    )


def _path(node: Statement, lists: dict[str, _List], used: set[str]) -> CandidatePathState | None:
    """A path of explicit lists that is configured; None for those that another protocol brought,
    and for dynamic ones."""
    origin = (node.take_value("protocol-origin") or "").rpartition(":")[2]
    inside = node.take("segment-lists")
    if origin != words.LOCAL_ORIGIN.rpartition(":")[2] or inside is None:
        return None
    for key in ("originator-asn", "originator-node-address", "discriminator"):
        node.take(key)
    found = []
    for one in inside.take_all("segment-list"):
        name, weight = one.take_value("name-ref") or "", one.take_value("weight")
        if name not in lists:
            raise ValueError("a path over a segment list that is not there")
        used.add(name)
        share = 1 if weight is None else number(weight)
        found.append(WeightedList(name, share, lists[name].segments))
    preference = number(node.take_value("preference"))
    return CandidatePathState(preference, in_order(found), None, node.take_value("name"))
