"""What work costs all processes of ours that do it: processor time, and memory at its peak."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_LOOK_S = 0.2


class Cost(NamedTuple):
    """Wall-clock and processor seconds, and the peak of memory in MiB: of pages that several
    processes share each has its part (PSS)."""

    wall_s: float
    cpu_s: float
    peak_mb: int


def cost_of(work: Callable[[], object]) -> Cost:
    """Do ``work`` once; processes that it starts count, also those that outlive it."""
    ended, peak = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(ended, peak))
    watcher.start()
    cpu_s, start = _cpu_s(), time.perf_counter()
    try:
        work()
    finally:
        took = time.perf_counter() - start
        cpu_s = _cpu_s() - cpu_s
        ended.set()
        watcher.join()
    return Cost(round(took, 2), round(cpu_s, 2), peak[0] // 1024)


def _watch(ended: threading.Event, peak: list[int]) -> None:
    while not ended.wait(_LOOK_S):
        peak[0] = max(peak[0], sum(map(_pss_kb, _family())))


def _family() -> list[int]:
    """This process and all below it."""
    found = [os.getpid()]
    for pid in found:
        for children in _read(*Path(f"/proc/{pid}/task").glob("*/children")):
            found.extend(map(int, children.split()))
    return found


def _pss_kb(pid: int) -> int:
    text = "".join(_read(Path(f"/proc/{pid}/smaps_rollup")))
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def _cpu_s() -> float:
    """User and system time of the family, and of those that have ended and were waited for."""
    ticks = 0
    for text in _read(*(Path(f"/proc/{pid}/stat") for pid in _family())):
        ticks += sum(map(int, text.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _read(*files: Path) -> list[str]:
    """The texts of those that are still there."""
    found = []
    for file in files:
        with suppress(OSError):
            found.append(file.read_text())
    return found
