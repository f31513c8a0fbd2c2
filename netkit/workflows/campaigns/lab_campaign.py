"""A campaign as the lab runs it: pairs of nodes, and how they are probed.

The lab emulates the topology itself: it plans the lists that probes take, and sends them in turns.
So of a file it takes who measures whom, how many probes of which size and how far apart, the tiers,
and what is wrong with the clocks of sites; spacing, marks, lists and addresses are for the field.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType

from netkit.errors import InputError, Problem
from netkit.files.campaigns.campaign import look_at_campaign
from netkit.files.campaigns.reading import CampaignReading, Hidden, unjudged
from netkit.model.measurement.campaign import Site
from netkit.model.measurement.campaign_file import Budget, CampaignFile, Measurement, Schedule
from netkit.model.measurement.host_clock import HostClock
from netkit.model.network.topology import Topology
from netkit.model.planning.tier import PROFILES, Scope, TierProfile
from netkit.model.units import NS_PER_MS
from netkit.probe.sender.request import MIN_REQUEST_BYTES
from netkit.workflows.campaigns.resolve import ResolvedPairs, resolve_pairs, topology_of


@dataclass(frozen=True, slots=True)
class Campaign:
    """``topology`` is the path of a topology file, ``profile`` one that ships or a file's.

    With a ``scope``, every pair is judged by the profile's tier of that scope, else by the tier
    that its own two nodes fall under. ``request_bytes`` is the UDP payload of a probe.
    ``measurement`` is its name in ``file``, where there are several; ``pair_lines`` says where in
    it each pair stands. ``unheeded`` names what the file asks for and the lab does not do.
    ``clocks`` are those of nodes whose hosts do not read the lab's own.
    """

    name: str
    topology: Path
    pairs: tuple[tuple[str, str], ...]
    profile: TierProfile = PROFILES["2023"]
    scope: Scope | None = None
    count: int = 100
    interval_ms: float = 200
    timeout_ms: float = 1000
    request_bytes: int = MIN_REQUEST_BYTES
    seed: int = 0
    description: str = ""
    measurement: str = ""
    file: str = field(default="campaign", compare=False)
    pair_lines: tuple[int | None, ...] = field(default=(), compare=False)
    unheeded: tuple[str, ...] = field(default=(), compare=False)
    clocks: Mapping[str, HostClock] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def title(self) -> str:
        """What people see it called."""
        return f"{self.name}, {self.measurement}" if self.measurement else self.name

    @property
    def located(self) -> Iterator[tuple[tuple[str, str], int | None]]:
        """Each pair with its line; pairs of a campaign that no file holds have none."""
        return zip_longest(self.pairs, self.pair_lines)


def load_campaigns(
    files: Iterable[str | os.PathLike[str]], topology: Path | None = None
) -> tuple[Campaign, ...]:
    """What the lab is to run of campaign files, on their own topologies or on the one given; each
    topology is loaded once.

    Raises :class:`~netkit.errors.InputError` with everything that is wrong in any of the files.
    """
    topologies: dict[Path, Topology | None] = {}
    found: list[Campaign] = []
    problems: list[Problem] = []
    for file in files:
        try:
            reading = look_at_campaign(file)
            found += _lab_campaigns(reading, topology, topologies)
            problems += reading.problems
        except InputError as error:
            problems += (*error.problems, unjudged(os.fspath(file), Hidden.FILE))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _lab_campaigns(
    reading: CampaignReading, other: Path | None, topologies: dict[Path, Topology | None]
) -> list[Campaign]:
    asked = reading.asked
    on = asked.topology if other is None else other
    if on is None:
        if not reading.unread.keys & {"topology"}:
            what = "the lab emulates a topology"
            reading.refuse([Problem(None, None, what, None, "topology: a file")])
        return []
    place = on.resolve()
    if place not in topologies:
        topologies[place] = topology_of(reading, other)
    topology = topologies[place]
    if topology is None:
        reading.unread.keys.add("topology")
        resolve_pairs(reading, None)
        return []
    return lab_campaigns(reading, on, topology)


def lab_campaigns(reading: CampaignReading, place: Path, topology: Topology) -> list[Campaign]:
    """One campaign a measurement of the file, in terms of nodes of the topology at ``place``.

    A pair of nodes that several measurements name is measured once, by the first of them. What the
    topology does not have is a problem of the reading.
    """
    asked = reading.asked
    resolved = resolve_pairs(reading, topology)
    _check_nodes(reading, resolved)
    taken: set[tuple[str, str]] = set()
    found = []
    for number, measurement in enumerate(asked.measurements):
        pairs = {
            pair: chosen.line
            for chosen in resolved.selections[number].pairs
            if (pair := _nodes(resolved.site, chosen.src, chosen.dst)) not in taken
        }
        taken |= pairs.keys()
        if pairs:
            found.append(_campaign(asked, measurement, place, pairs))
    return found


def _nodes(site: dict[str, Site], src: str, dst: str) -> tuple[str, str]:
    return str(site[src].node), str(site[dst].node)


def _check_nodes(reading: CampaignReading, resolved: ResolvedPairs) -> None:
    """In the lab a site is a node, and no two that measure each other are the same."""
    asked = reading.asked
    problems = [*_two_clocks(asked)]
    for selection in resolved.selections:
        for chosen in selection.pairs:
            ends = [resolved.site[name] for name in (chosen.src, chosen.dst)]
            if not reading.unread.unplaced.isdisjoint((chosen.src, chosen.dst)):
                continue
            what = "in the lab a site is a node of the topology"
            problems += [
                Problem(asked.file, chosen.line, what, site.name, "a site with node:")
                for site in ends
                if site.node is None
            ]
            if ends[0].node is not None and ends[0].node == ends[1].node:
                what = f"{chosen.src} and {chosen.dst} are one node"
                problems.append(Problem(asked.file, chosen.line, what, ends[0].node))
    reading.refuse(dict.fromkeys(problems))


def _two_clocks(asked: CampaignFile) -> Iterator[Problem]:
    """A node is one host in the lab, and a host has one clock."""
    first: dict[str, Site] = {}
    for site, line in zip(asked.sites, asked.site_lines, strict=True):
        before = None if site.node is None else first.setdefault(site.node, site)
        if before is not None and before.lab_clock != site.lab_clock:
            what = f"{before.name} and {site.name} are one node with two clocks"
            yield Problem(asked.file, line, what, site.node, "the same clock: at both")


def clocks_of(campaigns: Iterable[Campaign]) -> dict[str, HostClock]:
    """The clocks of all hosts in one lab, by node. Raises :class:`~netkit.errors.InputError` where
    two campaigns give a node different ones."""
    found: dict[str, HostClock] = {}
    problems = []
    for campaign in campaigns:
        for node, clock in campaign.clocks.items():
            if found.setdefault(node, clock) != clock:
                what = "a campaign before gives this node another clock"
                problems.append(Problem(campaign.file, None, what, node, "one clock a node"))
    if problems:
        raise InputError(dict.fromkeys(problems))
    return found


def _campaign(
    asked: CampaignFile,
    measurement: Measurement,
    topology: Path,
    pairs: dict[tuple[str, str], int | None],
) -> Campaign:
    how = measurement.schedule
    return Campaign(
        asked.name, topology, tuple(pairs), asked.profile, measurement.scope, how.count,
        how.interval_ns / NS_PER_MS, how.timeout_ns / NS_PER_MS,
        how.request_bytes or MIN_REQUEST_BYTES, asked.seed, asked.description,
        measurement.name if len(asked.measurements) > 1 else "", asked.file, tuple(pairs.values()),
        tuple(_unheeded(asked, how)), _clocks(asked, pairs),
    )  # fmt: skip


def _clocks(asked: CampaignFile, pairs: Iterable[tuple[str, str]]) -> dict[str, HostClock]:
    """Those of the nodes that are measured."""
    nodes = {node for pair in pairs for node in pair}
    return {
        site.node: site.lab_clock
        for site in asked.sites
        if site.lab_clock is not None and site.node is not None and site.node in nodes
    }


def _unheeded(asked: CampaignFile, how: Schedule) -> Iterator[str]:
    """The fields that only real hosts heed, where they are not what the lab does anyway."""
    usual = Schedule()
    of_file = {"plan": asked.plan is not None, "budget": asked.budget != Budget()}
    of_schedule = {
        "spacing": how.poisson, "dscp": how.dscp != usual.dscp, "path": how.path != usual.path,
        "return_path": how.return_path != usual.return_path,
    }  # fmt: skip
    yield from (name for name, said in (of_file | of_schedule).items() if said)
