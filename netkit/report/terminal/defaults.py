"""Which defaults of options are in force, for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from netkit.language.words import counted, marked, say
from netkit.report.documents.defaults import Setting
from netkit.report.terminal.plan import new_table, spaced
from netkit.report.words.text import visible
from netkit.report.words.units import MISSING

_MOST_COMMANDS = 3


def config_tables(
    file: str, there: bool, settings: Sequence[Setting], variables: Mapping[str, str], width: int
) -> RenderableType:
    """Options with their values and where these are from, other variables, and last the file."""
    told = [*_options(settings, width), *_variables(variables, width)]
    in_force = sum(one.value is not None for one in settings)
    state = say("read") if there else say("not there")
    last = say(
        "{file}: {state}; {defaults} in force", file=visible(file), state=state,
        defaults=counted(in_force, "default"),
    )  # fmt: skip
    return spaced([*told, Text(last)])


def _options(settings: Sequence[Setting], width: int) -> Iterator[RenderableType]:
    if not settings:
        return
    table = new_table(say("Options"), width)
    table.add_column(say("Option"), no_wrap=True)
    for heading in (marked("Value"), marked("Set by"), marked("Commands")):
        table.add_column(say(heading), ratio=1, overflow="fold")
    for one in settings:
        source = one.source or say("not set: {variable}", variable=one.variable)
        row = (f"--{one.option}", one.value or MISSING, source, _commands(one.commands))
        table.add_row(*(Text(visible(cell)) for cell in row))
    yield table


def _commands(names: Sequence[str]) -> str:
    shown, more = say(", ").join(names[:_MOST_COMMANDS]), len(names) - _MOST_COMMANDS
    return shown if more <= 0 else say("{names} and {count} more", names=shown, count=more)


def _variables(variables: Mapping[str, str], width: int) -> Iterator[RenderableType]:
    if not variables:
        return
    table = new_table(say("Other variables"), width)
    table.add_column(say("Variable"), no_wrap=True)
    table.add_column(say("Meaning"), ratio=1, overflow="fold")
    for name, meaning in variables.items():
        table.add_row(Text(name), Text(say(meaning)))
    yield table
