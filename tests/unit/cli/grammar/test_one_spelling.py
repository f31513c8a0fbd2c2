"""An option means one thing: what is spelt alike takes the same kind of word, at every command."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import typer
from typer.core import TyperGroup, TyperOption

from netkit.cli.grammar.command import _without_type
from netkit.cli.main import command_line

OF_TWO_KINDS = {
    "--by": "who saw an alarm; best or guaranteed; minute, hour, day or all",
    "--clock-error": "of both clocks together, or of a site: NODE=",
    "--deliver": "the URL that an agent delivers to; whether alarms are told",
    "--format": "what a file is, or what is written",
    "--frr": "whether FRR is changed, or which release a lab takes",
    "--lab": "whether a lab is booted, or which",
    "--to": "the format, or the URL that windows go to",
}
"""Spellings that take two kinds of word, and which."""


def options() -> dict[str, set[object]]:
    """Of each long name whether it takes a word and which kind; of each short one its long name."""
    found: dict[str, set[object]] = defaultdict(set)
    _gather(typer.main.get_command(command_line()), found)
    return found


def _gather(command: Any, found: dict[str, set[object]]) -> None:
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            _gather(one, found)
        return
    for param in command.params:
        if isinstance(param, TyperOption):
            shown = _without_type(param)
            for name in shown.opts:
                kind = (shown.is_flag, shown.metavar)
                found[name].add(kind if name.startswith("--") else max(shown.opts, key=len))


def test_what_is_spelt_alike_takes_the_same_kind_of_word():
    two = {name: kinds for name, kinds in options().items() if len(kinds) > 1}
    assert set(two) <= set(OF_TWO_KINDS), two
    assert set(OF_TWO_KINDS) <= set(two)


def test_json_says_the_same_everywhere():
    said = set()

    def look(command: Any) -> None:
        for one in getattr(command, "commands", {}).values():
            look(one)
        if not isinstance(command, TyperGroup):
            said.update(p.help for p in command.params if "--json" in p.opts)

    look(typer.main.get_command(command_line()))
    assert said == {"Write JSON to stdout."}
