"""What the process of an agent has beside its loop: threads, a child, and ears for signals."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Protocol

_THREADS = 4


class Signalled(Protocol):
    """Whoever looks from time to time whether a signal has come."""

    stopping: bool
    reloading: bool


@contextmanager
def threads() -> Iterator[ThreadPoolExecutor]:
    """Threads for what may take long; whoever waits for a name server is not waited for."""
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="agent")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def ended(child: int) -> Iterator[None]:
    """Whatever happens, the child process has ended when this is left."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(child, signal.SIGTERM)
            os.waitpid(child, 0)


@contextmanager
def signals(agent: Signalled) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the loop, SIGHUP has the campaigns read anew."""

    def stop(_number: int, _frame: object) -> None:
        agent.stopping = True

    def reload(_number: int, _frame: object) -> None:
        agent.reloading = True

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    wanted = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    before = {number: signal.signal(number, act) for number, act in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
