"""What a reader of IOS XR has found, put together into a router's state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network

from netkit.emit.common.sids import in_order
from netkit.emit.common.tree import Statement
from netkit.emit.common.usid import F3216
from netkit.emit.common.values import Values
from netkit.emit.iosxr.edge import Rule, edge_of
from netkit.emit.iosxr.project_policies import usid_entry
from netkit.model.router_state import (
    CandidatePathState,
    EndpointBehavior,
    Flavor,
    LocalSid,
    LocatorState,
    PolicyState,
    RouterState,
    StampReflector,
    WeightedList,
)

Referred = list[tuple[str, int, Statement]]
"""The lists of a path: name, weight, and the statement that refers to it."""

Edge = tuple[dict[str, tuple[Rule, ...]], dict[str, str]]
"""Access lists by name, and their names by interface."""


@dataclass(slots=True)
class FoundPolicy:
    """A policy: its paths by preference refer to lists that may stand elsewhere in the file."""

    name: str
    color: int
    endpoint: IPv6Address
    paths: dict[int, Referred] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """All parts of a state."""

    source: IPv6Address | None = None
    locators: list[LocatorState] = field(default_factory=list)
    sids: list[LocalSid] = field(default_factory=list)
    lists: dict[str, tuple[IPv6Address, ...]] = field(default_factory=dict)
    policies: list[FoundPolicy] = field(default_factory=list)
    bindings: dict[tuple[int, IPv6Address], IPv6Address] = field(default_factory=dict)
    responder: tuple[int, tuple[IPv6Address, ...]] | None = None

    def locator(
        self,
        at: Statement,
        prefix: IPv6Network,
        algorithm: int,
        flavors: frozenset[Flavor],
        values: Values,
    ) -> None:
        """Add a locator of uSIDs, and the uN that it is."""
        if prefix.prefixlen != F3216.block_bits + F3216.node_bits:
            values.refuse(at, f"a locator of uSIDs of {prefix.prefixlen} bits", "48 (F3216)")
            return
        name = at.value or ""
        self.locators.append(LocatorState(name, prefix, F3216, algorithm, usid=True))
        self.sids.append(LocalSid(prefix, EndpointBehavior.END, flavors))

    def state(self, router: str, values: Values, edge: Edge) -> RouterState:
        """The state in its canonical order; references that lead nowhere are problems."""
        policies = [self._policy(one, values) for one in self.policies]
        reflectors: tuple[StampReflector, ...] = ()
        if self.responder is not None and self.source is not None:
            reflectors = (StampReflector(self.source, *self.responder),)
        return RouterState(
            router,
            self.source,
            tuple(sorted(self.locators)),
            tuple(sorted(self.sids, key=lambda one: one.prefix)),
            tuple(sorted(policies, key=lambda one: one.key)),
            (),
            edge_of(*edge, values),
            reflectors,
        )

    def _policy(self, one: FoundPolicy, values: Values) -> PolicyState:
        paths = tuple(
            CandidatePathState(preference, in_order(self._lists(referred, values)))
            for preference, referred in sorted(one.paths.items(), reverse=True)
        )
        bound = self.bindings.get((one.color, one.endpoint))
        return PolicyState(one.name, one.color, one.endpoint, paths, bound)

    def _lists(self, referred: Referred, values: Values) -> Iterator[WeightedList]:
        for name, weight, at in referred:
            if name in self.lists:
                segments = tuple(usid_entry(sid) for sid in self.lists[name])
                yield WeightedList(name, weight, segments)
            else:
                values.refuse(at, f"segment list {name} is not in this file", "a list of that name")
