"""What the flows of a campaign measure of a planned network: paths of links, or its pairs."""

from __future__ import annotations

from collections.abc import Sequence

from netkit.errors import InputError
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign
from netkit.model.network.topology import Topology
from netkit.model.planning.plan import Plan
from netkit.monitor.loop.link_delays import LinkKey
from netkit.monitor.loop.observed import CampaignSurvey, FlowKey, SurveyedPaths
from netkit.workflows.replay import replay_list

Pair = tuple[str, str]


def campaign_survey(campaign: FieldCampaign, topology: Topology, plan: Plan) -> CampaignSurvey:
    """Sort the flows of a campaign.

    Probes over segments of their own survey these links. Probes without, between the ends of a
    planned pair, go as its customers do, and so measure the pair; between others they go by IGP. A
    path of several branches tells no link: nobody knows which the least delay was of.
    """
    nodes = {site.name: site.node for site in campaign.sites}
    planned = {ends for pair in plan.pair for ends in (pair, pair[::-1])}
    paths: dict[FlowKey, SurveyedPaths] = {}
    measures: dict[FlowKey, Pair] = {}
    unused: dict[FlowKey, str] = {}
    for flow in campaign.flows:
        key = (flow.src, flow.dst, flow.name)
        src, dst = nodes[flow.src], nodes[flow.dst]
        if src is None or dst is None:
            unused[key] = "a site of it stands for no node"
        elif not flow.segments and (src, dst) in planned:
            measures[key] = (src, dst)
        else:
            found = _paths(topology, (src, dst), flow, planned)
            if found.there or found.back:
                paths[key] = found
            else:
                unused[key] = "no path of it is certain"
    return CampaignSurvey(paths, measures, unused)


def _paths(topology: Topology, ends: Pair, flow: CampaignFlow, planned: set[Pair]) -> SurveyedPaths:
    there = _links(topology, ends, flow.segments)
    steered = not flow.return_segments and ends[::-1] in planned
    back = None if steered else _links(topology, ends[::-1], flow.return_segments)
    return SurveyedPaths(there, back)


def _links(topology: Topology, ends: Pair, sids: Sequence[str]) -> tuple[LinkKey, ...] | None:
    """The links of the one branch; None where there are more, or none, or one is crossed twice."""
    try:
        _, certificate = replay_list(topology, ends, sids)
    except InputError:
        return None
    once = certificate.branches == 1 and certificate.hops == len(certificate.links)
    return certificate.links if once else None
