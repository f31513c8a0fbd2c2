"""What all commands share: errors to messages and exit codes, JSON output, safe writing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.exceptions import Abort, TyperException

from netkit.cli.grammar.loudness import is_loud, is_plain, is_quiet, step
from netkit.cli.grammar.typed import place_of
from netkit.cli.refusals import told
from netkit.cli.streams import (
    drop_unwritable,
    keep_stdout_for_data,
    occupy_closed_streams,
)
from netkit.errors import ExitCode, InputError, NetkitError, printable
from netkit.interrupts import end_like_ctrl_c

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from netkit.model.progress import Steps
    from netkit.report.documents.document import Document


JsonOption = Annotated[bool, typer.Option("--json", help="Write JSON to stdout.")]

_SIZES = ("COLUMNS", "LINES", "TERMINAL_WIDTH")
_SIZE_DIGITS = 4
"""Wider than this is no screen; rich would make room for it."""

_TYPER_INTERRUPTED = 130
"""What Typer makes of a KeyboardInterrupt."""


def run(command: Callable[..., Any]) -> NoReturn:
    """Run a Typer application and end the process with a code of the one table.

    Click ends usage errors with 2, which here means that a tier is violated; so errors are caught
    before Click does. A bug still shows its traceback.
    """
    occupy_closed_streams()
    forget_odd_sizes(os.environ)
    keep_stdout_for_data()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no µ must not cost anybody the results.
            stream.reconfigure(errors="replace")
    try:
        end_like_ctrl_c()
        code = command(standalone_mode=False)
        if code == _TYPER_INTERRUPTED:
            code = _say("interrupted", ExitCode.UNKNOWN)
        sys.stdout.flush()
    except TyperException as error:
        code = _say(_where(error) + _usage(error.format_message()), ExitCode.UNKNOWN)
    except InputError as error:
        code = _say(str(told(error)), error.exit_code)
    except NetkitError as error:
        notes = getattr(error, "__notes__", ())
        code = _say("\n".join((str(error), *notes)), error.exit_code)
    except (KeyboardInterrupt, Abort):
        code = _say("interrupted", ExitCode.UNKNOWN)
    except (BrokenPipeError, SystemExit):
        # Libraries exit with 1 where nobody reads what they print; 1 means degraded here.
        code = ExitCode.UNKNOWN
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        code = _say(f"{place}{error.strerror or error}", ExitCode.UNKNOWN)
    drop_unwritable()
    sys.exit(int(code or 0))


def forget_odd_sizes(environment: MutableMapping[str, str]) -> None:
    """Take out sizes of a screen that are none: rich and Typer would end with a traceback, also of
    ``²``, which is a digit, and show nothing on 0 columns."""
    for name in _SIZES:
        size = environment.get(name, "")
        plain = size.isascii() and size.isdigit() and len(size) <= _SIZE_DIGITS
        if size and not (plain and int(size)):
            del environment[name]


@contextmanager
def lost_results_told() -> Iterator[None]:
    """Within this, output that cannot be written, as on a full disk, is told, and ends the output,
    not the command."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        _say(f"standard output: {error.strerror or error}", ExitCode.UNKNOWN)
        drop_unwritable()


def _where(error: TyperException) -> str:
    """The variable or the file that has the value which Typer refuses, if it was not typed."""
    ctx, option = getattr(error, "ctx", None), getattr(error, "param", None)
    place = None if ctx is None or option is None else place_of(ctx, option)
    return "" if place is None else f"{place}: "


def _usage(message: str) -> str:
    message = message.replace("Value error, ", "")
    end = "" if message.endswith((".", "?")) else "."
    return f"{message}{end} Try --help." if message else "Try --help."


def _say(message: str, code: ExitCode) -> ExitCode:
    for line in message.split("\n"):
        print(f"netkit: {printable(line)}", file=sys.stderr)  # noqa: T201
    return code


def console() -> Console:
    """Where people read results: as wide as their terminal; pipes and ``--plain`` have no width."""
    from netkit.report.terminal.screen import FULL, Screen

    columns = os.environ.get("COLUMNS", "")
    # Consoles without a size say 0, and on none at all nothing would be seen.
    told = columns.isascii() and columns.isdigit() and int(columns) > 0
    if is_plain() or not (sys.stdout.isatty() or told):
        return Screen(width=FULL, no_color=True, highlight=False)
    return Screen() if told or not columns else Screen(width=get_terminal_size().columns)


def print_lines(*lines: str) -> None:
    """Print lines of results: whole in a pipe, on a screen folded between words."""
    if is_plain() or not sys.stdout.isatty():
        for line in lines:
            typer.echo(line)
        return
    from rich.text import Text

    screen = console()
    for line in lines:
        screen.print(Text(line))


def progress_console() -> Console:
    """Where people watch progress: stderr, so that stdout stays data. Names stay as they are."""
    from rich.console import Console

    return Console(stderr=True, markup=False, emoji=False)


@contextmanager
def progress() -> Iterator[Steps]:
    """One line on stderr that says what is being done, how far it is; nothing but on terminals."""
    from rich.progress import Progress

    screen, said = progress_console(), ""
    with Progress(console=screen, transient=True, disable=not _moving(screen)) as bar:
        task = bar.add_task("starting", total=None)

        def tell(what: str, done: int, all_: int) -> None:
            nonlocal said
            if what != said:
                step(what)
                said = what
            bar.update(task, description=what, completed=done, total=all_)

        yield tell


def _moving(screen: Console) -> bool:
    """May a line move there: a terminal, and neither ``-q`` nor lines of ``-v`` between."""
    return screen.is_terminal and not is_quiet() and not is_loud()


@contextmanager
def steps() -> Iterator[Steps]:
    """A line on stderr for each step of a job, kept when it is done; parts of a step share it.

    Nothing but on terminals, for cron would mail it; with ``-v`` a plain line where a step begins.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(),
    )  # fmt: skip
    screen = progress_console()
    with Progress(*columns, console=screen, disable=not _moving(screen)) as bars:
        lines: dict[str, TaskID] = {}

        def tell(what: str, done: int, all_: int) -> None:
            name = what.partition(":")[0]
            if name not in lines:
                step(what)
                lines[name] = bars.add_task(what)
            bars.update(lines[name], description=what, completed=done, total=all_)

        yield tell


def end(code: ExitCode, why: str) -> NoReturn:
    """End the command. A code that is not good says why in the last line, on stderr."""
    if code is not ExitCode.OK:
        sys.stdout.flush()
        typer.echo(f"netkit: {why}", err=True)
    raise typer.Exit(code)


def print_json(document: Document) -> None:
    """Write a document to stdout; what has no JSON form is a bug and raises."""
    from netkit.report.documents.document import to_text

    typer.echo(to_text(document), nl=False)
