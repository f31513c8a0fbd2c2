"""Ending the processes of labs by their mark, and seeing that their namespaces went with them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from netkit.errors import LabError
from netkit.lab.kernel.marks import (
    Mark,
    MarkedProcess,
    marked_processes,
    namespace_of,
    namespaces_in_use,
    start_ticks,
)
from netkit.lab.kernel.netns import Namespace

PATIENCE_S = 60.0
_POLL_S = 0.01


@dataclass(frozen=True, slots=True)
class CleanReport:
    """What was ended; ``left_*`` is what would not go (namespaces by inode)."""

    owners: tuple[Mark, ...]
    processes: int
    namespaces: int
    left_processes: tuple[int, ...]
    left_namespaces: tuple[int, ...]
    spared: tuple[Mark, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is left of the labs that were to be ended."""
        return not self.left_processes and not self.left_namespaces


def clean(*, everything: bool = False) -> CleanReport:
    """End what labs with dead owners left behind; with ``everything``, running labs as well.

    Only processes with a lab's mark are touched. Namespaces and interfaces of a lab have no name
    and live as long as its processes do; that they are gone is checked.
    """
    return _clear(lambda process: everything or not process.mark.alive)


def clean_after(owner: Mark) -> CleanReport:
    """End what the labs of one owner left behind, which has ended."""
    return _clear(lambda process: process.mark == owner)


def _clear(is_doomed: Callable[[MarkedProcess], bool]) -> CleanReport:
    found = marked_processes()
    doomed = [process for process in found if is_doomed(process)]
    spared = {p.mark for p in found} - {p.mark for p in doomed}
    with ExitStack() as stack:
        namespaces = _hold_namespaces(doomed, stack)
        left = end_processes(doomed)
        in_use = _still_in_use(namespaces)
    return CleanReport(
        owners=_sorted({p.mark for p in doomed}),
        processes=len(doomed) - len(left),
        namespaces=len(namespaces - in_use),
        left_processes=tuple(sorted(left)),
        left_namespaces=tuple(sorted(in_use)),
        spared=_sorted(spared),
    )


def _still_in_use(namespaces: set[int]) -> set[int]:
    """Those that have processes yet: daemons in a pid namespace end a moment after its first."""
    deadline = time.monotonic() + PATIENCE_S
    while (in_use := namespaces & namespaces_in_use()) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    return in_use


def _hold_namespaces(processes: Iterable[MarkedProcess], stack: ExitStack) -> set[int]:
    """The inodes of their namespaces, held so that no new namespace gets the same number."""
    own, held = namespace_of(os.getpid()), set()
    for process in processes:
        try:
            namespace = Namespace(process.pid, str(process.pid))
        except LabError:
            continue
        stack.callback(namespace.close)
        if namespace.inode != own:
            held.add(namespace.inode)
    return held


def end_processes(doomed: Iterable[MarkedProcess]) -> set[int]:
    """Kill processes and wait until they are gone; returns the ids of those that are not.

    Children of this very process become zombies and count as gone; their parent reaps them.
    """
    waiting = {process.pid: start_ticks(process.pid) for process in doomed}
    for pid, ticks in waiting.items():
        if ticks is not None and start_ticks(pid) == ticks:
            _kill(pid)
    deadline = time.monotonic() + PATIENCE_S
    while waiting and time.monotonic() < deadline:
        waiting = {
            pid: ticks
            for pid, ticks in waiting.items()
            if ticks is not None and start_ticks(pid) == ticks
        }
        if waiting:
            time.sleep(_POLL_S)
    return set(waiting)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _sorted(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=lambda mark: (mark.pid, mark.start_ticks)))
