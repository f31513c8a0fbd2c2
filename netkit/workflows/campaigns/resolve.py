"""Selectors of a campaign file, resolved on its topology: which site measures which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from netkit.errors import InputError, unknown_node
from netkit.files.campaigns.reading import CampaignReading, Hidden
from netkit.files.native.topology import load_topology
from netkit.files.place_names import also_called
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import (
    CampaignFile,
    Cover,
    Cross,
    Mesh,
    Rings,
    Selector,
    SiteSet,
)
from netkit.model.network.topology import Topology
from netkit.planner.coverage.selection import Places, Selection, select

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import Crossing, Crossings

_T = TypeVar("_T")


@dataclass(frozen=True)
class ResolvedPairs:
    """Every site by name, and the pairs of each measurement in the order of the file."""

    site: dict[str, Site]
    selections: tuple[Selection, ...]


def sites_of(asked: CampaignFile, topology: Topology | None) -> tuple[Site, ...]:
    """The sites of a file; without any, every node of the topology that is in service is one."""
    if asked.sites or topology is None:
        return asked.sites
    return tuple(Site(node.name, (), node.name) for node in topology.active_nodes)


def resolve_pairs(reading: CampaignReading, topology: Topology | None) -> ResolvedPairs:
    """Pairs of sites by measurement; of one whose selector cannot be resolved, none.

    Every node, site, attribute or ring that does not exist is a problem of the reading.
    ``topology`` is None where there is none, or none that can be read.
    """
    asked = reading.asked
    _check_nodes(reading, topology)
    unplaced = reading.unread.unplaced
    sites = tuple(
        replace(site, node=None) if site.name in unplaced else site
        for site in sites_of(asked, topology)
    )
    places = Places(sites, {} if topology is None else topology.node, also_called)
    crossings = _crossings(asked, topology)
    by_name = {site.name: site for site in sites}

    def crossed(src: str, dst: str) -> Crossing | None:
        ends = by_name[src].node, by_name[dst].node
        if crossings is None or ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            return None
        return crossings.of(ends[0], ends[1])

    found = []
    for one in asked.measurements:
        selection = Selection(())
        if _rests_on_unread(one.selector, reading):
            reading.hide(Hidden.FLOWS, one.line)
        else:
            try:
                selection = select(one.selector, one.line, places, crossed)
            except InputError as error:
                reading.refuse(error.problems, one.line)
                reading.hide(Hidden.FLOWS, one.line)
        reading.pairs |= {(pair.src, pair.dst) for pair in selection.pairs}
        found.append(selection)
    return ResolvedPairs(by_name, tuple(found))


def topology_of(reading: CampaignReading, other: Path | None = None) -> Topology | None:
    """The topology that the file names, or the ``other``; None where it cannot be read, which is a
    problem of the reading."""
    place = other or reading.asked.topology
    return None if place is None else readable(reading, "topology", lambda: load_topology(place))


def readable(reading: CampaignReading, key: str, read: Callable[[], _T]) -> _T | None:
    """What a file that is named under ``key`` holds; None, and its problems, where it cannot be
    read."""
    try:
        return read()
    except InputError as error:
        line = reading.asked.key_lines.get(key)
        reading.findings.extend_problems(
            one if one.line is not None else replace(
                one, file=reading.asked.file, line=line, what=f"{key}: {one.what}",
                value=one.value or one.file,
            )
            for one in error.problems
        )  # fmt: skip
        reading.unread.keys.add(key)
        return None


def _rests_on_unread(selector: Selector, reading: CampaignReading) -> bool:
    """Would it come to something else, were all sites and their nodes known?"""
    unread = reading.unread
    sets = _sets(selector)
    if not reading.asked.sites and ({"topology", "sites"} & unread.keys or unread.nameless):
        return True
    some_nodes = "topology" in unread.keys or bool(unread.unplaced) or unread.nameless
    if some_nodes and (isinstance(selector, Cover) or any(one.attributes for one in sets)):
        return True
    return unread.nameless and any(one.names is None for one in sets)


def _sets(selector: Selector) -> tuple[SiteSet, ...]:
    match selector:
        case Cross(senders, reflectors):
            return senders, reflectors
        case Mesh(sites) | Rings(sites) | Cover(sites):
            return (sites,)
    return ()


def _crossings(asked: CampaignFile, topology: Topology | None) -> Crossings | None:
    """What a cover asks for; whoever has none need not load the planner."""
    covers = any(isinstance(one.selector, Cover) for one in asked.measurements)
    if topology is None or not covers:
        return None
    from netkit.planner.coverage.crossings import Crossings

    return Crossings(topology)


def _check_nodes(reading: CampaignReading, topology: Topology | None) -> None:
    """Each site whose node is not there, or not in service."""
    asked = reading.asked
    if topology is None:
        if "topology" in reading.unread.keys and any(site.node for site in asked.sites):
            reading.hide(Hidden.NODES)
        return
    active = {node.name for node in topology.active_nodes}
    for site, line in zip_longest(asked.sites, asked.site_lines[: len(asked.sites)]):
        if site.node is not None and site.node not in active:
            unknown = unknown_node(topology.name, site.node, active, topology.node)
            reading.refuse([unknown], line)
            reading.unread.unplaced.add(site.name)
