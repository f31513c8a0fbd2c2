"""A campaign file to flows between real hosts, and what they load: everything before sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem
from netkit.files.campaigns.campaign import look_at_campaign
from netkit.files.campaigns.plan_lists import PlanLists, read_plan_lists
from netkit.files.campaigns.reading import CampaignReading, Hidden, unjudged
from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.measurement.campaign_file import Budget, CampaignFile
from netkit.model.network.topology import Topology
from netkit.planner.coverage.load import Excess, Load, excess, load_of
from netkit.workflows.campaigns.flows import FlowMaker
from netkit.workflows.campaigns.resolve import readable, resolve_pairs, topology_of
from netkit.workflows.campaigns.traffic import Ways, flow_load

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import LinkKey


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
        ways = None if self.topology is None else _ways(self.topology)
        return load_of(flow_load(flow, site, ways) for flow in self.campaign.flows)


def _ways(topology: Topology) -> Ways:
    """Only here, for it loads the planner, which whoever asks for no budget need not have."""
    from netkit.planner.coverage.crossings import Crossings
    from netkit.workflows.replay import SegmentWords

    return Ways(Crossings(topology), SegmentWords(topology))


@dataclass(frozen=True)
class JudgedCampaign:
    """``found`` is what could be resolved: all that the file asks for if there are no ``problems``.

    ``over_budget`` are those of the problems that say what would be sent too much.
    """

    found: ResolvedCampaign | None
    problems: tuple[Problem, ...]
    over_budget: tuple[Problem, ...] = ()

    def checked(self) -> ResolvedCampaign:
        """The campaign; raises :class:`~netkit.errors.InputError` if anything is wrong with it."""
        if self.problems or self.found is None:
            raise InputError(self.problems)
        return self.found


def load_campaign(file: Path, *, sending: bool = True) -> ResolvedCampaign:
    """A campaign file, resolved on the topology and plan that it names.

    Unless something is ``sending`` its budget is not looked at. Raises
    :class:`~netkit.errors.InputError` with everything that is wrong.
    """
    return judge_campaign(file, sending=sending).checked()


def judge_campaign(
    file: Path,
    further: Callable[[CampaignReading, FieldCampaign], None] | None = None,
    *,
    sending: bool = True,
) -> JudgedCampaign:
    """The same, for whoever has more to judge: everything that is wrong is in ``problems``.

    ``further`` adds to the reading what else is wrong, with what could be resolved.
    """
    try:
        reading = look_at_campaign(file)
        found = _resolved(reading)
        over = _over_budget(reading, found) if sending else ()
        if further is not None:
            further(reading, found.campaign)
        return JudgedCampaign(found, reading.problems, over)
    except InputError as error:
        return JudgedCampaign(None, (*error.problems, unjudged(str(file), Hidden.FILE)))


def _resolved(reading: CampaignReading) -> ResolvedCampaign:
    """What can be resolved of selectors, lists and tiers."""
    asked = reading.asked
    topology, plan = topology_of(reading), _plan_of(reading)
    resolved = resolve_pairs(reading, topology)
    chosen = [
        (measurement, selection.pairs)
        for measurement, selection in zip(asked.measurements, resolved.selections, strict=True)
    ]
    flows = FlowMaker(reading, topology, plan, resolved.site).flows(chosen)
    used = {name for flow in flows for name in (flow.src, flow.dst)}
    sites = tuple(site for site in resolved.site.values() if site.name in used or asked.sites)
    campaign = FieldCampaign(
        asked.name, sites, flows, asked.window_ns, asked.round_ns, asked.seed,
        None if plan is None else plan.digest,
    )  # fmt: skip
    by_chance = frozenset().union(*(one.by_chance for one in resolved.selections))
    smallest = all(one.smallest for one in resolved.selections)
    return ResolvedCampaign(asked, campaign, topology, by_chance, smallest)


def _plan_of(reading: CampaignReading) -> PlanLists | None:
    place = reading.asked.plan
    return None if place is None else readable(reading, "plan", lambda: read_plan_lists(place))


_FLOWS_HIDDEN = frozenset({Hidden.NODES, Hidden.NAMES, Hidden.FLOWS, Hidden.PATHS, Hidden.TIERS})


def _over_budget(reading: CampaignReading, found: ResolvedCampaign) -> tuple[Problem, ...]:
    """Every site and link that is over the budget with the flows that are known."""
    asked = reading.asked
    if asked.budget == Budget():
        return ()
    if reading.hidden & _FLOWS_HIDDEN:
        reading.hide(Hidden.BUDGET)
    problems = tuple(_over(asked, one) for one in excess(found.load, asked.budget))
    reading.findings.extend_problems(problems)
    return problems


def _over(asked: CampaignFile, one: Excess) -> Problem:
    site = isinstance(one.where, str)
    where = f"site {one.where}" if site else "link {} from {}".format(*one.where)
    unit = {"pps": "packets/s", "bps": "bit/s"}[one.what]
    limit = f"{'site' if site else 'link'}_{one.what}"
    return Problem(
        asked.file, asked.key_lines.get(limit), f"over the budget: {where}",
        f"{one.rate:g} {unit}", f"at most {one.limit:g} ({limit})",
        "Probe fewer pairs, or further apart (interval_ms).",
    )  # fmt: skip
