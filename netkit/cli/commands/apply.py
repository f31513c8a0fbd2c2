"""``netkit apply``: make the Linux router here hold what was emitted for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import print_json, progress
from netkit.cli.options.confirm import ConfirmOptions
from netkit.cli.options.groups import grouped
from netkit.cli.options.planning import JsonOption, PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.errors import InputError, counted

if TYPE_CHECKING:
    from netkit.workflows.routers.apply import Applied, Wanted
    from netkit.workflows.routers.confirm import Confirming
    from netkit.workflows.routers.probes import Network


@grouped
def apply(
    source: Annotated[
        Path | None,
        typer.Argument(
            help="Folder that `netkit emit --target linux` wrote; or a topology file, planned as "
            "`netkit plan FILE` does."
        ),
    ] = None,
    router: Annotated[
        str | None, typer.Option("--router", help="Which of its routers this one is.")
    ] = None,
    netns: Annotated[
        str | None, typer.Option("--netns", help="The router is this namespace of `ip netns`.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be changed, and change nothing.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Take back what a crash has left half done.")
    ] = False,
    *,
    confirmation: ConfirmOptions,
    json: JsonOption = False,
) -> None:
    """Change this router to what was emitted for it, whole or not at all.

    Everything is looked at before the first change, written to a journal, made before it breaks,
    and read back from the kernel; on any fault the router is as it was. What netkit did not make is
    not touched. Exit code 0 if the router holds it, 2 if it was measured not to keep a tier, 3 if
    not for another reason.
    """
    if recover:
        _take_back(netns, json=json)
        return
    wanted, network = _wanted(source, router, measured=confirmation.asked)
    confirming = None if network is None else confirmation.confirming(network, wanted.router)
    _make(wanted, netns, confirming, dry_run=dry_run, json=json)


def _take_back(netns: str | None, *, json: bool) -> None:
    from netkit.report.documents.routers.apply import recovered_to_json
    from netkit.workflows.routers.apply import recover
    from netkit.workflows.routers.audit import here

    found = recover(here(), netns)
    if json:
        print_json(recovered_to_json(found))
    elif found is None:
        typer.echo("nothing is half done here")
    else:
        taken = f"{counted(len(found.changes), 'change')} taken back"
        typer.echo(f"{found.router} is as it was: {taken}")


def _make(
    wanted: Wanted, netns: str | None, confirming: Confirming | None, *, dry_run: bool, json: bool
) -> None:
    from netkit.report.documents.routers.apply import applied_to_json
    from netkit.workflows.routers.apply import apply as make
    from netkit.workflows.routers.audit import here

    applied = make(wanted, here(), netns, dry_run=dry_run, confirming=confirming)
    if json:
        found = applied_to_json(wanted.router, applied.changes, applied.measured, dry_run=dry_run)
        print_json(found)
    else:
        _show(wanted, applied, confirming, dry_run=dry_run)


def _show(
    wanted: Wanted, applied: Applied, confirming: Confirming | None, *, dry_run: bool
) -> None:
    from netkit.report.terminal.routers.apply import change_lines
    from netkit.report.terminal.routers.measured import measured_line, probe_line

    changes = applied.changes
    for line in change_lines(changes):
        typer.echo(line)
    for one in applied.measured or ():
        typer.echo(measured_line(one))
    held = f"{wanted.router} holds {counted(len(wanted.objects), 'thing')}"
    if dry_run and changes:
        for probe in () if confirming is None else confirming.probes:
            typer.echo(probe_line(probe))
        typer.echo(f"{counted(len(changes), 'change')} to {wanted.router}; none was made")
    else:
        typer.echo(f"{held}; changed: {len(changes)}" if changes else f"{held} already")


def _wanted(
    source: Path | None, router: str | None, *, measured: bool
) -> tuple[Wanted, Network | None]:
    """What this router is to hold, and where that is to be measured what all are."""
    from netkit.workflows.plan import make_plan
    from netkit.workflows.routers.apply import planned, wanted_of
    from netkit.workflows.routers.probes import network_of_folder, network_of_plan

    if source is None:
        expected = "a folder that netkit emit wrote, a topology file, or --recover"
        raise InputError.single("no configurations", expected=expected)
    if source.is_dir():
        own = wanted_of(source, router)
        return own, network_of_folder(source) if measured else None
    request = PlanRequestOptions().request
    asked = Source(source).demands(request)
    with progress() as tell:
        plan = make_plan(asked, request.options, partial(tell, "planning"))
    own = planned(source, asked.topology, plan, router)
    return own, network_of_plan(asked.topology, plan) if measured else None
