"""Every option of every command keeps to one grammar: this walks them all."""

import re
from collections.abc import Iterator

import pytest
import typer
from command import invoked
from typer.core import TyperGroup, TyperOption

from netkit.cli.grammar.command import Command, Group
from netkit.cli.grammar.durations import METAVAR
from netkit.cli.main import command_line

ROOT = typer.main.get_command(command_line())

LASTS = {
    "accelerated", "against", "announce", "bound", "clock-error", "confirm", "days", "duration",
    "equipment", "gap", "hand-over", "hours", "interim-interval", "interval", "limit", "max-jitter",
    "over", "probation", "stale-after", "threshold", "timeout", "windows",
}  # fmt: skip
"""Options whose values are durations, in every command that has them."""

OLD = {
    "output", "bound-ms", "clock-error-ms", "worst", "last", "every", "interim-every", "margin",
    "equipment-us", "hand-over-us", "threshold-us", "accelerated-us", "most-pairs", "most-routers",
    "key", "k", "source-address",
}  # fmt: skip
"""Spellings that were there once."""

SHORT = {
    "-o": "--out", "-h": "--help", "-V": "--version", "-q": "--quiet", "-v": "--verbose",
    "-c": "--count", "-i": "--interval", "-k": "--max-additions",
}  # fmt: skip
"""What a letter means, in every command that has it; -4 and -6 stand alone."""

_UNIT = re.compile(r"-(?:ns|us|ms|s|seconds|minutes|hours)$")


def commands(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    yield " ".join(words), command
    if isinstance(command, TyperGroup):
        for name, one in command.commands.items():
            yield from commands(one, (*words, name))


ALL = dict(commands(ROOT))


def options() -> Iterator[tuple[str, TyperOption]]:
    for words, command in ALL.items():
        context = typer.Context(command)
        context.help_option_names = ["-h", "--help"]
        yield from ((words, one) for one in command.get_params(context)
                    if isinstance(one, TyperOption))  # fmt: skip


OPTIONS = list(options())


def test_no_option_is_spelled_as_it_once_was() -> None:
    found = {(words, one.lstrip("-")) for words, option in OPTIONS for one in option.opts}
    assert not {(words, one) for words, one in found if one in OLD and len(one) > 1}


def test_every_letter_means_one_thing() -> None:
    for words, option in OPTIONS:
        for letter in (one for one in option.opts if not one.startswith("--")):
            assert letter in {"-4", "-6"} or SHORT[letter] in option.opts, (words, letter)
        if "--out" in option.opts:
            assert "-o" in option.opts, words


def test_durations_have_units_of_their_own() -> None:
    for words, option in OPTIONS:
        for name in (one.removeprefix("--") for one in option.opts if one.startswith("--")):
            assert not _UNIT.search(name), (words, name)
            assert (METAVAR in option.metavar) == (name in LASTS), (words, name)


def test_every_option_has_help_and_a_word_for_people() -> None:
    for words, option in OPTIONS:
        assert option.help, (words, option.opts)
        assert option.help.endswith((".", "?", "0.0.0.0", "…")), (words, option.opts, option.help)
        assert option.metavar is not None, (words, option.opts)


@pytest.mark.parametrize("words", ALL)
def test_every_command_helps_by_a_letter_without_types_of_python(words: str) -> None:
    assert isinstance(ALL[words], Command | Group)
    done = invoked(*words.split(), "-h", env={"COLUMNS": "100"})
    assert done.exit_code == 0, words
    assert "Usage: " in done.output
    assert not re.search(r"<(?:list|bool|str|int|float|path)", done.output)
    for letter in ("-v", "-q") if isinstance(ALL[words], Command) else ():
        assert re.search(rf"\s{letter}\s", done.output), (words, letter)


def test_the_version_has_a_letter() -> None:
    assert invoked("-V").output.startswith("netkit ")


COMPLETED = {
    "profile", "tier", "metric", "target", "campaign", "format", "via", "pair", "exclude-node",
    "by", "quantity", "stitch", "hosts", "frr", "igp", "backend",
}  # fmt: skip
"""Options whose values a shell can offer; of others it offers files, or nothing."""


def test_values_that_are_known_words_are_offered_by_shells() -> None:
    for words, option in OPTIONS:
        for name in {one.removeprefix("--") for one in option.opts} & COMPLETED:
            if option.is_flag or words == "alarms ack":  # --frr alone; --by, a person
                continue
            offers = vars(option).get("_custom_shell_complete") is not None
            assert offers or "|" in option.metavar, (words, name)


def test_words_that_a_value_is_named_by_are_offered() -> None:
    for words, option in OPTIONS:
        kinds = option.metavar.split("|")
        if len(kinds) > 1 and all(kind == kind.lower() for kind in kinds):
            context = typer.Context(ALL[words])
            offered = {one.value for one in option.shell_complete(context, "")}
            assert offered == set(kinds), (words, option.opts)
