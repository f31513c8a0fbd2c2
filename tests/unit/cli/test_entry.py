"""What ends the process shows no traceback, whenever it comes, and has a code of the one table."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial

import pytest

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
INTERRUPTED = (3, "netkit: interrupted\n")
ENTRY = """
import atexit, signal, sys, types
class Loaded(types.ModuleType):
    def __getattr__(self, name):
        {loading}
        return run
class Last:
    def __del__(self):
        {last}
last = Last()
def run():
    {running}
    raise SystemExit(2)
def come(*numbers):
    for number in numbers:
        signal.raise_signal(number)
sys.modules["netkit.cli.main"] = Loaded("netkit.cli.main")
from netkit.cli.entry import main
main()
"""


def ended(number: int, *, ignored: bool = False, **what: str) -> tuple[int, str]:
    """How a process ends, and what it says, that gets the signal at these moments."""
    steps = {name: what.get(name, "pass") for name in ("loading", "running", "last")}
    code = ENTRY.format(**steps).replace("NUMBER", str(number))
    before = signal.SIG_IGN if ignored else signal.SIG_DFL
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        preexec_fn=partial(signal.signal, number, before),
    )  # fmt: skip
    assert not done.stdout
    return done.returncode, done.stderr


@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_is_loading_it_says_so_in_one_line(number: int) -> None:
    assert ended(number, loading="come(NUMBER)") == INTERRUPTED


@pytest.mark.parametrize("step", ["raise KeyboardInterrupt", "come(NUMBER)"])
def test_a_second_one_while_the_first_is_told_ends_it_as_well(step: str) -> None:
    """What comes out of the command itself, whose own doors are closed by then."""
    assert ended(signal.SIGINT, running=step) == INTERRUPTED


@pytest.mark.parametrize("number", SIGNALS)
def test_one_that_comes_while_it_ends_takes_the_code_of_nothing_away(number: int) -> None:
    """Python had a traceback for it, or was ended by the signal."""
    assert ended(number, running="atexit.register(come, NUMBER, NUMBER)") == (2, "")
    assert ended(number, last="come(NUMBER)") == (2, "")


@pytest.mark.parametrize("number", SIGNALS)
def test_what_is_ignored_stays_ignored(number: int) -> None:
    assert ended(number, ignored=True, loading="come(NUMBER)", running="come(NUMBER)") == (2, "")
