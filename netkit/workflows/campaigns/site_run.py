"""One site's share of a campaign over real hosts, once: what cron starts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from time import time_ns

from netkit.errors import ExitCode
from netkit.model.measurement.campaign import CampaignFlow, ClockKind, FieldCampaign, Site
from netkit.model.measurement.sample import Outcome
from netkit.model.measurement.window import DirectionWindow, PathInForce, Window, WindowKey
from netkit.model.units import NS_PER_US
from netkit.model.verdict import Verdict, worst, worst_code
from netkit.probe.clock.this_host import estimate_uncertainty_us
from netkit.probe.run.flow_setup import send_options
from netkit.probe.run.flows import Measured, measured
from netkit.probe.run.many import ManyWatch, Target, TargetResult, send_to_all
from netkit.probe.run.send import SendResult
from netkit.probe.sender.result import RunEnd
from netkit.probe.sender.starts import round_of, round_offset_ns
from netkit.stats.windows.from_samples import FinishedRun, windows_of
from netkit.workflows.campaigns.traffic import round_length_ns

WARN_MARGIN_PERCENT = 10.0
"""A delay within the tier that is closer to its bound than this share of it is degraded."""


@dataclass(frozen=True)
class FlowRun:
    """What became of one flow: ``found`` are its figures, None where it could not be sent."""

    flow: CampaignFlow
    reached: TargetResult
    found: Measured | None

    @property
    def code(self) -> ExitCode:
        """Of this flow alone."""
        return ExitCode.UNKNOWN if self.found is None else self.found.code


@dataclass(frozen=True)
class SiteRun:
    """A round of one site. ``skipped_before`` rounds were skipped since the last one that ran."""

    campaign: FieldCampaign
    site: str
    flows: tuple[FlowRun, ...]
    windows: tuple[Window, ...]
    skipped_before: int = 0

    @property
    def verdict(self) -> Verdict:
        """The worst of all flows that have a tier; unknown of none."""
        return worst(
            Verdict.UNKNOWN if one.found is None else one.found.verdict
            for one in self.flows
            if one.flow.bound_us is not None or one.found is None
        )

    @property
    def code(self) -> ExitCode:
        """The worst of all flows."""
        return worst_code(one.code for one in self.flows)


def targets_of(
    campaign: FieldCampaign, site: Site, keys: Mapping[str, bytes], now_ns: int, *, wait: bool
) -> tuple[Target, ...]:
    """What the site sends, and when: with ``wait`` each flow at its own moment of the round.

    ``keys`` are those of the sites that it sends to, by their files.
    """
    found = []
    for flow in campaign.sent_by(site.name):
        dst = campaign.site(flow.dst)
        key = None if dst.key_file is None else keys[dst.key_file]
        start_ns = _start_ns(campaign, flow, now_ns) if wait else 0
        options = send_options(flow, site, key)
        found.append(Target(dst.name, dst.addresses, dst.port, options, start_ns, site.literals))
    return tuple(found)


def _start_ns(campaign: FieldCampaign, flow: CampaignFlow, now_ns: int) -> int:
    """The flow's moment in the round that now is; 0 where there are no rounds."""
    round_ns = campaign.round_ns
    if round_ns is None:
        return 0
    number = round_of(now_ns, round_ns)
    offset_ns = round_offset_ns(campaign, flow, number, round_length_ns(flow))
    return number * round_ns + offset_ns


def run_site(
    campaign: FieldCampaign,
    site: Site,
    targets: Sequence[Target],
    *,
    skipped_before: int = 0,
    watch: ManyWatch | None = None,
) -> SiteRun:
    """Send the site's share in one event loop, and judge it; Ctrl-C leaves what there is."""
    reached = send_to_all(targets, watch)
    flows = campaign.sent_by(site.name)
    runs = tuple(
        _flow_run(campaign, site, flow, one) for flow, one in zip(flows, reached, strict=True)
    )
    notes = {"rounds skipped before": skipped_before} if skipped_before else {}
    now_ns = time_ns()
    windows = [
        replace(window, round_ns=campaign.round_ns)
        for one in runs
        for window in (
            _windows(campaign, site, one.flow, one.reached.result, notes)
            if one.reached.result is not None
            else (_unsent(campaign, site, one, now_ns),)
        )
    ]
    return SiteRun(campaign, site.name, runs, tuple(windows), skipped_before)


def _flow_run(
    campaign: FieldCampaign, site: Site, flow: CampaignFlow, reached: TargetResult
) -> FlowRun:
    """Judged with no bound on clocks that nobody disciplines, whatever they claim."""
    result = reached.result
    if result is None:
        return FlowRun(flow, reached, None)
    free = ClockKind.FREE_RUNNING in (site.clock, campaign.site(flow.dst).clock)
    if free:
        result = replace(result, uncertainty_us=math.inf)
    found = measured(result, flow.bound_us, None, warn_margin_percent=WARN_MARGIN_PERCENT)
    return FlowRun(flow, replace(reached, result=result), found)


def _windows(
    campaign: FieldCampaign,
    site: Site,
    flow: CampaignFlow,
    result: SendResult,
    notes: dict[str, int],
) -> tuple[Window, ...]:
    session = result.flows[0].session
    theirs_us = estimate_uncertainty_us(session.reflector_error)
    theirs_us = _unless_free(theirs_us, campaign.site(flow.dst))
    ours_us = _unless_free(result.own_uncertainty_us, site)
    run = FinishedRun(
        session.samples, flow.bound_us, (ours_us * NS_PER_US, theirs_us * NS_PER_US),
        (result.clock.source, session.path.clock_source),
        PathInForce(campaign.plan_digest, flow.segment_list), session.clock_steps,
        session.dropped_here, result.end is not RunEnd.COMPLETE, {**session.notes, **notes},
        session.path.other_ways,
    )  # fmt: skip
    key = WindowKey(campaign.name, site.name, flow.src, flow.dst, flow.name, 0, campaign.window_ns)
    return windows_of(key, run)


def _unsent(campaign: FieldCampaign, site: Site, run: FlowRun, now_ns: int) -> Window:
    """What an agent keeps of a flow that it cannot send: that it was to be measured, and why it was
    not. Nothing of it is a flow that nobody wants measured."""
    flow, length_ns = run.flow, campaign.window_ns
    start_ns = now_ns - now_ns % length_ns
    nothing = DirectionWindow(0, 0, 0)
    return Window(
        WindowKey(campaign.name, site.name, flow.src, flow.dst, flow.name, start_ns, length_ns),
        {Outcome.NOT_SENT: flow.count}, nothing, nothing,
        path=PathInForce(campaign.plan_digest, flow.segment_list), bound_us=flow.bound_us,
        notes={f"not sent: {run.reached.error}": flow.count},
    )  # fmt: skip


def _unless_free(error_us: float, site: Site) -> float:
    return math.inf if site.clock is ClockKind.FREE_RUNNING else error_us
