"""``netkit apply``: make the Linux router here hold what was emitted for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netkit.cli.common import print_json, progress
from netkit.cli.options.planning import JsonOption, PlanRequestOptions
from netkit.cli.options.source import Source
from netkit.errors import InputError, counted

if TYPE_CHECKING:
    from netkit.workflows.routers.apply import Wanted


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
    json: JsonOption = False,
) -> None:
    """Change this router to what was emitted for it, whole or not at all.

    Everything is looked at before the first change, written to a journal, made before it breaks,
    and read back from the kernel; on any fault the router is as it was. What netkit did not make is
    not touched. Exit code 0 if the router holds it, 3 if not.
    """
    if recover:
        _take_back(netns, json=json)
    else:
        _make(_wanted(source, router), netns, dry_run=dry_run, json=json)


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


def _make(wanted: Wanted, netns: str | None, *, dry_run: bool, json: bool) -> None:
    from netkit.report.documents.routers.apply import applied_to_json
    from netkit.report.terminal.routers.apply import change_lines
    from netkit.workflows.routers.apply import apply as make
    from netkit.workflows.routers.audit import here

    changes = make(wanted, here(), netns, dry_run=dry_run)
    if json:
        print_json(applied_to_json(wanted.router, changes, dry_run=dry_run))
        return
    for line in change_lines(changes):
        typer.echo(line)
    held = f"{wanted.router} holds {counted(len(wanted.objects), 'thing')}"
    if dry_run and changes:
        typer.echo(f"{counted(len(changes), 'change')} to {wanted.router}; none was made")
    else:
        typer.echo(f"{held}; changed: {len(changes)}" if changes else f"{held} already")


def _wanted(source: Path | None, router: str | None) -> Wanted:
    from netkit.workflows.plan import make_plan
    from netkit.workflows.routers.apply import planned, wanted_of

    if source is None:
        expected = "a folder that netkit emit wrote, a topology file, or --recover"
        raise InputError.single("no configurations", expected=expected)
    if source.is_dir():
        return wanted_of(source, router)
    request = PlanRequestOptions().request
    asked = Source(source).demands(request)
    with progress() as tell:
        plan = make_plan(asked, request.options, partial(tell, "planning"))
    return planned(source, asked.topology, plan, router)
