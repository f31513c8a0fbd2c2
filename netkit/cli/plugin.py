"""``netkit probe check`` alone: all other commands stay where they are, unread."""

from __future__ import annotations

import sys
from functools import partial
from typing import NoReturn

import typer

from netkit.cli import common
from netkit.cli.commands.probe.check import check
from netkit.cli.grammar.command import Command


def main() -> NoReturn:
    """Run the plug-in with the words behind its name."""
    app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
    app.command(cls=Command)(check)
    common.run(partial(app, args=sys.argv[3:], prog_name="netkit probe check"))
