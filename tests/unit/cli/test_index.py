"""A line reads the command that it names, and no other; where it names none, all of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperGroup

from netkit.cli.index import COMMANDS
from netkit.cli.main import command_line

WHOLE = typer.main.get_command(command_line())


def paths(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command at the end of the tree."""
    if not isinstance(command, TyperGroup):
        yield words
        return
    for name, one in command.commands.items():
        yield from paths(one, (*words, name))


EVERY = sorted(paths(WHOLE))


def at(command: object, words: tuple[str, ...]) -> object:
    for word in words:
        assert isinstance(command, TyperGroup)
        command = command.commands[word]
    return command


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_command_that_is_named_is_built_alone_and_is_the_same(words: tuple[str, ...]) -> None:
    alone = typer.main.get_command(command_line([*words, "--json", "x"]))
    assert list(paths(alone)) == [words]
    own, same = at(alone, words), at(WHOLE, words)
    assert type(own) is type(same)
    assert [one.opts for one in own.params] == [one.opts for one in same.params]
    assert own.help == same.help


@pytest.mark.parametrize("words", [[], ["--help"], ["pla"], ["--config", "x.toml", "plan"]])
def test_where_no_command_is_named_all_are_built(words: list[str]) -> None:
    assert sorted(paths(typer.main.get_command(command_line(words)))) == EVERY


@pytest.mark.parametrize("words", [["lab"], ["lab", "--help"], ["lab", "uo"]])
def test_a_group_without_a_command_is_whole(words: list[str]) -> None:
    built = typer.main.get_command(command_line(words))
    assert sorted(paths(built)) == [one for one in EVERY if one[0] == "lab"]


@pytest.mark.parametrize("words", [["plan"], ["plan", "survive.yaml"], ["plan", "--help"]])
def test_a_group_that_takes_a_file_is_its_default_command(words: list[str]) -> None:
    assert list(paths(typer.main.get_command(command_line(words)))) == [("plan", "pairs")]


def test_each_command_of_the_index_is_there() -> None:
    assert sorted(" ".join(one) for one in EVERY) == sorted(COMMANDS)
