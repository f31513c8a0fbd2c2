"""What a parser of VRP has found, in text or XML, put together to the state of a router.

A list that has an entry with options that netkit does not know, and every policy that uses such a
list, is foreign as a whole: half a list would be another list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.reading import Notes
from netkit.emit.common.sids import in_order
from netkit.emit.common.tree import Statement
from netkit.emit.huawei.lists import header_bytes
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    SegmentState,
    WeightedList,
)


@dataclass(frozen=True, slots=True)
class FoundList:
    """A segment list in a candidate path, by its name."""

    name: str
    weight: int
    path_mtu: int | None


@dataclass(slots=True)
class FoundPolicy:
    """A policy and its paths, by preference; ``whole``: no list of them has options that netkit
    does not know."""

    statement: Statement
    name: str
    endpoint: IPv6Address
    color: int
    binding_sid: IPv6Address | None = None
    paths: dict[int, list[FoundList]] = field(default_factory=dict)
    whole: bool = True


@dataclass(slots=True)
class Found:
    """Everything so far; ``lists`` are entries by index, None where one was not understood."""

    notes: Notes
    source: IPv6Address | None = None
    locators: list[LocatorState] = field(default_factory=list)
    sids: list[LocalSid] = field(default_factory=list)
    lists: dict[str, dict[int, IPv6Address] | None] = field(default_factory=dict)
    policies: list[FoundPolicy] = field(default_factory=list)

    def state(self, router: str) -> RouterState:
        """All of it, in canonical order; lists that nothing defines are problems."""
        return RouterState(
            router=router,
            source=self.source,
            locators=tuple(sorted(self.locators)),
            sids=tuple(sorted(self.sids, key=lambda one: one.prefix)),
            policies=tuple(sorted(self._policies(), key=lambda one: one.key)),
        )

    def _policies(self) -> Iterator[PolicyState]:
        for found in self.policies:
            with self.notes.at(found.statement):
                paths = [self._path(found, preference) for preference in found.paths]
                known = [path for path in paths if path is not None]
                if len(known) < len(paths) or not found.whole:
                    found.statement.leave()
                    continue
                known.sort(key=lambda one: -one.preference)
                yield PolicyState(
                    found.name, found.color, found.endpoint, tuple(known), found.binding_sid
                )

    def _path(self, policy: FoundPolicy, preference: int) -> CandidatePathState | None:
        """A candidate path; None where a list of it was not understood."""
        bound, lists, room = policy.binding_sid is not None, [], []
        for one in policy.paths[preference]:
            if one.name not in self.lists:
                raise ValueError(f"segment list {one.name} is not defined in this file")
            entries = self.lists[one.name]
            if entries is None:
                return None
            segments = tuple(SegmentState(sid) for _, sid in sorted(entries.items()))
            lists.append(WeightedList(one.name, one.weight, segments))
            if one.path_mtu is not None:
                room.append(one.path_mtu - header_bytes(len(segments), bound=bound))
        return CandidatePathState(preference, in_order(lists), min(room, default=None))


def locator_state(name: str, prefix: IPv6Network, static: int, algorithm: int) -> LocatorState:
    """A locator as VRP has them: a prefix, and static bits for opcodes."""
    return LocatorState(name, prefix, SidStructure(prefix.prefixlen, 0, static), algorithm)


def sid_of(locator: LocatorState, opcode: IPv6Address) -> IPv6Network:
    """The SID that an opcode stands for; raises ValueError where it does not fit."""
    if int(opcode) >= 1 << locator.structure.function_bits:
        raise ValueError(f"the opcode has more than {locator.structure.function_bits} static bits")
    return IPv6Network(int(locator.prefix.network_address) | int(opcode))
