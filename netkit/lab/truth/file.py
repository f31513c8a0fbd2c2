"""The open truth file: a header by the lab, then records, by a child process or by a thread."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import IO

from netkit.errors import LabError
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import CableTable, ProbeTruth, parse_truth


class TruthFile:
    """Writes the header and reads records while the child is still writing."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._table: CableTable | None = None
        self._header_bytes = 0

    def begin(self, table: CableTable) -> None:
        """Write the header, before the child starts."""
        self._table = table
        self._header_bytes = self.file.write(table.to_header())
        self.file.flush()

    def read(self, since: int, until: int) -> dict[ProbeKey, ProbeTruth]:
        """The records between two points, in bytes after the header."""
        if self._table is None:
            raise LabError("the truth file has not been begun")
        records = self._bytes(self._header_bytes + since, until - since)
        return parse_truth(self._table, records, time.time_ns())

    def _bytes(self, start: int, length: int) -> bytes:
        """Read at a position: the child writes at the file's own, which must not move."""
        parts = []
        while length > 0 and (part := os.pread(self.file.fileno(), length, start)):
            parts.append(part)
            start, length = start + len(part), length - len(part)
        return b"".join(parts)


def write_records(descriptor: int, records: bytes | bytearray) -> int:
    """All of them, where the file ends; returns how many bytes that were.

    Raises:
        LabError: the file takes no more, as on a full disk.
    """
    rest = memoryview(records)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        raise LabError(f"the lab's truth file: {error.strerror}") from error
    finally:
        rest.release()
    return len(records)


def open_truth(path: Path | None = None) -> IO[bytes]:
    """A new truth file at ``path``, or one without a name that is gone when it is closed."""
    return tempfile.TemporaryFile() if path is None else path.open("w+b")
