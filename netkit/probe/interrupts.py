"""How Ctrl-C and SIGTERM end a measurement: cleanly, and with everything measured so far."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Within this, SIGTERM raises KeyboardInterrupt."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what signals do
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
        for number in (signal.SIGINT, signal.SIGTERM):
            before = signal.getsignal(number)
            # Only the main thread may say what signals do, and is interrupted by them.
            if callable(before) and threading.current_thread() is threading.main_thread():
                signal.signal(number, lambda *what, act=before: held.append(partial(act, *what)))
                stack.callback(signal.signal, number, before)
        yield let_in


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
