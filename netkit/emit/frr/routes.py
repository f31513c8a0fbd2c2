"""Policies as static routes, and static routes as policies.

FRR knows neither colors nor endpoints nor preferences. A prefix that enters a policy has one route
for each candidate path, of distance 1 for the best, 2 for the next; the color is the tag of all of
them. Back from routes, what has the same color and the same lists is one policy; its endpoint is
the last SID.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network

from netkit.model.router_state import (
    CandidatePathState,
    PolicyState,
    SegmentState,
    Steering,
    WeightedList,
)

MOST_DISTANCE = 254
"""A route of distance 255 is never installed."""

_PREFERENCE_OF_NO_DISTANCE = 256


@dataclass(frozen=True, slots=True)
class SegmentRoute:
    """One static route with ``segments``, in order of travel, of a ``vrf`` or the default one."""

    prefix: IPv6Network | IPv4Network
    vrf: str | None
    distance: int
    color: int
    segments: tuple[IPv6Address, ...]


def routes_of(policies: Iterable[PolicyState]) -> Iterator[SegmentRoute]:
    """One route for each prefix and candidate path, by VRF and prefix, then distance."""
    found = []
    for policy in policies:
        for into in policy.steering:
            for distance, path in enumerate(policy.candidate_paths, start=1):
                sids = tuple(segment.sid for segment in path.lists[0].segments)
                route = SegmentRoute(into.prefix, into.vrf, distance, policy.color, sids)
                found.append(route)
    yield from sorted(found, key=_place)


def policies_of(routes: Iterable[SegmentRoute]) -> tuple[PolicyState, ...]:
    """The policies that routes stand for. A path's preference is 256 less its distance."""
    ways: dict[tuple[Steering, int], list[SegmentRoute]] = defaultdict(list)
    for route in routes:
        ways[Steering(route.prefix, route.vrf), route.color].append(route)
    grouped = defaultdict(list)
    for (into, color), own in ways.items():
        paths = {route.distance: route.segments for route in own}
        grouped[color, tuple(sorted(paths.items()))].append(into)
    found = [_policy(color, paths, into) for (color, paths), into in grouped.items()]
    return tuple(sorted(found, key=lambda one: (one.key, _steered(one.steering[0]))))


def _policy(
    color: int, paths: tuple[tuple[int, tuple[IPv6Address, ...]], ...], steering: list[Steering]
) -> PolicyState:
    candidates = tuple(
        CandidatePathState(
            _PREFERENCE_OF_NO_DISTANCE - distance,
            (WeightedList(None, 1, tuple(SegmentState(sid) for sid in sids)),),
        )
        for distance, sids in paths
    )
    endpoint = paths[0][1][-1]
    return PolicyState(
        None, color, endpoint, candidates, steering=tuple(sorted(steering, key=_steered))
    )


def _place(route: SegmentRoute) -> tuple[str, int, int, int, int, int]:
    prefix = route.prefix
    address = int(prefix.network_address)
    return (
        route.vrf or "", prefix.version, address, prefix.prefixlen, route.distance, route.color
    )  # fmt: skip


def _steered(into: Steering) -> tuple[int, int, int, str]:
    prefix = into.prefix
    return prefix.version, int(prefix.network_address), prefix.prefixlen, into.vrf or ""
