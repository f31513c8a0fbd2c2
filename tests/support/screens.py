"""What a command shows on a terminal, in a pipe, without colours and in Chinese; in this process.

The whole tree of commands is made once, the time stands still, and what a command would ask of the
machine or of the network is put in its place by its case.
"""

from __future__ import annotations

import atexit
import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import typer
from command import handlers_kept

from netkit.cli import common
from netkit.cli.main import command_line

NOW_NS = 1_764_403_200_000_000_000
"""2025-11-29T08:00:00Z, whatever the clock of this machine says."""

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
_UNSET = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TERM", "LC_ALL", "LC_MESSAGES", "LANG")


@dataclass(frozen=True)
class Case:
    """A command as somebody may give it, and the world that it is given in."""

    words: tuple[str, ...]
    prepare: Callable[[Path], object] = lambda _folder: None
    """Puts into the working folder what the command reads."""
    instead: Mapping[str, Any] = field(default_factory=dict)
    """What stands for machine and network, by the names that are replaced."""
    for_programs: bool = False
    """What it prints has a form of its own, the same everywhere."""


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


class _Beside(io.StringIO):
    """Standard error of that screen; no terminal itself, so that nothing moves there."""

    def __init__(self, screen: io.StringIO) -> None:
        super().__init__()
        self._screen = screen

    def write(self, text: str) -> int:
        return self._screen.write(text)


def on_screen(case: Case, width: int, lang: str = "en", **env: str) -> str:
    """What stands on a terminal of that width, results and the lines of stderr, as bytes to it."""
    screen = _Screen()
    words = (*case.words, *(("--lang", lang) if lang != "en" else ()))
    env = {"COLUMNS": str(width), "TERM": "xterm-256color", **env}
    return _run(case, words, screen, _Beside(screen), env)


def in_pipe(case: Case) -> str:
    """What the next program reads."""
    return _run(case, case.words, io.StringIO(), io.StringIO(), {})


def text_of(shown: str) -> str:
    """What was shown, without the bytes that colour it."""
    return _ESCAPE.sub("", shown)


def has_colours(shown: str) -> bool:
    """Does something have a colour? Bold is none."""
    return _COLOUR.search(shown) is not None


def _run(
    case: Case, words: tuple[str, ...], out: io.StringIO, err: io.StringIO, env: Mapping[str, str]
) -> str:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="screen-")))
        kept = {name: value for name, value in os.environ.items() if name not in _UNSET}
        env = {**kept, "NETKIT_STATE": str(folder / "state"), **env}
        stack.enter_context(patch.dict(os.environ, env, clear=True))
        stack.enter_context(chdir(folder))
        stack.enter_context(patch("time.time_ns", lambda: NOW_NS))
        stack.enter_context(patch("time.time", lambda: NOW_NS / 1e9))
        shutil.copytree(_prepared(case.prepare), folder, symlinks=True, dirs_exist_ok=True)
        for name, value in case.instead.items():
            stack.enter_context(patch(name, value))
        stack.enter_context(handlers_kept())
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(patch.object(sys, "argv", ["netkit", *words]))
        stack.enter_context(pytest.raises(SystemExit))
        common.run(partial(_tree().main, args=list(words), prog_name="netkit", obj=command_line))
    shown = out.getvalue().replace(str(folder), "/home/op")
    # Of what is written: with the name of the folder it changes from run to run.
    return re.sub(r"(?<=: sha256 )[0-9a-f]{64}", "0" * 64, shown)


@cache
def _prepared(prepare: Callable[[Path], object]) -> Path:
    """A folder with what that puts there, made once for as long as this process lasts."""
    folder = Path(tempfile.mkdtemp(prefix="screen-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with chdir(folder), patch.dict(os.environ, {"NETKIT_STATE": str(folder / "state")}):
        prepare(folder)
    return folder


@cache
def _tree() -> Any:
    return typer.main.get_command(command_line())


def leaves(command: Any = None, words: tuple[str, ...] = ()) -> list[str]:
    """Every command that there is, by the words that name it."""
    tree = _tree() if command is None else command
    inner = getattr(tree, "commands", None)
    if inner is None:
        return [" ".join(words)]
    return [one for name, below in inner.items() for one in leaves(below, (*words, name))]
