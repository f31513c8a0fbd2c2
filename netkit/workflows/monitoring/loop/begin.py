"""From a topology, demands and a campaign file to a loop that can begin."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from netkit.errors import InputError
from netkit.model.measurement.campaign import FieldCampaign
from netkit.model.network.topology import Topology
from netkit.model.planning.demand_set import DemandSet
from netkit.model.planning.plan import Plan
from netkit.model.planning.plan_options import PlanOptions
from netkit.monitor.loop.advertising import Damping
from netkit.monitor.loop.observed import CampaignSurvey
from netkit.monitor.loop.state import Limits, Loop
from netkit.monitor.loop.survey import Survey, smallest_survey
from netkit.planner.reaction.upkeep import Upkeep
from netkit.workflows.campaigns.field import load_campaign
from netkit.workflows.monitoring.loop.surveyed import campaign_survey
from netkit.workflows.plan import make_plan


def planned_survey(
    asked: DemandSet, options: PlanOptions, file: Path
) -> tuple[FieldCampaign, Plan, CampaignSurvey]:
    """The campaign of ``file``, the plan for what is asked, and what the one measures of the other.

    Raises InputError for what cannot be used.
    """
    campaign = load_campaign(file, sending=False).campaign
    known = {node.name for node in asked.topology.active_nodes}
    unknown = sorted({site.node for site in campaign.sites if site.node} - known)
    if unknown:
        raise InputError.single(
            "sites stand for nodes of another topology", file=str(file), value=", ".join(unknown),
            expected=f"nodes of {asked.topology.name}",
        )  # fmt: skip
    plan = make_plan(asked, options)
    survey = campaign_survey(campaign, asked.topology, plan)
    return campaign, plan, survey


def loop_of(
    survey: CampaignSurvey,
    options: PlanOptions,
    damping: Damping,
    limits: Limits,
    margin_percent: float,
    period_ns: int = 0,
) -> Loop:
    """A loop over what the campaign measures every ``period_ns``, whose new lists have no
    alternatives.

    Raises InputError where nothing of the network is measured.
    """
    if not survey.paths:
        raise InputError.single(
            "no flow of the campaign surveys links",
            expected="flows whose path is certain, as `netkit watch --survey` lists them",
        )
    single = replace(options, alternatives=0)
    keeper = Upkeep(single, margin_percent)
    return Loop(keeper, survey.paths, survey.measures, damping, limits, period_ns)


def smallest_of(campaign: FieldCampaign, topology: Topology) -> Survey:
    """The smallest survey from the sites of a campaign."""
    return smallest_survey(topology, {site.node for site in campaign.sites if site.node})
