"""Placement against brute force: every segment list, every branch, every site."""

from __future__ import annotations

import itertools
from dataclasses import replace

from examples import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_topologies import BruteForce, Walk, allowed, delay_us, topologies

from netkit.model.network.elements import LinkKind, Role
from netkit.model.network.topology import Topology
from netkit.model.placement.sites import cities_of, sites_of
from netkit.model.placement.workload import (
    BackupNeed,
    Obstacle,
    Reach,
    Regions,
    Site,
    WorkloadClass,
)
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import PROFILES
from netkit.planner.placement.placer import Placer

MAX_SIDS = 3
ROLES = (Role.CLUSTER, Role.CLUSTER, Role.CITY)
REGIONS = Regions({}, {"green": frozenset({"G", "P"})})
TARGETS = st.lists(st.sampled_from(["city", "region", "any", "green"]), min_size=1, unique=True)


@st.composite
def peopled(draw: st.DrawFn) -> Topology:
    """Random backbones with clusters, places and hubs; a city first, then mostly clusters."""
    many = st.integers(1, 2)
    topology = draw(many.flatmap(lambda operators: topologies(operators=operators, fewest=4)))
    nodes = [
        replace(
            node,
            role=Role.CITY if not number else draw(st.sampled_from(ROLES)),
            place=draw(st.sampled_from([None, "P", "Q"])),
            hub=draw(st.sampled_from([None, "G", "H"])),
        )
        for number, node in enumerate(topology.nodes)
    ]
    return replace(topology, nodes=tuple(nodes))


@st.composite
def twins(draw: st.DrawFn) -> Topology:
    """Two operators at one city and at one of two sites."""
    topology = draw(topologies(operators=2, fewest=5))
    city, site, other = (Role.CITY, "P"), (Role.CLUSTER, "Q"), (Role.CLUSTER, "R")
    nodes = [
        replace(node, role=role, place=place, operator=operator)
        for node, (role, place), operator in zip(
            topology.nodes, (city, city, site, site, other), "ababa", strict=True
        )
    ]
    operator = {node.name: node.operator for node in nodes}
    kinds = {True: LinkKind.TRUNK, False: LinkKind.DIRECT_CONNECT}
    links = [
        replace(link, kind=kinds[operator[link.a] == operator[link.b]]) for link in topology.links
    ]
    return replace(topology, nodes=tuple(nodes), links=tuple(links))


CLASSES = st.builds(
    WorkloadClass,
    st.just("work"),
    TARGETS.map(tuple),
    bound_us=st.integers(5, 40),
    backup=st.sampled_from(BackupNeed),
)


class Brute:
    """Reaches by trying every list of up to two segments."""

    def __init__(self, topology: Topology) -> None:
        self.topology, self.force = topology, BruteForce(topology)
        self.lists = self.force.lists(MAX_SIDS - 1)

    def least(self, src: str, dst: str, shared: set[tuple[str, str]] = frozenset()) -> int | None:
        """The least guaranteed delay over arcs that are not ``shared``."""
        if src == dst:
            return 0
        ways = [self.force.branches(src, segments, dst) for segments in self.lists]
        fit = [walks for walks in ways if walks and self._fits(src, dst, walks, shared)]
        return min((max(map(delay_us, walks)) for walks in fit), default=None)

    def _fits(self, src: str, dst: str, walks: list[Walk], shared: set[tuple[str, str]]) -> bool:
        return all(
            allowed(self.topology, src, dst, walk) and not {arc.key for arc in walk} & shared
            for walk in walks
        )

    def best(self, ends: list[tuple[str, str]], first: Reach | None = None):
        """(delay, across, city node, site node) of the best pair of routers."""
        found = []
        for a, b in ends:
            shared = set() if first is None else self.shared(first, a, b)
            ways = [self.least(a, b, shared), self.least(b, a, shared)]
            if None not in ways:
                node = self.topology.node
                found.append((max(ways), node[a].operator != node[b].operator, a, b))
        return min(found, default=None)

    def shared(self, first: Reach, a: str, b: str) -> set[tuple[str, str]]:
        """The arcs that a path between a and b that is disjoint with ``first`` must not take."""
        legs = [leg.certificate for leg in (first.there, first.back) if leg is not None]
        links = {link for leg in legs for link, _ in leg.links}
        risks = {risk for link in links for risk in self.topology.link[link].srlgs}
        nodes = {node for leg in legs for node in leg.nodes} - {a, b}
        return {
            arc.key
            for arc in self.topology.adjacencies
            if arc.link_id in links or arc.srlgs & risks or {arc.src, arc.dst} & nodes
        }


@settings(max_examples=examples(150, one_in=3), suppress_health_check=list(HealthCheck))
@given(peopled() | twins(), CLASSES)
def test_options_and_backups_are_those_of_brute_force(
    topology: Topology, workload: WorkloadClass
) -> None:
    sites = sites_of(topology, REGIONS)
    placer = Placer(topology, sites, PROFILES["2023"], PlanOptions(max_sids=MAX_SIDS))
    brute = Brute(topology)
    for city in cities_of(topology, REGIONS):
        reach = {
            site.name: brute.best(list(itertools.product(city.nodes, site.nodes))) for site in sites
        }
        target = {site.name: first_target(workload, city, site, reach, sites) for site in sites}
        fit = [
            site
            for site in sites
            if target[site.name] is not None
            and reach[site.name] is not None
            and reach[site.name][0] <= workload.bound_us
        ]
        placement = placer.place(city, replace(workload, backup=BackupNeed.NONE))
        fit.sort(
            key=lambda site: (
                workload.targets.index(target[site.name]), reach[site.name][0], site.name,
            )
        )  # fmt: skip
        assert [one.site for one in placement.options] == fit
        assert (placement.refusal is None) == bool(fit)
        for one in placement.options:
            assert one.target == target[one.site.name]
            assert (one.reach.delay_us, one.reach.city_node, one.reach.site_node) == (
                reach[one.site.name][0], *reach[one.site.name][2:],
            )  # fmt: skip
            assert shown(one.backup) == expected_backup(brute, city, one, fit, reach, workload)
        kept = [one for one in placement.options if backed(one.backup, workload.backup)]
        asked = placer.place(city, workload)
        assert list(asked.options) == kept
        if fit and not kept:
            assert asked.refusal is not None
            assert asked.refusal.obstacle is Obstacle.BACKUP


def first_target(workload, city, site, reach, sites) -> str | None:
    near = [(reach[s.name][0], s.hub) for s in sites if s.hub and reach[s.name] is not None]
    hub = city.hub or min(near, default=(0, None))[1]
    holds = {
        "any": True,
        "city": site.place is not None and site.place == city.place,
        "region": site.hub is not None and site.hub == hub,
        "green": {site.hub, site.place} & {"G", "P"},
    }
    return next((word for word in workload.targets if holds[word]), None)


def expected_backup(brute, city: Site, one, fit, reach, workload):
    others = [
        site
        for site in fit
        if site.name != one.site.name and (site.place is None or site.place != one.site.place)
    ]
    clear = []
    for site in others:
        ends = [
            (a, b)
            for a, b in itertools.product(city.nodes, site.nodes)
            if b not in (one.reach.city_node, one.reach.site_node) or a == b
        ]
        best = brute.best(ends, one.reach)
        if best is not None and best[0] <= workload.bound_us:
            clear.append((best[0], reach[site.name][0], site.name))
    if clear:
        delay, _, name = min(clear)
        return name, delay, True
    near = min(((reach[site.name][0], site.name) for site in others), default=None)
    return None if near is None else (near[1], near[0], False)


def shown(backup):
    return None if backup is None else (backup.site.name, backup.reach.delay_us, backup.disjoint)


def backed(backup, need: BackupNeed) -> bool:
    if need is BackupNeed.NONE:
        return True
    return backup is not None and (need is BackupNeed.PLACE or backup.disjoint)
