"""Errors name arguments as Python does, and on the command line the options that set them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

import netkit
from netkit.cli.main import command_line
from netkit.cli.refusals import OPTIONS, option_of, told
from netkit.errors import InputError, Problem, did_you_mean
from netkit.files.importers.formats import read_topology
from netkit.probe.run.fast import is_stream
from netkit.probe.run.send_options import SendOptions

OF_OTHER_PROGRAMS = {"--version", "--help", "--foreground", "--quiet", "--target"}
"""Options of netkit's that are also arguments of processes that it starts."""

ROOMS = (
    "model", "wire", "stats", "store", "files", "planner", "emit", "probe", "lab", "workflows",
    "report/words", "report/documents",
)  # fmt: skip


def test_an_argument_gets_the_name_of_its_option():
    with pytest.raises(InputError) as caught:
        is_stream(SendOptions(interval_ms=0.5, key=b"k", return_segments=("::1",)))
    error = caught.value
    assert str(error) == (
        "interval_ms: 0.5 ms; expected at least 1 ms together with return_segments, key"
    )
    assert str(told(error)) == (
        "command line: --interval: 0.5 ms; expected at least 1 ms together with "
        "--return-segments, --key-file"
    )


def test_a_problem_of_a_file_names_the_option_that_would_mend_it(tmp_path: Path):
    file = tmp_path / "odd.txt"
    file.write_text("what is this\n")
    with pytest.raises(InputError) as caught:
        read_topology(file)
    assert str(caught.value).endswith(". Say which format it is")
    assert str(told(caught.value)).endswith(". Say which format it is with --format")
    assert str(told(caught.value)).startswith(f"{file}:1: the format is not recognised")


def test_what_comes_from_no_file_comes_from_the_command_line():
    plain, filed = Problem(None, None, "no pairs"), Problem("a.yaml", 3, "unknown key", "x")
    error = told(InputError([filed, plain], more=2))
    assert str(error) == "a.yaml:3: unknown key: x\ncommand line: no pairs\nand 2 more"


def test_every_option_of_the_table_is_one_of_some_command():
    known = {
        name
        for command in commands(typer.main.get_command(command_line()))
        for name in options(command)
    }
    assert set(OPTIONS.values()) <= known
    assert {option_of(field) for field in fields_named_below()} <= known


def commands(command: object) -> Iterator[object]:
    yield command
    if isinstance(command, TyperGroup):
        for one in command.commands.values():
            yield from commands(one)


def options(command: object) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)


def parsed(word: str) -> Iterator[tuple[Path, ast.AST]]:
    """Each node of the sources below in which there is such a word, with its file."""
    root = Path(netkit.__file__).parent
    for file in (file for room in ROOMS for file in (root / room).rglob("*.py")):
        if word in (text := file.read_text(encoding="utf-8")):
            yield from ((file, node) for node in ast.walk(ast.parse(text)))


def fields_named_below() -> Iterator[str]:
    """The arguments that errors of the rooms below name, as they stand in the source."""
    for _, node in parsed("argument"):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "argument":
            first = node.args[0]
            yield first.value


def test_no_option_is_named_below_the_command_line():
    every = commands(typer.main.get_command(command_line()))
    ours = {name for one in every for name in options(one)} - OF_OTHER_PROGRAMS
    named = [
        f"{file}: {node.value}"
        for file, node in parsed("--")
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_option(node.value, ours)
    ]
    assert not named


def is_option(text: str, ours: set[str]) -> bool:
    """An option of a command of netkit's, but in a command that is named whole, to be typed.

    Options of other programs are called as these call them, also where ours is called alike.
    """
    told = re.sub(r"netkit [a-z][^,;:`]*", " ", text)
    return any(word in ours for word in re.findall(r"(?<![\w-])--[a-z][a-z-]*", told))


def test_what_was_meant_is_asked_only_where_a_word_is_near():
    assert did_you_mean("regionel", ["regional", "tolerant"]) == "Did you mean 'regional'?"
    assert did_you_mean("x", ["regional", "tolerant"]) is None
