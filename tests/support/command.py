"""``netkit`` inside this process: the same main(), without the start of another interpreter."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner, Result

from netkit.cli.main import command_line, main

_CAUGHT = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


@dataclass(frozen=True)
class Done:
    """What a command printed, and the code that a process would have ended with."""

    returncode: int
    stdout: str
    stderr: str


def netkit(
    *words: str | Path, cwd: Path | None = None, width: int = 120,
    env: Mapping[str, str] | None = None,
) -> Done:  # fmt: skip
    """Run ``netkit`` with these words, as on a terminal of that width that is not one."""
    assert "reflect" not in words, "it would give this process's privileges away: start a process"
    out, err = io.StringIO(), io.StringIO()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        stack.enter_context(chdir(cwd or Path.cwd()))
        stack.enter_context(patch.dict(os.environ, {"COLUMNS": str(width), **(env or {})}))
        stack.enter_context(patch.object(sys, "argv", ["netkit", *map(str, words)]))
        stack.enter_context(handlers_kept())
        ended = stack.enter_context(pytest.raises(SystemExit))
        main()
    return Done(int(ended.value.code or 0), out.getvalue(), err.getvalue())


def invoked(*words: str | Path, env: Mapping[str, str | None] | None = None) -> Result:
    """What the command of these words prints, or raises; of all commands it alone is made, as
    main() does."""
    given = [str(word) for word in words]
    return CliRunner().invoke(command_line(given), given, env=env, obj=command_line)


@contextmanager
def handlers_kept() -> Iterator[None]:
    """Signal handlers are afterwards what they were."""
    before = {number: signal.getsignal(number) for number in _CAUGHT}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
