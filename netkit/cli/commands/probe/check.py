"""``netkit probe check``: a plug-in for Nagios and its kin, that reads the store.

Started every minute for every pair, it loads what it needs and no more: ``netkit.cli.entry`` comes
here at once.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from netkit.cli.common import JsonOption
from netkit.cli.grammar.durations import Duration, duration_option
from netkit.cli.options.store import CampaignOption, StoreOption
from netkit.errors import ExitCode, NetkitError

if TYPE_CHECKING:
    from netkit.monitor.checks import Check


def check(
    name: Annotated[str, typer.Argument(help="A campaign; or the site that sends, before TO.")],
    to: Annotated[str | None, typer.Argument(help="The site that is measured to.")] = None,
    store: StoreOption = None,
    campaign: CampaignOption = None,
    stale_after: Annotated[
        Duration | None,
        duration_option(
            "--stale-after",
            least="1s",
            help="Windows that ended longer ago are UNKNOWN; by default five windows and a minute, "
            "or two rounds.",
        ),
    ] = None,
    warn_margin: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", min=0, max=100, help="WARNING with less of the bound left than this."
        ),
    ] = 10.0,
    warn_loss: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", min=0, max=100, help="WARNING where more than this is lost."
        ),
    ] = 1.0,
    json: JsonOption = False,
) -> None:
    """Judge the newest windows of a campaign, or of the pair NAME TO: one line, with thresholds.

    Exit code 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN, as Nagios has them.
    """
    from netkit.report.terminal.monitoring.plugin import failed_line

    asked = name if to is None else f"{name} to {to}"
    try:
        found = _found((name, to), store, campaign, stale_after, (warn_margin, warn_loss))
    except NetkitError as error:
        # A monitoring system shows the first line of stdout, and nothing else.
        typer.echo(failed_line(str(error)))
        raise typer.Exit(ExitCode.UNKNOWN) from error
    _tell(asked, found, json=json)


def _found(
    ends: tuple[str, str | None],
    store: str | None,
    campaign: str | None,
    stale_after: Duration | None,
    warn_percent: tuple[float, float],
) -> Check:
    from netkit.model.measurement.window import WindowSelection
    from netkit.monitor.checks import AHEAD_NS, CheckOptions
    from netkit.monitor.checks import check as judged
    from netkit.stats.windows.newest import Fresh
    from netkit.store.newest.reading import newest_windows, rounds_of

    name, to = ends
    now_ns = time.time_ns()
    until_ns = now_ns + AHEAD_NS
    pair = WindowSelection(campaign, src=name, dst=to, until_ns=until_ns)
    selection = WindowSelection(name, until_ns=until_ns) if to is None else pair
    stale_after_ns = None if stale_after is None else stale_after.ns
    options = CheckOptions(stale_after_ns, *warn_percent)
    newest = newest_windows(store, selection)
    fresh = Fresh(now_ns, stale_after_ns).with_rounds(newest, partial(rounds_of, store))
    return judged(newest, options, now_ns, fresh.rounds_ns)


def _tell(asked: str, found: Check, *, json: bool) -> NoReturn:
    from netkit.report.terminal.monitoring.plugin import plugin_line

    if json:
        from netkit.cli.common import print_json
        from netkit.report.documents.monitoring.check import check_to_json

        print_json(check_to_json(asked, found))
    else:
        typer.echo(plugin_line(asked, found))
    raise typer.Exit(found.code)
