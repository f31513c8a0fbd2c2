"""For timers that are on time: processors that do not sleep deeply, a thread that goes first."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CPU_DMA_LATENCY = Path("/dev/cpu_dma_latency")

_AHEAD = -10
"""The nice value of who goes first: it gets nine times the share of an ordinary thread."""


@contextmanager
def ahead() -> Iterator[None]:
    """Within this the calling thread goes before ordinary ones, where the machine allows it: hosts
    of a lab share it with whatever else runs there, as those of a network do not."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, min(before, _AHEAD))
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, before)


class Awake:
    """While begun, idle processors poll instead of sleeping, and run whatever is ready at once.

    Waking up takes 50 to 150 µs in a virtual machine, longer than a city's links. The kernel undoes
    it when the process ends. Where the machine does not let it, nothing is done.
    """

    def __init__(self) -> None:
        self._descriptor: int | None = None

    def begin(self) -> bool:
        """Whether they are awake now."""
        if self._descriptor is None:
            try:
                descriptor = os.open(CPU_DMA_LATENCY, os.O_WRONLY | os.O_CLOEXEC)
            except OSError:
                return False
            os.write(descriptor, struct.pack("@i", 0))
            self._descriptor = descriptor
        return True

    def end(self) -> None:
        """Let them sleep. May be called twice."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
