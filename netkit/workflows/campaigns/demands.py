"""The demands of campaigns on one topology."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from netkit.errors import InputError, Problem
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.tier import bounded
from netkit.workflows.campaigns.lab_campaign import Campaign


def demands_of(topology: Topology, campaigns: Sequence[Campaign]) -> tuple[Demand, ...]:
    """Both directions of every pair, each once; raises InputError for what the topology lacks."""
    found: dict[tuple[str, str], Demand] = {}
    measured: dict[tuple[str, str], Campaign] = {}
    problems: list[Problem] = []
    for campaign in campaigns:
        try:
            demands = _both_ways(topology, campaign)
        except InputError:
            problems += _located(topology, campaign)
            continue
        lines = [line for _, line in campaign.located for _ in range(2)]
        for demand, line in zip(demands, lines, strict=True):
            held = found.setdefault((demand.src, demand.dst), demand)
            if held.bound_us != demand.bound_us:
                what = "another bound than a campaign before sets for the same pair"
                pair = f"{demand.src} {demand.dst}"
                problems.append(Problem(campaign.file, line, what, pair))
        for ends, line in campaign.located:
            if measured.setdefault(ends, campaign) is not campaign:
                what = "a campaign before measures the same pair"
                problems.append(Problem(campaign.file, line, what, " ".join(ends)))
    if problems:
        raise InputError(dict.fromkeys(problems))
    return tuple(found.values())


def _both_ways(topology: Topology, campaign: Campaign) -> tuple[Demand, ...]:
    """There and back for each pair in turn, judged by the tier of the campaign's scope if it has
    one."""
    pairs = [way for src, dst in campaign.pairs for way in ((src, dst), (dst, src))]
    demands = bounded(topology, pairs, campaign.profile)
    if campaign.scope is None:
        return demands
    tier = campaign.profile.tiers[campaign.scope]
    return tuple(
        dataclasses.replace(
            one, bound_us=one.bound_us if tier.bound_us is None else tier.bound_us, tier=tier.name
        )
        for one in demands
    )


def _located(topology: Topology, campaign: Campaign) -> Iterator[Problem]:
    """What is wrong with the pairs, with the line of each: they are tried one by one."""
    for pair, line in campaign.located:
        alone = dataclasses.replace(campaign, pairs=(pair,), pair_lines=(line,))
        try:
            _both_ways(topology, alone)
        except InputError as error:
            for problem in error.problems:
                yield dataclasses.replace(problem, file=campaign.file, line=line)
