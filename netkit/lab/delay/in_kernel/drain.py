"""Keeping the ring buffer from filling up: a thread that moves its records to the truth file."""

from __future__ import annotations

import threading
from typing import IO

from netkit.lab.delay.in_kernel.lines import Lines, end_of

_EVERY_S = 0.1
_FULL_ENOUGH = 0.125
"""Less can wait for whoever asks: a thread of Python that works holds up the others."""


class Drain:
    """Writes the records of cable ends below ``ends``; others are the calibration's."""

    def __init__(self, lines: Lines, file: IO[bytes], ends: int) -> None:
        self._lines = lines
        self._file = file
        self._ends = ends
        self._written = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lab truth", daemon=True)
        self._thread.start()

    def flush(self) -> int:
        """Move all there are; returns how many bytes of records the file now has."""
        with self._lock:
            records = b"".join(r for r in self._lines.read_records() if end_of(r) < self._ends)
            self._file.write(records)
            self._file.flush()
            self._written += len(records)
            return self._written

    def stop(self) -> None:
        """End the thread, and move what is left."""
        self._ended.set()
        self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_S):
            if self._lines.records_fill > _FULL_ENOUGH:
                self.flush()
