"""Where work may go on one topology: policy, sites and cities read together, ready to be asked."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from netkit.errors import InputError, did_you_mean
from netkit.files.compute_tables import read_compute_demands, read_sites
from netkit.files.place_names import by_other_names
from netkit.files.tier_profiles import profile_named
from netkit.files.workload_policy import read_classes, read_regions
from netkit.model.network.topology import Topology
from netkit.model.placement.assignment import Pairing
from netkit.model.placement.sites import cities_of, named_sites
from netkit.model.placement.workload import Placement, Site, WorkloadClass
from netkit.model.planning.plan_options import PlanOptions
from netkit.model.planning.tier import TierProfile
from netkit.model.progress import Progress
from netkit.planner.placement.assignment import pair_up
from netkit.planner.placement.placer import Placer

_Value = TypeVar("_Value")
_File = str | os.PathLike[str]


@dataclass(frozen=True)
class Places:
    """Made by :func:`places`; ``cities`` are places in file order, ``words`` every word that means
    one, or one router of it; ``unit`` is that of the sites' capacities, if they have any."""

    topology: Topology
    profile: TierProfile
    classes: Mapping[str, WorkloadClass]
    cities: tuple[Site, ...]
    words: Mapping[str, Site]
    unit: str | None
    placer: Placer

    def place(self, city: str, workload: str) -> Placement:
        """The sites that satisfy a class for a city; raises InputError for unknown names."""
        return self.placer.place(self.city(city), self.workload(workload))

    def city(self, word: str) -> Site:
        """The city of that name, or behind that router; raises InputError if there is none."""
        return _known(word, self.words, "city", "a place or node of the topology")

    def workload(self, word: str) -> WorkloadClass:
        """The class of that name; raises InputError if there is none."""
        return _known(word, self.classes, "workload class", "one of " + ", ".join(self.classes))

    def pair_up(
        self,
        demands: _File,
        *,
        split: bool = True,
        progress: Progress | None = None,
    ) -> Pairing:
        """Assign a CSV of demands: :func:`~netkit.planner.placement.assignment.pair_up`."""
        table = read_compute_demands(demands, self.words, self.classes, self.unit)
        return pair_up(self.placer, table.demands, table.unit, split=split, progress=progress)


def places(
    topology: Topology,
    *,
    profile: _File | TierProfile = "2023",
    regions: _File | None = None,
    classes: _File | None = None,
    sites: _File | None = None,
    max_sids: int | None = None,
    known: Mapping[str, str] | None = None,
    ambiguous: Collection[str] = (),
) -> Places:
    """Read what placement rests on: regions and classes (those that ship unless files are given)
    and a CSV of sites and capacities. ``known`` has further words for nodes, ``ambiguous`` such as
    stand for several. The Chinese names of places are words for them too.

    Raises :class:`~netkit.errors.InputError` with every problem of a file, and where there is
    neither a cluster nor a site of the table.
    """
    tiers = profile_named(profile)
    facts = read_regions(regions)
    kinds = read_classes(facts.traits, classes)
    named = by_other_names(named_sites(topology, facts, known or {}))
    words = {word: site for word, site in named.items() if word not in ambiguous}
    found = read_sites(sites, topology, facts, words)
    if not found.sites:
        expected, remedy = "a node with role: cluster", "Or name sites in a table"
        raise InputError.single(
            "no sites", file="place", value=topology.name, expected=expected, remedy=remedy,
            field="sites",
        )  # fmt: skip
    placer = Placer(topology, found.sites, tiers, PlanOptions(max_sids=max_sids))
    cities = cities_of(topology, facts)
    return Places(topology, tiers, kinds, cities, words, found.unit, placer)


def _known(word: str, known: Mapping[str, _Value], what: str, expected: str) -> _Value:
    if word not in known:
        remedy = did_you_mean(word, known)
        raise InputError.single(what, value=word, expected=expected, remedy=remedy)
    return known[word]
