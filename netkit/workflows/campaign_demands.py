"""The demands of campaigns on one topology."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from netkit.errors import InputError, Problem
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.tier import Tier
from netkit.planner.network.network import as_graph
from netkit.planner.plan import tier_demands
from netkit.workflows.campaign_file import Campaign


def demands_of(topology: Topology, campaigns: Sequence[Campaign]) -> tuple[Demand, ...]:
    """Both directions of every pair, each once; raises InputError for what the topology lacks."""
    graph = as_graph(topology)
    found: dict[tuple[str, str], Demand] = {}
    problems: list[Problem] = []
    for campaign in campaigns:
        profile = campaign.profile
        for (src, dst), line in zip(campaign.pairs, campaign.pair_lines, strict=True):
            try:
                demands = tier_demands(graph, ((src, dst), (dst, src)), profile)
            except InputError as error:
                problems += [
                    dataclasses.replace(one, file=campaign.file, line=line)
                    for one in error.problems
                ]
                continue
            if campaign.scope is not None:
                tier = profile.tiers[campaign.scope]
                demands = tuple(_scoped(demand, tier) for demand in demands)
            for demand in demands:
                held = found.setdefault((demand.src, demand.dst), demand)
                if held.bound_us != demand.bound_us:
                    what = "another bound than a campaign before sets for the same pair"
                    problems.append(Problem(campaign.file, line, what, f"{src} {dst}"))
    if problems:
        raise InputError(dict.fromkeys(problems))
    return tuple(found.values())


def _scoped(demand: Demand, tier: Tier) -> Demand:
    bound_us = demand.bound_us if tier.bound_us is None else tier.bound_us
    return dataclasses.replace(demand, bound_us=bound_us, tier=tier.name)
