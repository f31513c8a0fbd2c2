"""A router that is changed: what Ctrl-C came to, and output that is lost once the change stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from netkit.apply.faults import InForceInterrupt
from netkit.cli.common import lost_results_told
from netkit.cli.streams import drop_output
from netkit.errors import ApplyError, ExitCode


@contextmanager
def interrupts_told() -> Iterator[None]:
    """Within this a router is changed. Ctrl-C ends the command as what it came to: all was taken
    back, or it came too late, and then the exit code is that of a router that is as asked."""
    try:
        yield
    except InForceInterrupt as error:
        typer.echo(f"netkit: interrupted too late: {error}", err=True)
        raise typer.Exit(ExitCode.OK) from None
    except KeyboardInterrupt as error:
        told = ApplyError("interrupted")
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        raise told from None


@contextmanager
def told_of(router: str, *, dry_run: bool) -> Iterator[None]:
    """Within this is printed what was done, and stands already, whether somebody reads it or not;
    of a dry run what would be."""
    if dry_run:
        yield
        return
    with interrupts_told():
        try:
            with lost_results_told():
                yield
        except KeyboardInterrupt:
            drop_output()
            raise InForceInterrupt(router) from None
