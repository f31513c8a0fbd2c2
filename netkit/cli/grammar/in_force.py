"""Which defaults of options are in force: for every command, from a variable or the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from netkit.cli.grammar.defaults import Commands, defaults_of, variables
from netkit.report.documents.defaults import Setting, without_password

_Key = tuple[str, str, str | None, str | None]


def settings(
    commands: Commands, config: Mapping[str, Any], file: str, environment: Mapping[str, str]
) -> list[Setting]:
    """Every option of every command; those with the same default from the same place together."""
    found: dict[_Key, list[str]] = {}
    for words, options in sorted(commands.options.items()):
        for option in sorted(options):
            key = (option, *_default(words, option, config, file, environment))
            found.setdefault(key, []).append(" ".join(words))
    return sorted(
        (Setting(option, tuple(names), variable, value, source)
         for (option, variable, value, source), names in found.items()),
        key=lambda one: (one.value is None, one.option),
    )  # fmt: skip


def _default(
    words: tuple[str, ...], option: str, config: Mapping[str, Any], file: str,
    environment: Mapping[str, str],
) -> tuple[str, str | None, str | None]:  # fmt: skip
    """The variable that is set for it, or that of all commands; its value, and where that is."""
    names = variables(words, option)
    name = next((one for one in names if environment.get(one)), None)
    if name is not None:
        return name, without_password(environment[name]), name
    value = defaults_of(config, words).get(option.replace("-", "_"))
    if value is not None:
        return names[-1], without_password(_plain(value)), file
    return names[-1], None, None


def _plain(value: object) -> str:
    """As TOML has it, without quotes."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def set_ones(names: Mapping[str, str], environment: Mapping[str, str]) -> Iterator[str]:
    """Those of the variables that are set."""
    return (name for name in names if environment.get(name))
