"""The command ``netkit``: what it has for all its commands, and its entry point."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from netkit.cli import common
from netkit.cli.index import application


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"netkit {version('netkit-srv6')}")
        raise typer.Exit


def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_version, is_eager=True, help="Print the version."
        ),
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Defaults of options (docs/configuration.md), TOML."),
    ] = None,
) -> None:
    """Hold the options of netkit itself."""


command_line = partial(application, root)
"""The application for these words, or whole."""


def main() -> NoReturn:
    """Entry point of the console script."""
    common.run(partial(command_line(sys.argv[1:]), prog_name="netkit", obj=command_line))
