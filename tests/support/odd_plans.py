"""Plans that nobody draws on a slide, as states of routers: lists with weights, backups, binding
SIDs, prefixes of both families, several colors to one end, hostile names, nothing at all."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Address, IPv6Network
from itertools import permutations

from emitted import HOSTILE
from random_cases import random_case

from netkit.emit.canonical import canonical
from netkit.emit.desired.states import desired_states
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.router_state import (
    CandidatePathState,
    Flavor,
    PolicyState,
    RouterState,
    SegmentState,
    Steering,
    WeightedList,
)
from netkit.model.srv6.segment_list import Stitch
from netkit.planner.plan import plan_demands

_COLORS = (None, None, 1, 7, 2**31 - 1)
_PREFERENCES = (1, 50, 100, 200, 255, 299)


def odd_plan(rng: random.Random, *, usid: bool) -> tuple[Topology, Plan]:
    """All pairs of a random case, on links that are narrow for some of them: split over lists with
    weights, with backups and alternatives, cut by binding SIDs, over planes; or none at all."""
    topology, _ = random_case(rng)
    links = tuple(
        replace(
            one, capacity_bps=rng.choice((None, 1, 2, 3)), mtu_bytes=rng.choice((None, 1400, 9000))
        )
        for one in topology.links
    )
    topology = replace(topology, links=links)
    pairs = permutations([node.name for node in topology.active_nodes], 2)
    demands = [one for pair in pairs if rng.random() < 0.7 for one in _demands(rng, *pair)]
    cut = not usid and rng.random() < 0.3
    options = PlanOptions(
        usid=usid,
        binding_sids=cut,
        stitch=Stitch.BORDER if usid or cut else rng.choice(list(Stitch)),
        alternatives=rng.choice((0, 0, 3)),
        algorithms=tuple(flex.algorithm for flex in topology.flex_algos),
        share=1 if cut else rng.choice((1, 3)),
    )
    if rng.random() < 0.05:
        return topology, Plan(topology.name, "", ())
    return topology, plan_demands(topology, demands, options)


def _demands(rng: random.Random, src: str, dst: str) -> Iterator[Demand]:
    for color in rng.sample(_COLORS, rng.choice((1, 1, 1, 3))):
        bound_us, wide = rng.randint(8, 60), rng.choice((None, 1, 3))
        yield Demand(src, dst, bound_us, color=color, bandwidth_bps=wide)


def odd_states(rng: random.Random, *, usid: bool) -> list[RouterState]:
    """The states of all routers of an odd plan, each with up to two oddities that no plan gives."""
    states = desired_states(*odd_plan(rng, usid=usid), usid=usid)
    return [_made_odd(rng, state) for state in states.values()]


def _made_odd(rng: random.Random, state: RouterState) -> RouterState:
    for change in rng.sample(_CHANGES, rng.choice((0, 1, 1, 2))):
        state = change(rng, state)
    return canonical(state)


def _steered(rng: random.Random, state: RouterState) -> RouterState:
    """Prefixes of both families into some policies: each prefix into one."""
    return _each(state, lambda number, policy: replace(
        policy, steering=(*policy.steering, *_entries(rng, number))
    ))  # fmt: skip


def _entries(rng: random.Random, number: int) -> Iterator[Steering]:
    for part in range(rng.randint(0, 3)):
        vrf = rng.choice(("customers", None))
        if rng.random() < 0.5:
            bits = rng.choice((24, 30, 32))
            yield Steering(IPv4Network((10 << 24 | number << 16 | part << 8, bits)), vrf)
        else:
            bits = rng.choice((48, 64, 128))
            yield Steering(IPv6Network((0x20010DB9 << 96 | number << 88 | part << 80, bits)), vrf)


def _bound(rng: random.Random, state: RouterState) -> RouterState:
    """Binding SIDs of some policies that have none, of functions of which platforms take some."""
    if not state.locators:
        return state
    locator = int(state.locators[0].prefix.network_address)
    first = rng.choice((0xB100, 0xFE00))
    bare = [policy.key for policy in state.policies if policy.binding_sid is None]
    chosen = {key for key in bare if rng.random() < 0.5}
    return _each(state, lambda number, policy: policy if policy.key not in chosen else replace(
        policy, binding_sid=IPv6Address(locator | first + number << 64)
    ))  # fmt: skip


def _renamed(rng: random.Random, state: RouterState) -> RouterState:
    """Names of policies, paths and lists that mean something to some platform, or do not fit."""

    def renamed(number: int, policy: PolicyState) -> PolicyState:
        name = rng.choice(HOSTILE) + rng.choice(("", str(number)))
        paths = tuple(
            replace(path, name=name, lists=tuple(replace(one, name=name) for one in path.lists))
            for path in policy.candidate_paths
        )
        return replace(policy, name=rng.choice((name, None)), candidate_paths=paths)

    return _each(state, renamed)


def _called(rng: random.Random, state: RouterState) -> RouterState:
    """A router that is called so."""
    return replace(state, router=rng.choice(HOSTILE) or "r")


def _weighed(rng: random.Random, state: RouterState) -> RouterState:
    """Weights as large as they can be, or all alike."""
    most = rng.choice((1, 16, 256, 2**32 - 1))
    return _each_path(state, lambda path: replace(
        path, lists=tuple(replace(one, weight=rng.randint(1, most)) for one in path.lists)
    ))  # fmt: skip


def _preferred(rng: random.Random, state: RouterState) -> RouterState:
    """Other preferences, each once."""

    def preferred(_: int, policy: PolicyState) -> PolicyState:
        many = len(policy.candidate_paths)
        if many > len(_PREFERENCES):
            return policy
        paths = zip(policy.candidate_paths, rng.sample(_PREFERENCES, many), strict=True)
        return replace(
            policy, candidate_paths=tuple(replace(path, preference=own) for path, own in paths)
        )

    return _each(state, preferred)


def _long(rng: random.Random, state: RouterState) -> RouterState:
    """A policy of the longest list, of one SID after the other, beside those of the plan."""
    usid = any(one.usid for one in state.locators)
    flavors = frozenset({Flavor.NEXT_CSID}) if usid else frozenset()
    end = 0 if usid else 1
    nodes = [rng.randint(1, 0xDFFF) for _ in range(rng.choice((1, 2, 6, 8, 10, 24)))]
    sids = (IPv6Address(0x5F00 << 112 | node << 80 | end << 64) for node in nodes)
    own = WeightedList("long", 1, tuple(SegmentState(sid, flavors=flavors) for sid in sids))
    path = CandidatePathState(100, (own,), None, "long")
    policy = PolicyState("long", 99, IPv6Address("5f00:0:dfff::1"), (path,))
    entry = Steering(IPv6Network("2001:dba::/48"), "customers")
    return replace(state, policies=(*state.policies, replace(policy, steering=(entry,))))


def _each(state: RouterState, change: Callable[[int, PolicyState], PolicyState]) -> RouterState:
    return replace(
        state,
        policies=tuple(change(number, one) for number, one in enumerate(state.policies, start=1)),
    )


def _each_path(
    state: RouterState, change: Callable[[CandidatePathState], CandidatePathState]
) -> RouterState:
    return _each(state, lambda _, policy: replace(
        policy, candidate_paths=tuple(map(change, policy.candidate_paths))
    ))  # fmt: skip


_CHANGES = (_steered, _bound, _renamed, _called, _weighed, _preferred, _long)


def oddities(state: RouterState) -> Iterator[str]:
    """What is odd about what a dialect carries, by the words of docs/targets.md."""
    if not state.policies:
        yield "no policies"
    for policy in state.policies:
        yield "policies"
        if policy.binding_sid is not None:
            yield "binding SIDs"
        if len(policy.candidate_paths) > 1:
            yield "backup paths"
        yield from (f"IPv{entry.prefix.version} prefixes" for entry in policy.steering)
        for path in policy.candidate_paths:
            if len({one.weight for one in path.lists}) > 1:
                yield "weights"
            yield from ("long lists" for one in path.lists if len(one.segments) > 4)
