"""Signals that end a process, as exceptions, so that whatever was built is taken down first.

The command turns SIGTERM, SIGHUP and SIGQUIT into what Ctrl-C is, a KeyboardInterrupt; a
measurement does so with SIGTERM while it runs, and gives what it has; a lab that a program of the
user's boots ends that program, unless it has handlers of its own. Only the main thread may say what
signals do: elsewhere all of this changes nothing.
"""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType
from typing import Any, NoReturn, TypeVar

_T = TypeVar("_T")
_Handler = Callable[[int, FrameType | None], Any] | int | None

_ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_OF_TERMINALS = (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
_BY_SIGNAL = 128


def end_like_ctrl_c() -> None:
    """From here on whatever ends this process leaves through the same doors as Ctrl-C.

    What whoever started it had it ignore, as nohup does with SIGHUP, stays ignored.
    """
    if signal.getsignal(signal.SIGINT) != signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in _ENDING:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Within this, SIGTERM raises KeyboardInterrupt."""
    if not _in_main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def interrupts_held() -> Iterator[Callable[[], None]]:
    """Within this, what Python does on Ctrl-C and SIGTERM waits until what is yielded is called.

    So neither can come between two steps that belong together. What comes after the last call is
    dropped.
    """
    held: list[Callable[[], object]] = []

    def let_in() -> None:
        if held:
            held.pop()()

    with ExitStack() as stack:
        for number in (signal.SIGINT, *_ENDING):
            before = signal.getsignal(number)
            if callable(before) and _in_main_thread():
                signal.signal(number, lambda *what, act=before: held.append(partial(act, *what)))
                stack.callback(signal.signal, number, before)
        yield let_in


def uninterrupted(call: Callable[..., _T], *args: object, **named: object) -> _T:
    """What ``call`` returns; Ctrl-C and SIGTERM come before it or after it, and not within."""
    with interrupts_held() as let_in:
        found = call(*args, **named)
        let_in()
    return found


@contextmanager
def helpers_deaf_to_terminals() -> Iterator[None]:
    """Processes that are started within this never hear Ctrl-C, nor that their terminal is gone: it
    tells all that a command has started, and each would show where it came to, or leave what it was
    to clear. Whoever started them ends them. Here it waits until this is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_TERMINALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Interrupts:
    """While armed, what ends a process raises SystemExit, unless the program handles it itself."""

    def __init__(self) -> None:
        self._before: dict[int, _Handler] = {}

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
        ignored = (signal.SIGINT, *_ENDING)
        before = {number: signal.signal(number, signal.SIG_IGN) for number in ignored}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(_BY_SIGNAL + number)


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()
