"""Policies read back from their routes: candidate paths by metric, prefixes and binding SIDs that
enter them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.linux.words import NOBODY, SID_DEVICE, TABLES, preference_of
from netkit.errors import InputError
from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    SegmentState,
    Steering,
    WeightedList,
)

_SIDS = r"(?P<sids>[0-9A-Fa-f:,]+)"
_VRFS = {table: vrf for vrf, table in TABLES.items()}
_WHERE = rf"table (?P<table>{'|'.join(_VRFS)}) metric (?P<metric>\d{{1,9}})"
_ENCAP = rf"encap seg6 mode encap\.red segs {_SIDS}"
_ROUTE = re.compile(rf"route add (?P<prefix>\S+) {_ENCAP} dev {SID_DEVICE} {_WHERE}")
_SPLIT = re.compile(rf"route add (?P<prefix>\S+) {_WHERE} (?P<ways>nexthop encap seg6 .*)")
_WAY = re.compile(
    rf"nexthop {_ENCAP} via {NOBODY} dev {SID_DEVICE} weight (?P<weight>\d{{1,3}})(?: |$)"
)
_BOUND = re.compile(
    rf"route add (?P<prefix>\S+) encap seg6local action End\.B6\.Encaps srh segs {_SIDS}"
    rf" dev {SID_DEVICE} metric (?P<metric>\d{{1,9}})"
)
_Entry = Steering | IPv6Address
"""What enters a policy: a prefix, or its binding SID."""


@dataclass
class _Draft:
    """A policy of which some routes are read."""

    line: int
    name: str | None
    color: int
    endpoint: IPv6Address
    packets: dict[int, int] = field(default_factory=dict)
    paths: dict[_Entry, dict[int, tuple[WeightedList, ...]]] = field(default_factory=dict)


class PolicyReader:
    """Takes the lines of a file in order; a route is of the policy whose comment it is under."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._drafts: list[_Draft] = []

    def begin(self, line: int, name: str | None, color: int, endpoint: IPv6Address) -> None:
        """A policy begins in that line."""
        self._drafts.append(_Draft(line, name, color, endpoint))

    def packets(self, preference: int, largest_bytes: int) -> None:
        """What the candidate path of the present policy takes whole."""
        if self._drafts:
            self._drafts[-1].packets[preference] = largest_bytes

    def route(self, number: int, line: str) -> bool:
        """Is the line a route of the present policy? Then it is read.

        Raises:
            InputError: it is one in form, but not in its addresses or weights.
        """
        if not self._drafts:
            return False
        for form in (_ROUTE, _SPLIT, _BOUND):
            if found := form.fullmatch(line):
                try:
                    self._add(found)
                except ValueError as error:
                    raise self._error(
                        f"a route that is no policy's: {error}", number, line
                    ) from None
                return True
        return False

    def policies(self) -> tuple[PolicyState, ...]:
        """All of them, by key; raises InputError where the routes of one contradict each other."""
        found = [self._policy(draft) for draft in self._drafts]
        return tuple(sorted(found, key=lambda one: one.key))

    def _add(self, found: re.Match[str]) -> None:
        prefix = IPv6Network(found["prefix"])
        entry: _Entry
        lists: tuple[WeightedList, ...]
        if found.re is _BOUND:
            entry, lists = prefix.network_address, (_list(1, found["sids"]),)
        else:
            entry = Steering(prefix, _VRFS[found["table"]])
            lists = _ways(found["ways"]) if found.re is _SPLIT else (_list(1, found["sids"]),)
        preference = preference_of(int(found["metric"]))
        own = self._drafts[-1].paths.setdefault(entry, {})
        if preference in own:
            raise ValueError(f"metric {found['metric']} twice")
        own[preference] = lists

    def _policy(self, draft: _Draft) -> PolicyState:
        ways = list(draft.paths.values())
        if not ways:
            raise self._error("a policy without routes", draft.line, str(draft.color))
        if any(way != ways[0] for way in ways):
            what = "the prefixes and SIDs that enter a policy have different routes"
            raise self._error(what, draft.line, draft.name or str(draft.color))
        bound = [one for one in draft.paths if isinstance(one, IPv6Address)]
        if len(bound) > 1:
            raise self._error("a policy with several binding SIDs", draft.line, str(bound[1]))
        steering = (one for one in draft.paths if isinstance(one, Steering))
        return PolicyState(
            draft.name,
            draft.color,
            draft.endpoint,
            tuple(
                CandidatePathState(preference, lists, draft.packets.get(preference))
                for preference, lists in sorted(ways[0].items(), reverse=True)
            ),
            bound[0] if bound else None,
            tuple(sorted(steering, key=lambda one: (one.prefix, one.vrf or ""))),
        )

    def _error(self, what: str, line: int, value: str) -> InputError:
        return InputError.single(what, file=self._file, line=line, value=value)


def _ways(words: str) -> tuple[WeightedList, ...]:
    found, end = [], 0
    while way := _WAY.match(words, end):
        found.append(_list(int(way["weight"]), way["sids"]))
        end = way.end()
    if end < len(words):
        raise ValueError(f"next hop {words[end:]!r} is not understood")
    return tuple(sorted(found, key=lambda one: (-one.weight, [own.sid for own in one.segments])))


def _list(weight: int, sids: str) -> WeightedList:
    return WeightedList(None, weight, tuple(SegmentState(IPv6Address(w)) for w in sids.split(",")))
