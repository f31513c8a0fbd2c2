"""``netkit alarms``: show, ack, evaluate."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.commands.store.opened import now_ns, opened_store
from netkit.cli.common import JsonOption, end, print_json, print_lines
from netkit.cli.grammar import completion
from netkit.cli.options.groups import grouped
from netkit.cli.options.rows import RowOptions
from netkit.cli.options.store import StoreOption
from netkit.cli.options.times import instant_ns
from netkit.errors import ExitCode, counted

if TYPE_CHECKING:
    from netkit.model.monitoring.alarm import Alarm


_SHOWN = 6


@grouped
def show(
    rows: RowOptions,
    campaign: Annotated[
        str | None,
        typer.Argument(autocompletion=completion.campaigns, help="Of this campaign, by name."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Also those that were cleared since: `30d`, or a date."),
    ] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Show the alarms that are raised, with what was seen then, and what could not be told yet.

    Exit code 0 without any, 1 if somebody has acknowledged all of them, 2 if not, 3 of a campaign
    that nobody evaluates.
    """
    from netkit.report.documents.monitoring.alarms import alarms_to_json
    from netkit.report.terminal.monitoring.alarms import shown_lines
    from netkit.store.alarms.store import AlarmStore

    since_ns = None if since is None else instant_ns(since, "--since", now_ns())
    with opened_store(store, reading=True) as opened:
        kept = AlarmStore(opened)
        found = kept.alarms(campaign, active=since is None, since_ns=since_ns)
        waiting = kept.waiting()
        known = campaign is None or bool(found) or bool(kept.states(campaign))
    if json:
        print_json(alarms_to_json(found, waiting))
    else:
        print_lines(*shown_lines(found, waiting, rows.most(_SHOWN)))
    if not known:
        end(ExitCode.UNKNOWN, f"{campaign}: no window of such a campaign was ever evaluated")
    end(*_ending([one for one in found if one.cleared_ns is None]))


def ack(
    alarm: Annotated[str, typer.Argument(help="The id of the alarm.")],
    by: Annotated[str | None, typer.Option(help="Who has seen it; the user if none.")] = None,
    store: StoreOption = None,
) -> None:
    """Acknowledge an alarm: somebody has seen it. Who was first stays."""
    from netkit.report.terminal.monitoring.alarms import alarm_lines
    from netkit.store.alarms.store import AlarmStore

    with opened_store(store) as opened:
        seen = AlarmStore(opened).acknowledge(alarm, by or getpass.getuser(), now_ns())
    print_lines(*alarm_lines([seen], []))


def evaluate(
    campaign: Annotated[Path, typer.Argument(help="The campaign file.")],
    rules: Annotated[Path, typer.Option(help="The file of rules (docs/alarms.md).")],
    deliver: Annotated[bool, typer.Option(help="Tell targets what is due.")] = True,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take new windows through the rules, record what moved, and tell who is to be told.

    Meant for cron, once a minute; run twice it records nothing twice. Exit codes as of `show`.
    """
    from netkit.files.alarm_rules import read_alarm_rules
    from netkit.monitor.outcomes import Told
    from netkit.report.documents.monitoring.alarms import evaluation_to_json
    from netkit.report.terminal.monitoring.alarms import evaluation_lines
    from netkit.store.alarms.store import AlarmStore
    from netkit.workflows.monitoring.deliver import deliver as told_of
    from netkit.workflows.monitoring.evaluate import evaluate as evaluated
    from netkit.workflows.monitoring.inputs import mesh_of

    asked, now = read_alarm_rules(rules), now_ns()
    with opened_store(store) as opened:
        reader, routes = mesh_of(campaign, opened)
        found = evaluated(reader, asked, routes, now)
        told = told_of(AlarmStore(opened), asked, now_ns) if deliver else Told(0, ())
    if json:
        print_json(evaluation_to_json(reader.campaign, now, found, told))
    else:
        print_lines(*evaluation_lines(found, told))
    end(*_ending(found.active))


def _ending(active: list[Alarm] | tuple[Alarm, ...]) -> tuple[ExitCode, str]:
    if not active:
        return ExitCode.OK, ""
    unseen = sum(1 for one in active if one.acked_ns is None)
    if unseen:
        return ExitCode.BREACH, f"{counted(unseen, 'alarm')} that nobody has acknowledged"
    return ExitCode.DEGRADED, f"{counted(len(active), 'alarm')}, acknowledged"
