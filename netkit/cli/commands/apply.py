"""``netkit apply``: make the Linux router here hold what was emitted for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from netkit.cli.common import print_json
from netkit.cli.options.planning import JsonOption
from netkit.errors import InputError, counted


def apply(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder that `netkit emit --target linux` wrote.")
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
    from netkit.report.documents.routers.apply import applied_to_json, recovered_to_json
    from netkit.report.terminal.routers.apply import change_lines
    from netkit.workflows.routers import apply as workflow
    from netkit.workflows.routers.audit import here

    if recover:
        found = workflow.recover(here(), netns)
        if json:
            print_json(recovered_to_json(found))
        elif found is None:
            typer.echo("nothing is half done here")
        else:
            typer.echo(f"{found.router} is as it was: {len(found.changes)} changes taken back")
        return
    if folder is None:
        raise InputError.single(
            "no configurations", expected="a folder that netkit emit wrote, or --recover"
        )
    wanted = workflow.wanted_of(folder, router)
    changes = workflow.apply(wanted, here(), netns, dry_run=dry_run)
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
