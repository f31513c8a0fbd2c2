"""Which sites satisfy a workload class for a city: targets, bound, backup site.

One city at a time, capacities aside, so the answer is a filter and an order: exact, with at most s²
reaches for s sites and their backups, each computed once. Tables of demands that share sites are
the business of :mod:`netkit.planner.placement.assignment`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from netkit.errors import InputError
from netkit.model.network.elements import Node
from netkit.model.network.geo import great_circle_km
from netkit.model.network.topology import Topology
from netkit.model.placement.workload import (
    BackupNeed,
    BackupSite,
    Nearest,
    Obstacle,
    Option,
    Placement,
    Reach,
    Refusal,
    Site,
    Target,
    WorkloadClass,
)
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import TierProfile
from netkit.planner.network.igp import Igp
from netkit.planner.network.network import Network
from netkit.planner.placement.reach import Reaches


class Placer:
    """Places work of any class from any city of one topology on ``sites``."""

    def __init__(
        self,
        topology: Topology,
        sites: Sequence[Site],
        profile: TierProfile,
        options: PlanOptions | None = None,
    ) -> None:
        igp = Igp.of(Network.of(topology), ())
        self.sites = tuple(sites)
        self._node = topology.node
        self._profile = profile
        self._reaches = Reaches(igp, options or PlanOptions())
        self._inside: dict[tuple[str, str], list[Option]] = {}

    def place(self, city: Site, workload: WorkloadClass) -> Placement:
        """Every site that satisfies the class: by target in the order of the class, then by delay,
        then by name; each with the best backup site.

        Raises :class:`~netkit.errors.InputError` where a bound rests on missing coordinates.
        """
        fitting = [self._with_backup(city, workload, one) for one in self._fitting(city, workload)]
        kept = [one for one in fitting if _backed(one, workload.backup)]
        order = {word: rank for rank, word in enumerate(workload.targets)}
        kept.sort(key=lambda one: (order[one.target], one.reach.delay_us, one.site.name))
        if kept:
            return Placement(city, workload, tuple(kept))
        return Placement(city, workload, (), self._refusal(city, workload, fitting))

    def nearest(self, city: Site) -> Nearest:
        """The cluster of least delay, and that of least distance; ties to the first by name."""
        found = Nearest(city)
        reached = [way for way in self._reached(city) if way[0].cluster]
        by_delay = sorted(reached, key=lambda way: (way[1].delay_us, way[0].name))
        if by_delay:
            found = replace(found, site=by_delay[0][0], reach=by_delay[0][1])
        clusters = [site for site in self.sites if site.cluster]
        distances = [(km, s.name, s) for s in clusters if (km := self._km(city, s)) is not None]
        if distances:
            distance_km, _, site = min(distances, key=lambda way: way[:2])
            found = replace(found, site_by_km=site, distance_km=distance_km)
        return found

    def _fitting(self, city: Site, workload: WorkloadClass) -> list[Option]:
        """Sites of an allowed target inside the bound, without their backups."""
        key = city.name, workload.name
        if key not in self._inside:
            self._inside[key] = list(self._search(city, workload))
        return self._inside[key]

    def _search(self, city: Site, workload: WorkloadClass) -> Iterator[Option]:
        for site, reach in self._reached(city):
            target = self.target(city, workload, site)
            if target is None:
                continue
            bound_us = self._bound(workload, reach)
            if reach.delay_us <= bound_us:
                yield Option(site, target, reach, bound_us)

    def target(self, city: Site, workload: WorkloadClass, site: Site) -> str | None:
        """The first of the class's targets that the site is; None if it is none of them."""
        return next((word for word in workload.targets if self._is(word, city, site)), None)

    def _is(self, word: str, city: Site, site: Site) -> bool:
        if word == Target.CITY:
            return site.cluster and site.place is not None and site.place == city.place
        if word == Target.REGION:
            return site.cluster and site.hub is not None and site.hub == self._hub(city)
        return word == Target.ANY or word in site.traits

    def _hub(self, city: Site) -> str | None:
        """The city's own hub; that of the nearest cluster where it has none."""
        if city.hub is not None:
            return city.hub
        ways = [
            (reach.delay_us, site.hub)
            for site, reach in self._reached(city)
            if site.cluster and site.hub
        ]
        return min(ways, default=(0, None))[1]

    def _reached(self, city: Site) -> list[tuple[Site, Reach]]:
        ways = ((site, self._reaches.best(city, site)) for site in self.sites)
        return [(site, reach) for site, reach in ways if reach is not None]

    def _bound(self, workload: WorkloadClass, reach: Reach) -> int:
        ends = self._node[reach.city_node], self._node[reach.site_node]
        bound_us = workload.bound_for(self._profile, *ends)
        if bound_us is None:
            what = f"class {workload.name} under profile {self._profile.name} needs coordinates"
            raise InputError.single(what, file="place", value=" ".join(node.name for node in ends))
        return bound_us

    def _with_backup(self, city: Site, workload: WorkloadClass, first: Option) -> Option:
        """The backup of least delay among those with disjoint lists; else among all elsewhere."""
        others = [
            one
            for one in self._fitting(city, workload)
            if one.site.place is None or one.site.place != first.site.place
            if one.site.name != first.site.name
        ]
        others.sort(key=lambda one: (one.reach.delay_us, one.site.name))
        best: BackupSite | None = None
        for one in others:
            if best is not None and one.reach.delay_us >= best.reach.delay_us:
                break
            reach = self._reaches.clear_of(first.reach, city, one.site)
            if reach is None or reach.delay_us > self._bound(workload, reach):
                continue
            if best is None or reach.delay_us < best.reach.delay_us:
                best = BackupSite(one.site, reach, disjoint=True)
        if best is None and others:
            best = BackupSite(others[0].site, others[0].reach, disjoint=False)
        return replace(first, backup=best)

    def _km(self, city: Site, site: Site) -> float | None:
        ends: list[Node] = [self._node[spot.nodes[0]] for spot in (city, site)]
        a, b = (node.coordinates for node in ends)
        return None if a is None or b is None else great_circle_km(a, b)

    def _refusal(self, city: Site, workload: WorkloadClass, unbacked: Sequence[Option]) -> Refusal:
        """Say which of targets, ways, delay and backup binds, and the nearest thing to it."""
        targets = workload.targets
        if unbacked:
            near = min(unbacked, key=lambda one: (one.reach.delay_us, one.site.name))
            return Refusal(Obstacle.BACKUP, near.site, near.reach.delay_us, backup=workload.backup)
        allowed = [site for site in self.sites if self.target(city, workload, site) is not None]
        if not allowed:
            return Refusal(Obstacle.TARGET, targets=targets)
        late = [
            (reach.delay_us - bound_us, site.name, site, reach, bound_us)
            for site, reach in self._reached(city)
            if site in allowed
            for bound_us in (self._bound(workload, reach),)
        ]
        if not late:
            return Refusal(Obstacle.DISCONNECTED, sites=tuple(allowed))
        excess_us, _, site, reach, bound_us = min(late, key=lambda way: way[:2])
        return Refusal(Obstacle.DELAY, site, reach.delay_us, excess_us, bound_us, targets=targets)


def _backed(option: Option, need: BackupNeed) -> bool:
    if need is BackupNeed.NONE:
        return True
    backup = option.backup
    return backup is not None and (need is BackupNeed.PLACE or backup.disjoint)
