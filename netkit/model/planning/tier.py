"""The latency tiers of the national computing network, all one-way.

Profiles are data: the three that policy documents state are here, users add their own in files
(:mod:`netkit.files.tier_profiles`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from netkit.errors import InputError, Problem, did_you_mean, unknown_node
from netkit.model.network.elements import Node
from netkit.model.network.geo import pair_floor_us
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand

BASIS = "one-way"
"""What every bound bounds; printed on every report."""


class Scope(StrEnum):
    """How far apart two nodes are, in the sense of the plans."""

    CITY = "city"
    REGION = "region"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Tier:
    """A bound on one-way delay: a fixed ``bound_us``, or ``stretch`` times the light-time floor."""

    name: str
    bound_us: int | None = None
    stretch: float | None = None

    def bound_for(self, src: Node, dst: Node) -> int | None:
        """The bound in µs for one pair; None where it rests on coordinates that are missing."""
        if self.bound_us is not None:
            return self.bound_us
        floor = pair_floor_us(src.coordinates, dst.coordinates)
        return None if floor is None or self.stretch is None else int(self.stretch * floor)


ONE_PLACE = Tier("1ms", 1_000)
"""Where both ends stand at one point a multiple of light time says nothing: the tier of a city."""


@dataclass(frozen=True, slots=True)
class TierException:
    """A tier of its own for the pairs between two nodes, places or hubs, in both directions.

    ``between`` are the two names as they were written, in ``line`` of a file, ``also`` what else
    the two are called.
    """

    between: tuple[str, str]
    tier: Tier
    also: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    line: int | None = field(default=None, compare=False)

    def covers(self, src: Node, dst: Node) -> bool:
        """Does one of the two names stand for each end?"""
        (a, b), of_src, of_dst = self.ends, _names(src), _names(dst)
        return bool((a & of_src and b & of_dst) or (b & of_src and a & of_dst))

    @property
    def ends(self) -> tuple[frozenset[str], frozenset[str]]:
        """All names of either end."""
        (a, b), (also_a, also_b) = self.between, self.also
        return also_a | {a}, also_b | {b}


@dataclass(frozen=True, slots=True)
class TierProfile:
    """One document's set of tiers, by scope; the first of ``exceptions`` that covers a pair wins.

    ``file`` is what it was read from, None for those that ship.
    """

    name: str
    source: str
    tiers: MappingProxyType[Scope, Tier]
    exceptions: tuple[TierException, ...] = ()
    file: str | None = None

    def tier_for(self, src: Node, dst: Node) -> Tier:
        """The tier that the pair falls under."""
        found = (one.tier for one in self.exceptions if one.covers(src, dst))
        tier = next(found, self.tiers[scope_of(src, dst)])
        floor = pair_floor_us(src.coordinates, dst.coordinates)
        return ONE_PLACE if tier.stretch is not None and floor == 0 else tier


def _profile(name: str, source: str, city: Tier, region: Tier, national: Tier) -> TierProfile:
    tiers = {Scope.CITY: city, Scope.REGION: region, Scope.NATIONAL: national}
    return TierProfile(name, source, MappingProxyType(tiers))


_STRETCH = Tier("1.5x", stretch=1.5)

PROFILES: MappingProxyType[str, TierProfile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            _profile(
                "2023", "发改数据〔2023〕1779号",
                Tier("1ms", 1_000), Tier("5ms", 5_000), Tier("20ms", 20_000),
            ),
            _profile(
                "2021", "全国一体化大数据中心协同创新体系算力枢纽实施方案, 2021",
                Tier("10ms", 10_000), Tier("20ms", 20_000), Tier("20ms", 20_000),
            ),
            _profile(
                "stretch", "算力基础设施高质量发展行动计划, 2023 (1.5 x great-circle fibre time)",
                _STRETCH, _STRETCH, _STRETCH,
            ),
        )
    }
)  # fmt: skip
"""The profiles that ship, by name; ``2023`` is the default."""


def bounded(
    topology: Topology,
    pairs: Iterable[tuple[str, str] | Demand],
    profile: TierProfile,
    bound_us: int | None = None,
) -> tuple[Demand, ...]:
    """Demands in the order of ``pairs``; those that are demands already stay as they are.

    The others get ``bound_us``, or without one the bound of the tier of ``profile`` that their two
    nodes fall under. Raises :class:`~netkit.errors.InputError` for nodes that the topology does not
    have and for bounds that rest on coordinates it does not state.
    """
    asked = list(pairs)
    open_ = [pair for pair in asked if not isinstance(pair, Demand)]
    if bound_us is None:
        found = iter(tier_demands(topology, open_, profile))
    else:
        found = (Demand(src, dst, bound_us) for src, dst in open_)
    return tuple(pair if isinstance(pair, Demand) else next(found) for pair in asked)


def tier_demands(
    topology: Topology, pairs: Iterable[tuple[str, str]], profile: TierProfile
) -> tuple[Demand, ...]:
    """Demands for (src, dst) pairs with the bounds that ``profile`` sets for each.

    Raises :class:`~netkit.errors.InputError` where a node is unknown or a bound that rests on
    coordinates cannot be had, or where an exception of the profile names nothing there is.
    """
    demands: list[Demand] = []
    nodes = {node.name: node for node in topology.active_nodes}
    problems = _unknown_exceptions(topology, profile)
    for src, dst in pairs:
        unknown = [name for name in (src, dst) if name not in nodes]
        problems.extend(unknown_node(topology.name, name, nodes, topology.node) for name in unknown)
        if unknown:
            continue
        a, b = nodes[src], nodes[dst]
        tier = profile.tier_for(a, b)
        bound_us = tier.bound_for(a, b)
        if bound_us is None:
            what = f"tier {tier.name} of profile {profile.name} needs coordinates of both ends"
            problems.append(Problem("demands", None, what, f"{src} {dst}"))
        else:
            demands.append(Demand(src, dst, bound_us, tier.name))
    if problems:
        raise InputError(problems)
    return tuple(demands)


def _unknown_exceptions(topology: Topology, profile: TierProfile) -> list[Problem]:
    nodes = topology.active_nodes
    known = frozenset[str]().union(*map(_names, nodes))
    what, expected = "unknown name in an exception", f"a node, place or hub of {topology.name}"
    file = profile.file or profile.name
    return [
        Problem(file, exception.line, what, name, expected, did_you_mean(name, known))
        for exception in profile.exceptions
        for name, names in zip(exception.between, exception.ends, strict=True)
        if not names & known
    ]


def _names(node: Node) -> frozenset[str]:
    return frozenset(name for name in (node.name, node.place, node.hub) if name)


def scope_of(src: Node, dst: Node) -> Scope:
    """City: the same place. Region: the same hub region. National: all else."""
    if src.place is not None and src.place == dst.place:
        return Scope.CITY
    if src.hub is not None and src.hub == dst.hub:
        return Scope.REGION
    return Scope.NATIONAL
