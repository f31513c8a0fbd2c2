"""Samples on their way into a file for each day: however many there are, few are in memory.

A day is written at once, but samples of several sites and files come in any order. So batches go
into a file without a name, which ends with this process, and come back day after day::

    rows ──> some ten thousand in memory ── those of the day with most, once they are enough ──┐
    days, in their order <── batches of a day <────────────────────── file without a name <─────┘
"""

from __future__ import annotations

import errno
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from netkit.model.measurement.sample_row import SAMPLE_COLUMNS, WORD_COLUMNS, Row, sample_row
from netkit.model.units import NS_PER_S

BATCH = 1 << 16
"""So many rows are in memory at the most: some 40 MB."""

_UNTIMED = "unknown"
"""The day of probes that were never sent."""


class SampleSpool:
    """Rows by day, to be closed after use. Needs pyarrow."""

    def __init__(self, folder: Path) -> None:
        """With its file on the disk of ``folder``, as all there are may not fit elsewhere."""
        import pyarrow as pa

        self.schema = pa.schema(
            [(name, pa.string() if name in WORD_COLUMNS else pa.int64()) for name in SAMPLE_COLUMNS]
        )
        self._folder = folder
        self._held: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        self._places: dict[str, list[int]] = defaultdict(list)
        self._written = 0
        self._pyarrow: Any = pa
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        with naming(folder):
            self._file = TemporaryFile(dir=folder)  # noqa: SIM115 - see close
            self._writer: Any = pa.ipc.new_file(self._file, self.schema, options=options)
        self._reader: Any = None

    def take(self, rows: Iterable[Row]) -> None:
        """Take all rows, once. Raises what ``rows`` raises, OSError for a full disk."""
        waiting = 0
        for row in rows:
            self._held[_day(row)].append(sample_row(row))
            waiting += 1
            if waiting >= BATCH:
                waiting -= self._put_away(max(self._held, key=lambda day: len(self._held[day])))
        for day in tuple(self._held):
            self._put_away(day)
        with naming(self._folder):
            self._writer.close()
            self._file.seek(0)
            self._reader = self._pyarrow.ipc.open_file(self._file)

    @property
    def days(self) -> list[str]:
        """All days, in their order, as 2026-11-29; those that were never sent come last."""
        return sorted(self._places)

    def batches(self, day: str) -> Iterator[Any]:
        """The rows of a day in the order in which they came, as batches of the schema."""
        return map(self._reader.get_batch, self._places[day])

    def _put_away(self, day: str) -> int:
        """Write what is held of a day; returns how many rows that were."""
        rows = self._held.pop(day)
        columns = [
            self._pyarrow.array(values, field.type)
            for values, field in zip(zip(*rows, strict=True), self.schema, strict=True)
        ]
        with naming(self._folder):
            self._writer.write_batch(self._pyarrow.record_batch(columns, schema=self.schema))
        self._places[day].append(self._written)
        self._written += 1
        return len(rows)

    def close(self) -> None:
        """Give the room on the disk back."""
        with suppress(OSError):  # what there was no room for is of no use any more
            self._file.close()


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """OSErrors with their place: pyarrow's own have none, and some of them no number."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(path)) from error


def _day(row: Row) -> str:
    t1 = row[2].t1
    if t1 is None:
        return _UNTIMED
    return datetime.fromtimestamp(t1.time_ns // NS_PER_S, UTC).date().isoformat()
