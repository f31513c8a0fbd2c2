"""Windows on their way to the store: a thread writes them, so that no probe waits for a disk.

What cannot be written is tried again; meanwhile windows wait here, so many at most. Those that find
no place are lost, and counted; so is one that no store can take, which keeps no other from it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from netkit.errors import InputError, NetkitError
from netkit.model.measurement.window import Window
from netkit.probe.agent.flow import FlowKey

WAITING = 100_000
"""So many windows may wait: an hour and a half of 1,000 flows a minute."""

_AT_ONCE = 500
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.5, 30.0


class Sink(Protocol):
    """Where windows are kept. Adding one twice must keep it once.

    ``trouble`` is what an operator should know although windows are kept, None if nothing.
    """

    @property
    def trouble(self) -> str | None:
        """Why they have not come any further."""
        ...

    def add(self, new: Sequence[Window]) -> int:
        """Keep these, all or none; how many are new."""
        ...

    def finish(self) -> None:
        """Do the rest of what is to be done with windows that are kept; nothing is added later."""
        ...

    def taken(self, site: str, wall_ns: int) -> set[tuple[FlowKey, int]]:
        """The flows of a site, with the lengths of their windows, whose window of now is kept."""
        ...


class WindowWriter:
    """Give it windows with :meth:`put`; :meth:`close` writes what is left, and has it delivered.

    ``written``, ``lost`` and those that were ``there_before`` under that name count windows,
    ``failed`` attempts.
    """

    def __init__(self, sink: Sink, waiting: int = WAITING) -> None:
        self._sink, self._limit = sink, waiting
        self._waiting: deque[Window] = deque()
        self._there = threading.Condition()
        self._closing, self._at_once = False, _AT_ONCE
        self.written = self.there_before = self.lost = self.failed = 0
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._run, name="windows", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str | None:
        """Why the last attempt failed, or what the sink has to say; None if neither."""
        return self._failure or self._sink.trouble

    def put(self, windows: Sequence[Window]) -> None:
        """Have these written; never waits for the store."""
        if not windows:
            return
        with self._there:
            room = max(0, self._limit - len(self._waiting))
            self._waiting.extend(windows[:room])
            self.lost += max(0, len(windows) - room)
            self._there.notify()

    def close(self, patience_s: float) -> int:
        """Write the rest within that time; returns how many windows are left unwritten."""
        with self._there:
            self._closing = True
            self._there.notify()
        self._thread.join(patience_s)
        return len(self._waiting)

    def _run(self) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            with self._there:
                while not self._waiting and not self._closing:
                    self._there.wait()
                if not self._waiting:
                    break
                some = [self._waiting[at] for at in range(min(self._at_once, len(self._waiting)))]
            if self._write(some):
                pause_s = _FIRST_PAUSE_S
                continue
            with self._there:
                self._there.wait(pause_s if not self._closing else _FIRST_PAUSE_S)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        self._sink.finish()

    def _write(self, some: list[Window]) -> bool:
        """Whether these were written; they wait on if not."""
        try:
            added = self._sink.add(some)
        except NetkitError as error:
            self.failed += 1
            self._failure = str(error)
            if isinstance(error, InputError):
                self._set_apart(some)
            return False
        except Exception as error:  # noqa: BLE001 - without this thread nothing is kept any more
            self.failed += 1
            self._failure = f"a window cannot be kept: {type(error).__name__}: {error}"
            self._set_apart(some)
            return False
        with self._there:
            for _ in some:
                self._waiting.popleft()
        self._failure = None
        self.there_before += len(some) - added
        self.written += added
        return True

    def _set_apart(self, some: list[Window]) -> None:
        """One of these is at fault: they are written one by one until it is found, and lost."""
        self._at_once = 1
        if len(some) == 1:
            self._at_once = _AT_ONCE
            with self._there:
                self._waiting.popleft()
                self.lost += 1
