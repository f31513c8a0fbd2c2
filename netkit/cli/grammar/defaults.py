"""Defaults of options: from variables, and from a file of TOML.

A word on the command line counts most, then ``NETKIT_PROBE_SEND_INTERVAL``, then
``NETKIT_INTERVAL``, then the file. In the file a key counts for every command below its table that
has such an option::

    profile = "2021"
    [probe.send]
    interval = "10ms"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from netkit.errors import InputError, Problem, did_you_mean

CONFIG_VARIABLE = "NETKIT_CONFIG"
_TAKEN = frozenset({"NETKIT_LAB", CONFIG_VARIABLE})
"""Variables that mean something else: a lab's processes carry its name in the first."""


@dataclass(frozen=True, slots=True)
class Commands:
    """The options that commands have, by the words that name them: as ``("probe", "send")``."""

    options: Mapping[tuple[str, ...], frozenset[str]]

    def below(self, words: tuple[str, ...]) -> Iterator[frozenset[str]]:
        """The options of each command that begins with these words."""
        return (has for name, has in self.options.items() if name[: len(words)] == words)

    def next_words(self, words: tuple[str, ...]) -> set[str]:
        """What may follow these words."""
        depth = len(words)
        return {name[depth] for name in self.options if name[:depth] == words != name}


def variables(words: Sequence[str], option: str) -> list[str]:
    """The variables that set an option's default, the one that counts more first.

    >>> variables(["probe", "send"], "bound")
    ['NETKIT_PROBE_SEND_BOUND', 'NETKIT_BOUND']
    """
    named = ["_".join(("NETKIT", *words, option)), f"NETKIT_{option}"]
    names = [one.upper().replace("-", "_") for one in named]
    return [one for one in dict.fromkeys(names) if one not in _TAKEN]


def config_path(environment: Mapping[str, str], home: Path) -> Path:
    """Where the file is looked for: in ``XDG_CONFIG_HOME``, if absolute, else ``~/.config``."""
    base = Path(environment.get("XDG_CONFIG_HOME", ""))
    return (base if base.is_absolute() else home / ".config") / "netkit" / "config.toml"


def read_config(named: Path | None) -> tuple[Path, dict[str, Any]]:
    """The file that is named, by ``--config`` or its variable, or the user's own if there is one.

    Raises InputError where it is no TOML, and OSError where a file that is named cannot be read.
    """
    if named is None and os.environ.get(CONFIG_VARIABLE):
        named = Path(os.environ[CONFIG_VARIABLE])
    path = config_path(os.environ, Path.home()) if named is None else named
    if named is None and not path.is_file():
        return path, {}
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError.single(str(error), file=str(path), expected="TOML") from None


def defaults_of(config: Mapping[str, Any], words: Sequence[str]) -> dict[str, Any]:
    """The defaults for the command of these words, by names as Python has them; inner tables win.

    >>> defaults_of({"max-sids": 8, "plan": {"max-sids": 6}}, ["plan"])
    {'max_sids': 6}
    """
    found, table = {}, config
    for word in (*words, None):
        for key, value in table.items():
            if not isinstance(value, dict):
                found[key.replace("-", "_")] = value
        if word is None or not isinstance(inner := table.get(word), dict):
            break
        table = inner
    return found


def check_config(path: Path, config: Mapping[str, Any], commands: Commands) -> None:
    """Raise InputError with every key that is no option of any command below its table."""
    problems = list(_problems(str(path), config, (), commands))
    if problems:
        raise InputError(problems)


def _problems(
    file: str, table: Mapping[str, Any], words: tuple[str, ...], commands: Commands
) -> Iterator[Problem]:
    has = frozenset().union(*commands.below(words))
    for key, value in table.items():
        inner = (*words, key)
        if isinstance(value, dict) and any(True for _ in commands.below(inner)):
            yield from _problems(file, value, inner, commands)
        elif isinstance(value, dict):
            remedy = did_you_mean(key, sorted(commands.next_words(words)))
            yield Problem(file, None, "no such command", f"[{'.'.join(inner)}]", None, remedy)
        elif key.replace("_", "-") not in has:
            where = f"netkit {' '.join(words)}".strip()
            expected = f"an option of {where}, without its dashes"
            remedy = did_you_mean(key, sorted(has))
            yield Problem(file, None, "no such option", key, expected, remedy)
