"""``netkit config``: which defaults are in force, and from where."""

from __future__ import annotations

from os import environ
from typing import Annotated

import typer

from netkit.cli.common import JsonOption, console, print_json
from netkit.cli.grammar.command import CONFIG, every_option
from netkit.cli.grammar.defaults import read_config
from netkit.cli.grammar.in_force import set_ones, settings
from netkit.cli.grammar.variables import OTHERS


def config(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Every option and variable that there is.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show which defaults of options are in force, from variables and from the configuration file.

    With `--all` every option that may have one, by its key in the file and its variable, and every
    other variable that is looked at. Passwords in URLs are left out.
    """
    from netkit.report.documents.defaults import config_to_json
    from netkit.report.terminal.defaults import config_tables

    path, held = read_config(ctx.find_root().params.get(CONFIG))
    found = settings(every_option(ctx), held, str(path), environ)
    used = list(set_ones(OTHERS, environ))
    if json:
        print_json(config_to_json(path, found, OTHERS, used))
        return
    shown = [one for one in found if everything or one.value is not None]
    variables = {name: why for name, why in OTHERS.items() if everything or name in used}
    screen = console()
    screen.print(config_tables(str(path), path.is_file(), shown, variables, screen.width))
