"""Of all commands just the one that the words on the line name: Typer reads the options of every
command that there is, which takes longer than many a command runs."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import typer
from typer.main import get_command_name
from typer.models import CommandInfo


def asked(app: typer.Typer, words: Sequence[str]) -> typer.Typer:
    """The application with no more than the command that the first words name, in each group.

    Where the next word names none, all are kept: for the help, or to say which are meant.
    """
    word = words[0] if words else None
    named = copy(app)
    named.registered_commands = [one for one in app.registered_commands if _name(one) == word]
    named.registered_groups = [copy(one) for one in app.registered_groups if one.name == word]
    for group in named.registered_groups:
        if group.typer_instance is not None:
            group.typer_instance = asked(group.typer_instance, words[1:])
    return named if named.registered_commands or named.registered_groups else app


def _name(one: CommandInfo) -> str | None:
    return one.name or (get_command_name(one.callback.__name__) if one.callback else None)
