"""What a parser of Junos has found, put together to the state of a router.

A list that is no SRv6 list, or has statements that netkit does not know, and every path that uses
such a list, is foreign as a whole: half a list would be another list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.sids import in_order, matched
from netkit.emit.common.usid import NEXT
from netkit.emit.junos.project import USID_BITS
from netkit.emit.junos.words import Said
from netkit.model.network.advertised import SidStructure
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    SegmentState,
    WeightedList,
)

DEFAULT_MICRO_FLAVORS = frozenset({Flavor.PSP, Flavor.USD})
"""Of a uSID locator that states none (CLI reference, ``micro-sid``)."""

DEFAULT_PREFERENCE = 100
"""Of a path that states none (RFC 9256 §2.7)."""


@dataclass(slots=True)
class FoundLocator:
    """A locator, its statements in two places together."""

    line: int
    prefix: IPv6Network | None = None
    algorithm: int = 0
    block_bits: int | None = None
    function_bits: int = USID_BITS
    usid: bool = False
    block_name: str | None = None
    micro_flavors: set[str] = field(default_factory=set)
    node_sid: bool = False

    def state(self, name: str, blocks: dict[str, IPv6Network]) -> LocatorState:
        """The locator; raises ValueError where it has no prefix or its block none."""
        if self.prefix is None:
            raise ValueError(f"locator {name} has no prefix in this file")
        bits = self.prefix.prefixlen
        block = bits if self.block_bits is None else self.block_bits
        if self.usid:
            if self.block_name not in blocks:
                raise ValueError(f"locator {name} has no block in this file")
            block = blocks[self.block_name].prefixlen
        structure = SidStructure(block, bits - block, self.function_bits)
        return LocatorState(name, self.prefix, structure, self.algorithm, self.usid)

    def micro_node_sid(self, locator: LocatorState) -> LocalSid:
        """Its uN."""
        said = frozenset(Flavor(word.upper()) for word in self.micro_flavors - {"none"})
        flavors = said if self.micro_flavors else DEFAULT_MICRO_FLAVORS
        return LocalSid(locator.prefix, EndpointBehavior.END, flavors | NEXT)


@dataclass(slots=True)
class FoundSid:
    """A SID in a locator, by name."""

    line: int
    locator: str
    behavior: EndpointBehavior
    interface: str | None = None
    flavors: set[Flavor] = field(default_factory=set)

    def state(self, sid: IPv6Address, locators: dict[str, LocatorState]) -> LocalSid:
        """The SID; raises ValueError where its locator is not in the file."""
        if self.locator not in locators:
            raise ValueError(f"locator {self.locator} is not defined in this file")
        prefix = matched(sid, locators[self.locator])
        return LocalSid(prefix, self.behavior, frozenset(self.flavors), self.interface)


@dataclass(slots=True)
class FoundList:
    """A segment list: hops by their names, in order."""

    said: list[Said] = field(default_factory=list)
    srv6: bool = False
    known: bool = True
    hops: dict[str, SegmentState] = field(default_factory=dict)


@dataclass(slots=True)
class FoundPath:
    """A ``source-routing-path``: lists by name with their weights."""

    said: list[Said] = field(default_factory=list)
    srv6: bool = False
    to: IPv6Address | None = None
    source: IPv6Address | None = None
    color: int | None = None
    preference: int = DEFAULT_PREFERENCE
    primary: dict[str, int] = field(default_factory=dict)
    secondary: dict[str, int] = field(default_factory=dict)

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of all its lists."""
        return (*self.primary, *self.secondary)

    def state(self, name: str, lists: dict[str, FoundList]) -> PolicyState:
        """The policy; raises ValueError where a list, the color or the endpoint is missing."""
        missing = [one for one in self.lists if one not in lists]
        if missing:
            raise ValueError(f"segment list {missing[0]} is not defined in this file")
        if self.to is None or self.color is None:
            raise ValueError(f"source-routing-path {name} has no color or no endpoint")
        preferences = (self.preference, self.preference - 1)
        paths = tuple(
            CandidatePathState(preference, in_order(_weighted(own, lists)))
            for preference, own in zip(preferences, (self.primary, self.secondary), strict=True)
            if own
        )
        return PolicyState(name, self.color, self.to, paths)


@dataclass(slots=True)
class Found:
    """Everything that the rows of a file have said so far."""

    blocks: dict[str, IPv6Network] = field(default_factory=dict)
    locators: dict[str, FoundLocator] = field(default_factory=dict)
    sids: dict[IPv6Address, FoundSid] = field(default_factory=dict)
    lists: dict[str, FoundList] = field(default_factory=dict)
    paths: dict[str, FoundPath] = field(default_factory=dict)
    edge: list[Said] = field(default_factory=list)

    def locator(self, name: str, line: int) -> FoundLocator:
        """The locator of that name, seen in this line."""
        return self.locators.setdefault(name, FoundLocator(line))

    def segment_list(self, name: str) -> FoundList:
        """The segment list of that name."""
        return self.lists.setdefault(name, FoundList())

    def path(self, name: str) -> FoundPath:
        """The path of that name."""
        return self.paths.setdefault(name, FoundPath())

    def foreign_lists(self) -> set[str]:
        """Names of lists that are not netkit's to judge."""
        return {name for name, one in self.lists.items() if not (one.srv6 and one.known)}

    def foreign_paths(self) -> set[str]:
        """Names of paths that are not of SRv6, or use a foreign list."""
        foreign = self.foreign_lists()
        return {
            name for name, one in self.paths.items() if not one.srv6 or foreign & set(one.lists)
        }


def _weighted(own: dict[str, int], lists: dict[str, FoundList]) -> Iterator[WeightedList]:
    for name, weight in own.items():
        yield WeightedList(name, weight, tuple(lists[name].hops.values()))
