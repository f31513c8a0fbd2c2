"""Several targets measured at once, as JSON: docs/probe-send-json.md and docs/campaigns.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netkit.errors import ExitCode
from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.model.verdict import Verdict
from netkit.report.documents.document import Document
from netkit.report.documents.probe.send import send_to_json

if TYPE_CHECKING:
    from netkit.planner.coverage.crossings import LinkKey
    from netkit.planner.coverage.load import Load, Rate
    from netkit.probe.run.flows import Measured
    from netkit.probe.run.many import TargetResult

MANY_SCHEMA = "netkit/probe-send-many/1"
RUN_SCHEMA = "netkit/campaign-run/1"
PLAN_SCHEMA = "netkit/campaign-plan/1"

Figures = tuple["TargetResult", "Measured | None"]
"""What became of a target, and its figures; None where it could not be probed."""


def many_to_json(found: Sequence[Figures], code: ExitCode) -> Document:
    """The document of several targets by hand, in the order given."""
    return {
        "schema": MANY_SCHEMA,
        "exit_code": int(code),
        "targets": [_target(reached, figures) for reached, figures in found],
    }


def run_to_json(
    campaign: FieldCampaign,
    site: str,
    found: Sequence[tuple[CampaignFlow, Figures]],
    *,
    verdict: Verdict,
    code: ExitCode,
    skipped_before: int,
    windows_stored: int | None,
) -> Document:
    """The document of one site's round; ``windows_stored`` is None without a store."""
    return {
        "schema": RUN_SCHEMA,
        "campaign": campaign.name,
        "site": site,
        "plan": campaign.plan_digest,
        "verdict": verdict,
        "exit_code": int(code),
        "rounds_skipped_before": skipped_before,
        "windows_stored": windows_stored,
        "flows": [{"flow": flow_to_json(flow), **_target(*figures)} for flow, figures in found],
    }


def plan_to_json(
    campaign: FieldCampaign,
    flows: Sequence[CampaignFlow],
    load: Load,
    *,
    by_chance: Sequence[LinkKey],
    smallest: bool,
) -> Document:
    """Who sends what to whom, and what that loads: the document of a dry run."""
    return {
        "schema": PLAN_SCHEMA,
        "campaign": campaign.name,
        "plan": campaign.plan_digest,
        "round_s": None if campaign.round_ns is None else campaign.round_ns / NS_PER_S,
        "window_s": campaign.window_ns / NS_PER_S,
        "flows": [flow_to_json(flow) for flow in flows],
        "sites": [{"site": site, **_rate(rate)} for site, rate in load.sites.items()],
        "links": [
            {"link": link, "headend": headend, **_rate(rate)}
            for (link, headend), rate in load.links.items()
        ],
        "directions_on_unknown_links": load.unplaced,
        "covered_by_chance": [{"link": link, "headend": headend} for link, headend in by_chance],
        "cover_is_smallest": smallest,
    }


def flow_to_json(flow: CampaignFlow) -> Document:
    """A flow, as it is asked for."""
    return {
        "name": flow.name,
        "src": flow.src,
        "dst": flow.dst,
        "count": flow.count,
        "interval_ms": flow.interval_ns / NS_PER_MS,
        "spacing": "poisson" if flow.poisson else "periodic",
        "timeout_ms": flow.timeout_ns / NS_PER_MS,
        "request_bytes": flow.request_bytes,
        "dscp": flow.dscp,
        "segments": list(flow.segments),
        "return_segments": list(flow.return_segments),
        "segment_list": flow.segment_list,
        "tier": flow.tier,
        "bound_us": flow.bound_us,
    }


def _target(reached: TargetResult, found: Measured | None) -> Document:
    target, result = reached.target, reached.result
    return {
        "target": target.name,
        "error": reached.error,
        "result": None
        if result is None or found is None
        else send_to_json(result.address, target.port, result, found),
    }


def _rate(rate: Rate) -> Document:
    return {"pps": round(rate.pps, 3), "bps": round(rate.bps, 3)}
