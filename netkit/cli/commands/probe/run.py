"""``netkit probe run``: one site's share of a campaign over real hosts, once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.probe.watch_many import watching_many
from netkit.cli.common import JsonOption, console, end, lost_results_told, print_json, print_lines
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.errors import InputError, NetkitError
from netkit.language.chosen import in_english
from netkit.language.words import counted, say
from netkit.report.documents.probe.many import plan_to_json, run_to_json
from netkit.report.kind_words import code_word

if TYPE_CHECKING:
    from netkit.model.measurement.campaign import CampaignFlow, FieldCampaign
    from netkit.workflows.campaigns.field import ResolvedCampaign
    from netkit.workflows.campaigns.share import SiteShare
    from netkit.workflows.campaigns.site_run import SiteRun
    from netkit.workflows.campaigns.window_sink import Kept

_SHOWN = 10

CampaignArgument = Annotated[
    Path, typer.Argument(help="A campaign file whose sites have addresses: docs/campaigns.md.")
]
SiteOption = Annotated[str | None, typer.Option("--site", help="Which site this host is.")]


@grouped
def run(
    rows: RowOptions,
    campaign: CampaignArgument,
    site: SiteOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who sends what to whom, and send nothing.")
    ] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Start at once, not at each flow's moment of the round.")
    ] = False,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The database for windows; a file in the state folder if not."
        ),
    ] = None,
    no_store: Annotated[bool, typer.Option("--no-store", help="Keep no windows.")] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print one line, and no progress.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Measure what SITE measures in CAMPAIGN, once: what cron starts, one round at a time.

    Exit code 0 if every flow keeps its tier, 1 if some keeps it by less than a tenth, 2 if some
    violates it, 3 if that cannot be told, the budget is exceeded, or the round before still runs.
    """
    from netkit.workflows.campaigns.field import judge_campaign
    from netkit.workflows.campaigns.share import SiteShare
    from netkit.workflows.campaigns.window_sink import store_problems

    share = None if site is None else SiteShare(site, must_send=not dry_run)
    judged = judge_campaign(campaign, None if share is None else share.judge)
    if dry_run:
        if judged.found is not None and judged.problems == judged.over_budget:
            _show_plan(judged.found, site, rows, json=json)
        judged.checked()
        return
    wrong = () if no_store else store_problems(store)
    if wrong:
        raise InputError((*judged.problems, *wrong))
    if share is None:
        raise _no_site(judged.checked().campaign, campaign)
    _go(judged.checked().campaign, share, wait=not now, store=None if no_store else (store or ""),
        rows=rows, quiet=quiet, json=json)  # fmt: skip


def _no_site(campaign: FieldCampaign, file: Path) -> InputError:
    names = ", ".join(one.name for one in campaign.sites)
    return InputError.argument(
        "site", value="nothing", expected=f"a site of {campaign.name}: {names}",
        remedy=f"In the lab instead: netkit lab run {file}",
    )  # fmt: skip


def _go(
    campaign: FieldCampaign,
    share: SiteShare,
    *,
    wait: bool,
    store: str | None,
    rows: RowOptions,
    quiet: bool,
    json: bool,
) -> None:
    from netkit.workflows.campaigns.site_run import run_site, targets_of

    at = campaign.site(share.site)
    targets = targets_of(campaign, at, share.keys, time_ns(), wait=wait)
    with _one_round(campaign.name, at.name) as skipped:
        with watching_many(f"{campaign.name} at {at.name}", quiet=quiet or json) as watch:
            done = run_site(campaign, at, targets, skipped_before=skipped, watch=watch)
        kept, failed = _keep(done, store)
        with lost_results_told():
            _show(done, kept.new, rows, quiet=quiet, json=json)
    if failed is not None:
        raise failed
    if kept.new is not None and kept.new < len(done.windows):
        known = len(done.windows) - kept.new
        windows = in_english(counted, known, "window")
        typer.echo(
            f"netkit: {windows} not kept: the store has those of their time already", err=True
        )
    if kept.undelivered is not None:
        typer.echo(f"netkit: {kept.undelivered}", err=True)
    end(done.code, in_english(_line, done))


@contextmanager
def _one_round(campaign: str, site: str) -> Iterator[int]:
    from netkit.store.round_lock import lock_of, one_round
    from netkit.store.state_folder import state_folder

    folder = state_folder(os.environ, root=os.geteuid() == 0, home=Path.home())
    with one_round(lock_of(folder, campaign, site), f"{campaign} at {site}") as skipped:
        yield skipped


def _keep(done: SiteRun, store: str | None) -> tuple[Kept, NetkitError | None]:
    """What is measured is shown even if it cannot be kept."""
    from netkit.workflows.campaigns.window_sink import Kept, keep_windows

    if store is None:
        return Kept(), None
    try:
        return keep_windows(store or None, done.windows), None
    except NetkitError as error:
        return Kept(), error


def _show_plan(
    resolved: ResolvedCampaign, site: str | None, rows: RowOptions, *, json: bool
) -> None:
    from netkit.report.terminal.probe.targets import flow_lines, load_lines

    campaign = resolved.campaign
    flows = campaign.flows if site is None else campaign.sent_by(site)
    if json:
        print_json(plan_to_json(
            campaign, flows, resolved.load,
            by_chance=sorted(resolved.by_chance), smallest=resolved.smallest,
        ))  # fmt: skip
        return
    limit = rows.most(_SHOWN)
    shown = (*flow_lines(flows, limit), *load_lines(resolved.load, limit))
    print_lines(*shown, *_cover_lines(resolved), _campaign_line(campaign, flows))


def _campaign_line(campaign: FieldCampaign, flows: Sequence[CampaignFlow]) -> str:
    sites = counted(len(campaign.sites), "site")
    flow_count = counted(len(flows), "flow")
    return campaign.name + say(": ") + flow_count + say(", ") + sites


def _cover_lines(resolved: ResolvedCampaign) -> Sequence[str]:
    lines = []
    if resolved.by_chance:
        many = counted(len(resolved.by_chance), "link direction")
        lines.append(say("{many} covered only if ECMP takes a probe there", many=many))
    if not resolved.smallest:
        lines.append(say("a smaller cover might exist: the search was ended"))
    return lines


def _show(done: SiteRun, stored: int | None, asked: RowOptions, *, quiet: bool, json: bool) -> None:
    from netkit.report.terminal.probe.targets import TARGETS_SHOWN, targets_table

    figures = [(one.flow, (one.reached, one.found)) for one in done.flows]
    if json:
        print_json(run_to_json(
            done.campaign, done.site, figures, verdict=done.verdict, code=done.code,
            skipped_before=done.skipped_before, windows_stored=stored,
        ))  # fmt: skip
        return
    if not quiet:
        rows = [(f"{one.flow.dst} {one.flow.name}", one.reached, one.found) for one in done.flows]
        screen, limit = console(), asked.most(TARGETS_SHOWN)
        title = say("{campaign} from {site}", campaign=done.campaign.name, site=done.site)
        screen.print(targets_table(title, rows, width=screen.width, limit=limit))
    print_lines(_line(done))


def _line(done: SiteRun) -> str:
    """The round in one line, the worst flow first."""
    from netkit.report.terminal.probe.targets import reason

    ill = [one for one in done.flows if one.code is done.code and done.code]
    told = of = counted(len(done.flows), "flow")
    if ill:
        first = say("{src} to {dst}", src=ill[0].flow.src, dst=ill[0].flow.dst)
        told = say("{part} of {all}, {first} first", part=len(ill), all=of, first=first)
        if why := reason(ill[0].reached, ill[0].found):
            told += f" ({why})"
    if done.skipped_before:
        rounds = counted(done.skipped_before, "round")
        told += say("; {rounds} skipped before", rounds=rounds)
    if any(one.reached.interrupted for one in done.flows):
        told += say("; interrupted")
    return say(
        "{campaign} at {site}: {code}: {told}",
        campaign=done.campaign.name, site=done.site, code=code_word(done.code), told=told,
    )  # fmt: skip
