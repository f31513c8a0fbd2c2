"""Whose a SID is: no two routers have one locator or SID, but for a group that shares it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv6Address, IPv6Network
from typing import Generic, NamedTuple, TypeVar

from netkit.errors import Problem
from netkit.files.native.checks import Parts

_T = TypeVar("_T")
_SHARED = "Routers that share it are a group: put it under 'anycasts'"


class _Owner(NamedTuple):
    words: str
    line: int | None


def check_sid_owners(parts: Parts) -> Iterator[Problem]:
    """Locators and SIDs that are there twice, and SIDs that the IGP takes to another router, by the
    longest locator around them. O(n) for n SIDs and locators, a length of locators."""
    owners: dict[IPv6Network, _Owner] = {}
    for owner, prefix in _locators(parts):
        if prefix in owners:
            yield _twice(parts, "locator", str(prefix), owner, owners[prefix])
        owners.setdefault(prefix, owner)
    routes = LongestMatch(owners)
    first: dict[IPv6Address, _Owner] = {}
    for whose, where, sid in _sids(parts):
        if sid in first:
            yield _twice(parts, "SID", str(sid), where, first[sid])
        first.setdefault(sid, where)
        routed = routes.owner(sid)
        if routed is not None and routed.words != whose:
            yield parts.problem(
                where.line, f"{where.words}: the IGP takes this SID to {routed.words}", str(sid),
                f"a SID in a locator of {whose}",
            )  # fmt: skip


class LongestMatch(Generic[_T]):
    """Owners of prefixes, asked by address."""

    def __init__(self, owners: Mapping[IPv6Network, _T]) -> None:
        self._owners = owners
        by_length: dict[int, dict[int, IPv6Network]] = defaultdict(dict)
        for prefix in owners:
            shift = 128 - prefix.prefixlen
            by_length[shift][int(prefix.network_address) >> shift] = prefix
        self._by_length = sorted(by_length.items())

    def prefix(self, sid: IPv6Address) -> IPv6Network | None:
        """The longest prefix around an address; None where there is none. O(lengths)."""
        number = int(sid)
        found = (prefixes.get(number >> shift) for shift, prefixes in self._by_length)
        return next((prefix for prefix in found if prefix is not None), None)

    def owner(self, sid: IPv6Address) -> _T | None:
        """Who has the longest prefix around an address."""
        prefix = self.prefix(sid)
        return None if prefix is None else self._owners[prefix]


def _twice(parts: Parts, what: str, value: str, owner: _Owner, first: _Owner) -> Problem:
    where = "" if first.line is None else f", line {first.line}"
    return parts.problem(
        owner.line, f"{owner.words}: a {what} of {first.words}{where}", value, "one of its own",
        _SHARED,
    )  # fmt: skip


def _locators(parts: Parts) -> Iterator[tuple[_Owner, IPv6Network]]:
    for node in parts.nodes:
        owner = _Owner(f"node {node.value.name}", node.line)
        yield from ((owner, one.prefix) for one in node.value.locators)
    for group in parts.anycasts:
        owner = _Owner(f"anycast {group.value.name}", group.line)
        yield from ((owner, one.prefix) for one in group.value.locators)


def _sids(parts: Parts) -> Iterator[tuple[str, _Owner, IPv6Address]]:
    """SIDs, with whose they are and where they stand."""
    for node in parts.nodes:
        words = f"node {node.value.name}"
        yield from ((words, _Owner(words, node.line), one.sid) for one in node.value.sids)
    for group in parts.anycasts:
        words = f"anycast {group.value.name}"
        yield from ((words, _Owner(words, group.line), one.sid) for one in group.value.sids)
    for placed in parts.links:
        link, where = placed.value, _Owner(f"link {placed.value.id}", placed.line)
        for end, sids in ((link.a, link.sids_ab), (link.b, link.sids_ba)):
            yield from ((f"node {end}", where, one.sid) for one in sids)
