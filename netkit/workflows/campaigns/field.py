"""A campaign file to flows between real hosts, and what they load: everything before sockets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem
from netkit.files.campaigns.plan_lists import PlanLists, read_plan_lists
from netkit.files.native.topology import load_topology
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign, Site
from netkit.model.measurement.campaign_file import CampaignFile, Measurement
from netkit.model.network.topology import Topology
from netkit.model.planning.demand import Demand
from netkit.model.planning.tier import bounded
from netkit.model.units import NS_PER_S
from netkit.planner.coverage.load import Load, load_of
from netkit.planner.coverage.selection import Chosen
from netkit.probe.run.fast import KEPT_PROBES
from netkit.workflows.campaigns.resolve import resolve_pairs
from netkit.workflows.campaigns.traffic import flow_load, request_bytes, round_length_ns
from netkit.workflows.campaigns.ways import Ends, ways

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import Crossings, LinkKey


@dataclass(frozen=True)
class ResolvedCampaign:
    """The campaign as flows, and what a cover could not promise.

    ``by_chance`` are links that ECMP may keep probes of a cover away from; ``smallest`` is False
    where a smaller cover might exist.
    """

    asked: CampaignFile
    campaign: FieldCampaign
    topology: Topology | None = None
    by_chance: frozenset[LinkKey] = frozenset()
    smallest: bool = True

    @cached_property
    def load(self) -> Load:
        """What all flows load sites and links with. O(s m) a flow of s segments over m links."""
        site = {one.name: one for one in self.campaign.sites}
        crossings = None if self.topology is None else _crossings(self.topology)
        return load_of(
            flow_load(flow, site, self.topology, crossings) for flow in self.campaign.flows
        )


def _crossings(topology: Topology) -> Crossings:
    """Only here, for it loads the planner, which whoever asks for no budget need not have."""
    from netkit.planner.coverage.crossings import Crossings

    return Crossings(topology)


def resolve_campaign(asked: CampaignFile) -> ResolvedCampaign:
    """Resolve selectors, lists and tiers on the topology and plan that the file names.

    Raises:
        InputError: whatever the topology or plan does not have, all of a kind with their lines.
    """
    topology = None if asked.topology is None else load_topology(asked.topology)
    plan = None if asked.plan is None else read_plan_lists(asked.plan)
    resolved = resolve_pairs(asked, topology)
    chosen = [
        (measurement, selection.pairs)
        for measurement, selection in zip(asked.measurements, resolved.selections, strict=True)
    ]
    flows = _flows(_Terms(asked, topology, plan, resolved.site), chosen)
    used = {name for flow in flows for name in (flow.src, flow.dst)}
    sites = tuple(site for site in resolved.site.values() if site.name in used or asked.sites)
    campaign = FieldCampaign(
        asked.name, sites, flows, asked.window_ns, asked.round_ns, asked.seed,
        None if plan is None else plan.digest,
    )  # fmt: skip
    by_chance = frozenset().union(*(one.by_chance for one in resolved.selections))
    smallest = all(one.smallest for one in resolved.selections)
    return ResolvedCampaign(asked, campaign, topology, by_chance, smallest)


@dataclass(frozen=True)
class _Terms:
    asked: CampaignFile
    topology: Topology | None
    plan: PlanLists | None
    site: dict[str, Site]


def _flows(
    terms: _Terms, chosen: Sequence[tuple[Measurement, Sequence[Chosen]]]
) -> tuple[CampaignFlow, ...]:
    problems: list[Problem] = []
    found: dict[tuple[str, str, str], CampaignFlow] = {}
    lines: dict[tuple[str, str, str], int | None] = {}
    for measurement, pairs in chosen:
        for pair in pairs:
            for flow in _pair_flows(terms, measurement, pair, problems):
                key = (flow.src, flow.dst, flow.name)
                if key in found:
                    what = f"the flow {flow.name} of this pair is already in line {lines[key]}"
                    value = f"{flow.src} to {flow.dst}"
                    remedy = "Give one of the two measurements another name."
                    problems.append(Problem(terms.asked.file, pair.line, what, value, None, remedy))
                found[key], lines[key] = flow, pair.line
    problems += _overlong(terms.asked, list(found.values()), list(lines.values()))
    if problems:
        raise InputError(dict.fromkeys(problems))
    return tuple(found.values())


def _pair_flows(
    terms: _Terms, measurement: Measurement, pair: Chosen, problems: list[Problem]
) -> Iterator[CampaignFlow]:
    """A flow for each list that the pair is measured over."""
    ends = Ends(terms.site[pair.src], terms.site[pair.dst], terms.asked.file, pair.line)
    if not ends.dst.addresses:
        where = ends.dst.name
        problems.append(ends.problem(f"{where} has no address", f"addresses: of the site {where}"))
    how = measurement.schedule
    there = ways(how.path, ends, terms.plan, problems)
    back = ways(how.return_path, ends.turned(), terms.plan, problems)
    bound = _bound(terms, measurement, ends, problems)
    for way in there:
        flow = CampaignFlow(
            measurement.name if len(there) == 1 else f"{measurement.name}.{way.segment_list}",
            pair.src, pair.dst, how.interval_ns, how.count, how.poisson, 0, how.dscp,
            how.timeout_ns, way.segments, back[0].segments if back else (), way.segment_list,
            None if bound is None else bound.bound_us, None if bound is None else bound.tier,
        )  # fmt: skip
        yield _sized(flow, how.request_bytes, ends, problems)


def _sized(
    flow: CampaignFlow, asked: int | None, ends: Ends, problems: list[Problem]
) -> CampaignFlow:
    """With the size asked for, or the least that has room for all that it asks for."""
    try:
        return replace(flow, request_bytes=request_bytes(flow, asked, ends.dst))
    except InputError as error:
        problems += [
            replace(one, file=ends.file, line=ends.line, field=None) for one in error.problems
        ]
        return flow


def _bound(
    terms: _Terms, measurement: Measurement, ends: Ends, problems: list[Problem]
) -> Demand | None:
    """The tier of the scope, or of the two nodes; None where no tier can be told."""
    profile, scope = terms.asked.profile, measurement.scope
    tier = None if scope is None else profile.tiers[scope]
    if tier is not None and tier.bound_us is not None:
        return Demand(ends.src.name, ends.dst.name, tier.bound_us, tier.name)
    if terms.topology is None or ends.src.node is None or ends.dst.node is None:
        return None
    try:
        (demand,) = bounded(terms.topology, [(ends.src.node, ends.dst.node)], profile)
    except InputError as error:
        problems += [replace(one, file=ends.file, line=ends.line) for one in error.problems]
        return None
    return demand if tier is None else replace(demand, tier=tier.name)


def _overlong(
    asked: CampaignFile, flows: Sequence[CampaignFlow], lines: Sequence[int | None]
) -> Iterator[Problem]:
    """Rounds that would still run when the next is due, and those too long for a session."""
    for flow, line in zip(flows, lines, strict=True):
        pair, takes_ns = f"{flow.src} to {flow.dst}", round_length_ns(flow)
        if flow.count > KEPT_PROBES:
            yield Problem(
                asked.file, line, "count", f"{flow.count} for {pair}", f"at most {KEPT_PROBES}"
            )
        if asked.round_ns is not None and takes_ns > asked.round_ns:
            yield Problem(
                asked.file, line, "a round takes longer than round_s",
                f"{takes_ns / NS_PER_S:g} s for {pair}", f"at most {asked.round_ns / NS_PER_S:g} s",
                "Fewer probes, closer together.",
            )  # fmt: skip
