"""Keeping the ring buffer from filling up: a thread that moves its records to the truth file."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import IO

from netkit.errors import LabError
from netkit.lab.delay.in_kernel.lines import Lines, end_of
from netkit.lab.truth.file import write_records

_EVERY_S = 0.1
_FULL_ENOUGH = 0.125
"""Less can wait for whoever asks: a thread of Python that works holds up the others."""


class Drain:
    """Writes the records of cable ends below ``ends``; others are the calibration's."""

    def __init__(self, lines: Lines, file: IO[bytes], ends: int) -> None:
        self._lines = lines
        self._descriptor = file.fileno()
        self._error: LabError | None = None
        self._ends = ends
        self._written = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lab truth", daemon=True)
        self._thread.start()

    def flush(self) -> int:
        """Move all there are; returns how many bytes of records the file now has.

        Raises:
            LabError: the file takes no more, now or before: records are missing in it.
        """
        with self._lock:
            if self._error is None:
                self._move()
            if self._error is not None:
                raise self._error
            return self._written

    def stop(self) -> None:
        """End the thread, and move what is left. Whoever needed a record has been told if there
        was no room."""
        self._ended.set()
        self._thread.join()
        with suppress(LabError):
            self.flush()

    def _move(self) -> None:
        records = b"".join(r for r in self._lines.read_records() if end_of(r) < self._ends)
        try:
            self._written += write_records(self._descriptor, records)
        except LabError as error:
            self._error = error

    def _run(self) -> None:
        while not self._ended.wait(_EVERY_S):
            if self._lines.records_fill > _FULL_ENOUGH:
                with suppress(LabError):
                    self.flush()
