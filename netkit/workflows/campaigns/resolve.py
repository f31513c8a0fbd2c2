"""Selectors of a campaign file, resolved on its topology: which site measures which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem, unknown_node
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import CampaignFile, Cover
from netkit.model.network.topology import Topology
from netkit.planner.coverage.selection import Places, Selection, select

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import Crossing, Crossings


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


def resolve_pairs(asked: CampaignFile, topology: Topology | None) -> ResolvedPairs:
    """Pairs of sites by measurement.

    Raises:
        InputError: every node that the topology does not have, then every site, attribute or ring
            that does not exist, with the line of each.
    """
    sites = sites_of(asked, topology)
    _check_nodes(asked, topology)
    places = Places(sites, {} if topology is None else topology.node)
    crossings = _crossings(asked, topology)
    by_name = {site.name: site for site in sites}

    def crossed(src: str, dst: str) -> Crossing | None:
        ends = by_name[src].node, by_name[dst].node
        if crossings is None or ends[0] is None or ends[1] is None or ends[0] == ends[1]:
            return None
        return crossings.of(ends[0], ends[1])

    found, problems = [], list[Problem]()
    for one in asked.measurements:
        try:
            found.append(select(one.selector, one.line, places, crossed))
        except InputError as error:
            problems += [_located(problem, asked.file, one.line) for problem in error.problems]
    if problems:
        raise InputError(problems)
    return ResolvedPairs(by_name, tuple(found))


def _crossings(asked: CampaignFile, topology: Topology | None) -> Crossings | None:
    """What a cover asks for; whoever has none need not load the planner."""
    covers = any(isinstance(one.selector, Cover) for one in asked.measurements)
    if topology is None or not covers:
        return None
    from netkit.planner.coverage.crossings import Crossings

    return Crossings(topology)


def _located(problem: Problem, file: str, line: int | None) -> Problem:
    return replace(problem, file=file, line=problem.line or line)


def _check_nodes(asked: CampaignFile, topology: Topology | None) -> None:
    if topology is None:
        return
    active = {node.name for node in topology.active_nodes}
    located: Sequence[tuple[Site, int | None]] = list(
        zip_longest(asked.sites, asked.site_lines[: len(asked.sites)])
    )
    problems = [
        replace(
            unknown_node(topology.name, site.node, active, topology.node),
            file=asked.file, line=line,
        )
        for site, line in located
        if site.node is not None and site.node not in active
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
