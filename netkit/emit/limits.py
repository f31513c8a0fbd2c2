"""Limits of platforms, as data, and what of a state exceeds them: told before anything is written.

Where a figure comes from stands beside it in the room of its platform; None is no limit known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netkit.model.router_state import CandidatePathState, LocatorState, PolicyState, RouterState

ADDRESS_BITS = 128
KIND_OF_SID = "kind of SID"
"""The limit that a platform takes classic SIDs or uSIDs alone."""
USIDS = "uSIDs"
CLASSIC_SIDS = "classic SIDs"
"""What fits where a platform takes no SIDs of the other kind."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one platform in one version takes. Ranges hold the values that are taken.

    ``classic`` and ``usid`` say which kinds of SID and list it can do; ``binding_sids`` whether an
    explicit one can be configured. The lengths of names are what names are shortened to.
    """

    sids_a_list: int | None = None
    lists_a_path: int | None = None
    paths_a_policy: int | None = None
    policies: int | None = None
    locators: int | None = None
    preferences: range | None = None
    colors: range | None = None
    weights: range | None = None
    locator_prefix_bits: range | None = None
    function_bits: range | None = None
    locator_name_length: int | None = None
    policy_name_length: int | None = None
    list_name_length: int | None = None
    classic: bool = True
    usid: bool = True
    binding_sids: bool = True


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A limit that a router's state exceeds: ``where`` in it, by its names; ``what`` is the limit,
    with the ``value`` that is too much and what ``fits``."""

    router: str
    where: str
    what: str
    value: str
    fits: str

    def __str__(self) -> str:
        return f"{self.router}: {self.where}: {self.what} {self.value}; {self.fits} fits"


def exceeded(state: RouterState, limits: Limits) -> tuple[Exceeded, ...]:
    """Everything in ``state`` that ``limits`` do not take, in the order of the state."""
    own = _Checker(state.router, limits)
    return (*own.locators(state), *own.sids(state), *own.policies(state))


@dataclass(frozen=True, slots=True)
class _Checker:
    router: str
    limits: Limits

    def locators(self, state: RouterState) -> Iterator[Exceeded]:
        yield from self._count(state.router, "locators", len(state.locators), self.limits.locators)
        for one in state.locators:
            yield from self._locator(one)

    def _locator(self, one: LocatorState) -> Iterator[Exceeded]:
        where, parts = f"locator {one.name}", one.structure
        bits = parts.block_bits + parts.node_bits
        total = bits + parts.function_bits + parts.argument_bits
        if bits != one.prefix.prefixlen:
            yield self._over(where, "block and node bits", bits, f"{one.prefix.prefixlen} (prefix)")
        if total > ADDRESS_BITS:
            yield self._over(where, "bits of all parts", total, f"up to {ADDRESS_BITS}")
        yield from self._in(where, "prefix length", one.prefix.prefixlen,
                            self.limits.locator_prefix_bits)  # fmt: skip
        yield from self._in(where, "function bits", parts.function_bits, self.limits.function_bits)
        yield from self._kind(where, usid=one.usid)

    def _kind(self, where: str, *, usid: bool) -> Iterator[Exceeded]:
        if usid and not self.limits.usid:
            yield self._over(where, KIND_OF_SID, "uSID", CLASSIC_SIDS)
        if not usid and not self.limits.classic:
            yield self._over(where, KIND_OF_SID, "classic", USIDS)

    def sids(self, state: RouterState) -> Iterator[Exceeded]:
        """A SID, and a binding SID, lies inside a locator of its router."""
        own = [one.prefix for one in state.locators]
        for sid in state.sids:
            if not any(sid.prefix.subnet_of(prefix) for prefix in own):
                yield self._over(f"SID {sid.prefix}", "place", "outside", "inside a locator")
        for policy in state.policies:
            bound = policy.binding_sid
            if bound is not None and not any(bound in prefix for prefix in own):
                yield self._over(f"binding SID {bound}", "place", "outside", "inside a locator")

    def policies(self, state: RouterState) -> Iterator[Exceeded]:
        yield from self._count(state.router, "policies", len(state.policies), self.limits.policies)
        for policy in state.policies:
            yield from self._policy(policy)

    def _policy(self, policy: PolicyState) -> Iterator[Exceeded]:
        where = f"policy {policy.name or f'color {policy.color} to {policy.endpoint}'}"
        paths = policy.candidate_paths
        yield from self._in(where, "color", policy.color, self.limits.colors)
        yield from self._count(where, "candidate paths", len(paths), self.limits.paths_a_policy)
        if policy.binding_sid is not None and not self.limits.binding_sids:
            yield self._over(where, "binding SID", policy.binding_sid, "none that is configured")
        preferences = [path.preference for path in paths]
        if len(set(preferences)) < len(preferences):
            yield self._over(where, "preferences", preferences, "each once")
        for path in paths:
            yield from self._path(f"{where}, preference {path.preference}", path)

    def _path(self, where: str, path: CandidatePathState) -> Iterator[Exceeded]:
        yield from self._in(where, "preference", path.preference, self.limits.preferences)
        yield from self._count(where, "segment lists", len(path.lists), self.limits.lists_a_path)
        for one in path.lists:
            yield from self._in(where, "weight", one.weight, self.limits.weights)
            yield from self._count(where, "SIDs", len(one.segments), self.limits.sids_a_list)

    def _count(self, where: str, what: str, value: int, most: int | None) -> Iterator[Exceeded]:
        if most is not None and value > most:
            yield self._over(where, what, value, f"up to {most}")

    def _in(self, where: str, what: str, value: int, fits: range | None) -> Iterator[Exceeded]:
        if fits is not None and value not in fits:
            yield self._over(where, what, value, f"{fits.start} to {fits.stop - 1}")

    def _over(self, where: str, what: str, value: object, fits: str) -> Exceeded:
        return Exceeded(self.router, where, what, str(value), fits)
