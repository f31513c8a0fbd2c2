"""The standard streams of the command: stdout is data, and whoever reads it may leave early."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_STDOUT, _STDERR = 1, 2


class _Results(io.FileIO):
    """Where results go. Once nobody reads them, as after ``head``, they go nowhere: the command
    goes on to its exit code and its last line."""

    unread = False

    def write(self, data: ReadableBuffer) -> int:
        try:
            return super().write(data)
        except BrokenPipeError:
            self.unread = True
            _lead_nowhere(self.fileno())
            return memoryview(data).nbytes


def _lead_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def occupy_closed_streams() -> None:
    """``netkit … >&-``: nobody wants the output. No file that is opened shall get it instead."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _STDERR:
        pass
    os.close(descriptor)
    if sys.stdout is None:
        sys.stdout = os.fdopen(_STDOUT, "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(_STDERR, "w", encoding="utf-8")


def keep_stdout_for_data() -> None:
    """What compiled code writes to stdout goes to stderr: HiGHS has debug lines, stdout is data."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.fileno() == _STDOUT:
        sys.stdout.flush()
        data = os.dup(_STDOUT)
        os.dup2(_STDERR, _STDOUT)
        sys.stdout = io.TextIOWrapper(
            io.BufferedWriter(_Results(data, "w")), encoding=sys.stdout.encoding,
            line_buffering=os.isatty(data),
        )  # fmt: skip


def give_stdout_back() -> None:
    """For a command that takes the place of this process: its stdout is this one's."""
    sys.stdout.flush()
    os.dup2(sys.stdout.fileno(), _STDOUT)


def drop_unwritable() -> None:
    """Whoever read our output has gone, or its disk is full: to fail once more helps nobody."""
    try:
        sys.stdout.flush()
    except OSError:
        drop_output()


def drop_output() -> None:
    """What is still to be written to stdout goes nowhere, and nothing waits for it any more."""
    _lead_nowhere(sys.stdout.fileno())


def require_reader() -> None:
    """For what has no end: raises BrokenPipeError once nobody reads what is printed."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.flush()
        results = getattr(sys.stdout.buffer, "raw", None)
        if isinstance(results, _Results) and results.unread:
            raise BrokenPipeError
