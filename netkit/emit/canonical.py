"""The one order in which a state is written, whatever order a file has it in."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network

from netkit.model.router_state import (
    CandidatePathState,
    EdgeFilter,
    PolicyState,
    RouterState,
    Steering,
    WeightedList,
)


def canonical(state: RouterState) -> RouterState:
    """``state`` with all its parts in the order that :mod:`~netkit.model.router_state` says."""
    ports = (replace(one, prefixes=_prefixes(one.prefixes)) for one in state.customers)
    reflectors = (replace(one, senders=tuple(sorted(one.senders))) for one in state.reflectors)
    return replace(
        state,
        locators=tuple(sorted(state.locators, key=lambda one: (one.name, one.prefix))),
        sids=tuple(sorted(state.sids, key=lambda one: one.prefix)),
        policies=tuple(sorted(map(_policy, state.policies), key=lambda one: one.key)),
        customers=tuple(sorted(ports, key=lambda one: one.interface)),
        edge=None if state.edge is None else _edge(state.edge),
        reflectors=tuple(sorted(reflectors, key=lambda one: (one.address, one.port))),
    )


def _policy(policy: PolicyState) -> PolicyState:
    paths = sorted(map(_path, policy.candidate_paths), key=lambda one: -one.preference)
    steering = tuple(sorted(policy.steering, key=_entry))
    return replace(policy, candidate_paths=tuple(paths), steering=steering)


def _path(path: CandidatePathState) -> CandidatePathState:
    return replace(path, lists=tuple(sorted(path.lists, key=_weighed)))


def _weighed(one: WeightedList) -> tuple[int, list[int]]:
    """Heaviest first, then by their SIDs."""
    return -one.weight, [int(segment.sid) for segment in one.segments]


def _entry(one: Steering) -> tuple[int, IPv4Network | IPv6Network, str]:
    return one.prefix.version, one.prefix, one.vrf or ""


def _prefixes(
    prefixes: tuple[IPv4Network | IPv6Network, ...],
) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(sorted(prefixes, key=lambda one: (one.version, one)))


def _edge(edge: EdgeFilter) -> EdgeFilter:
    peers = (replace(one, admitted=tuple(sorted(one.admitted))) for one in edge.peers)
    return EdgeFilter(
        blocks=tuple(sorted(edge.blocks)),
        inside=tuple(sorted(edge.inside)),
        protected=tuple(sorted(edge.protected)),
        reachable=tuple(sorted(edge.reachable)),
        customers=tuple(sorted(edge.customers)),
        peers=tuple(sorted(peers, key=lambda one: one.interface)),
    )
