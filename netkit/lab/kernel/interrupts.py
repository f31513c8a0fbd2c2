"""Turning the signals that end a process into exceptions, so that a lab is taken down first."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any] | int | None

_ENDING = (signal.SIGTERM, signal.SIGHUP)
_ALL = (signal.SIGINT, *_ENDING)
_BY_SIGNAL = 128


class Interrupts:
    """While armed, SIGTERM and SIGHUP raise SystemExit, unless the program handles them itself.

    Only a main thread can set handlers; elsewhere nothing is changed.
    """

    def __init__(self) -> None:
        self._before: dict[int, Handler] = {}

    def arm(self) -> None:
        """Take over the signals that still do what they do by default."""
        if _in_main_thread():
            for number in _ENDING:
                if signal.getsignal(number) == signal.SIG_DFL:
                    self._before[number] = signal.signal(number, _leave)

    def disarm(self) -> None:
        """Put back what was there."""
        while self._before:
            number, handler = self._before.popitem()
            signal.signal(number, handler)

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Ignore further signals, so that a second Ctrl-C does not stop the cleaning up."""
        if not _in_main_thread():
            yield
            return
        before = {number: signal.signal(number, signal.SIG_IGN) for number in _ALL}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(_BY_SIGNAL + number)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
