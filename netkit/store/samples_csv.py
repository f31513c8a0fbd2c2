"""Samples as CSV; the columns are described in docs/stamp.md."""

from __future__ import annotations

import csv
import fcntl
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TextIO

from netkit.errors import InputError, Problem
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import (
    SAMPLE_COLUMNS,
    YOUNGER_COLUMNS,
    Row,
    sample_row,
)
from netkit.model.units import NS_PER_S
from netkit.store.text_files import is_standard_output, stream_of

_NUMBERS = (
    "reflector_sequence", "forward_ttl", "reply_ttl", "send_error_ns",
)  # fmt: skip
_TIMES = ("t1_userspace_ns", "t3_userspace_ns")
_EXPECTED = "samples that `netkit probe send` or a campaign wrote"
_HEADER_CHARACTERS = 4096
_EARLIEST_NS, _LATEST_NS = -61_505_152 * NS_PER_S, (1 << 32) * NS_PER_S
"""What the 64 bits of a peer can state: NTP from 1968 on, PTP up to 2106. The difference of two
such delays still has 64 bits."""
_LARGEST = 1 << 61
"""Of numbers that are no times: a delay less one of them still has 64 bits."""


class SampleFile:
    """A new file of samples, under a header; what is missing is an empty field.

    With ``append`` a file of samples that is there already goes on (see :func:`can_append`), on a
    line of its own if its last was torn, and is locked from entering on: a second run that would
    append to it gets :class:`InputError`. A context manager. The header is written when the first
    rows come, or else on leaving. If the file cannot be written, further rows are dropped and
    leaving raises OSError: a full disk ends no long run.
    """

    def __init__(self, path: Path, *, append: bool = False) -> None:
        self._path = path
        self._append = append
        self._error: OSError | None = None
        self._file: TextIO | None = None
        self._headed = self._is_new = False

    def add(self, rows: Iterable[Row]) -> int:
        """Append ``rows`` in their order; returns how many could be."""
        written = 0
        if self._error is not None:
            return written
        try:
            writer = csv.writer(self._opened(), lineterminator="\n")
            for row in rows:
                writer.writerow(sample_row(row))
                written += 1
        except OSError as error:
            self._error = error
        return written

    def __enter__(self) -> SampleFile:
        self._is_new = not self._path.exists()
        place = self._path
        if self._append and not is_standard_output(place) and (place.is_file() or self._is_new):
            self._file = _locked(self._path)
            self._headed = _end_last_line(self._file, self._path)
        elif self._file is None and not self._is_new and not self._path.is_file():
            # To open a pipe waits for whoever reads it: rather now than with all that was measured.
            self._file = self._fresh()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None and self._error is None:
                self._opened()
            if self._file is not None:
                self._file.flush()
        except OSError as unwritten:
            self._error = self._error or unwritten
        self._close()
        if self._error is not None and error is None:
            # A write that fails does not say where.
            failed = self._error
            raise OSError(failed.errno, failed.strerror, str(self._path)) from failed

    def _close(self) -> None:
        """Leave no new file that is as empty as it was made, for nothing was measured or nothing
        could be written: it is still locked."""
        try:
            if self._file is not None and self._is_new and self._is_empty():
                self._path.unlink(missing_ok=True)
            if self._file is not None:
                self._file.close()
        except OSError as unwritten:
            self._error = self._error or unwritten

    def _is_empty(self) -> bool:
        return self._path.is_file() and not self._path.stat().st_size

    def _fresh(self) -> TextIO:
        """A pipe or a device, where not even appending needs a lock, or a new file."""
        mode = "a" if self._append else "w"
        return stream_of(self._path, mode)

    def _opened(self) -> TextIO:
        if self._file is None:
            self._file = self._fresh()
        if not self._headed:
            csv.writer(self._file, lineterminator="\n").writerow(SAMPLE_COLUMNS)
            self._headed = True
        return self._file


def _locked(path: Path) -> TextIO:
    """The file, open for appending by this run alone, until it is closed."""
    file = path.open("a", encoding="utf-8", newline="")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise InputError.single(
            "another run of netkit is appending to this file",
            value=path,
            remedy="Wait for it to end, or write to another file.",
        ) from None
    return file


def _end_last_line(file: TextIO, path: Path) -> bool:
    """Whether a file holds anything; a last line that was torn ends then, and spoils no other."""
    with path.open("rb") as held:
        if not held.seek(0, os.SEEK_END):
            return False
        held.seek(-1, os.SEEK_END)
        if held.read(1) != b"\n":
            file.write("\n")
    return True


def can_append(path: Path) -> bool:
    """Whether samples may go behind what a file holds: nothing, or samples of the same columns.

    A pipe or a device holds nothing.
    """
    if is_standard_output(path) or not path.is_file():
        return True
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline(_HEADER_CHARACTERS)
    return not first or first.rstrip("\r\n") == ",".join(SAMPLE_COLUMNS)


def write_samples(path: Path, rows: Iterable[Row]) -> int:
    """Write ``rows`` to a new file; returns how many. Raises OSError if it cannot be written."""
    with SampleFile(path) as file:
        return file.add(rows)


def read_samples(path: Path) -> list[Row]:
    """The rows of a file that :func:`write_samples` wrote.

    Raises :class:`InputError` with every line that is no sample, OSError if it cannot be read.
    """
    return list(each_sample(path))


def each_sample(path: Path) -> Iterator[Row]:
    """The same one by one, however long the file; what is wrong in it is raised at its end."""
    try:
        # Spreadsheets put a byte order mark first.
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _read(csv.DictReader(file), str(path))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError.single(
            "not a CSV file", file=str(path), value=error, expected=_EXPECTED
        ) from error


def _read(reader: csv.DictReader[str], file: str) -> Iterator[Row]:
    problems: list[Problem] = []
    missing = sorted(set(SAMPLE_COLUMNS) - YOUNGER_COLUMNS - set(reader.fieldnames or ()))
    if missing:
        raise InputError.single(
            "samples without columns", file=file, line=1, value=", ".join(missing),
            expected=_EXPECTED,
        )  # fmt: skip
    for fields in reader:
        if None in fields.values():
            problems.append(Problem(file, reader.line_num, "not a sample", "too few fields"))
            continue
        if None in fields:
            problems.append(Problem(file, reader.line_num, "not a sample", "too many fields"))
            continue
        try:
            sample = _sample(fields)
        except ValueError as error:
            problems.append(Problem(file, reader.line_num, "not a sample", str(error)))
            continue
        yield fields["src"], fields["dst"], sample
    if problems:
        raise InputError(problems)


def _sample(fields: Mapping[str, str]) -> Sample:
    t1, t2, t3, t4 = (_stamp(fields, corner) for corner in ("t1", "t2", "t3", "t4"))
    known = {name: _number(name, fields[name]) for name in _NUMBERS if fields[name]}
    known |= {name: _time_ns(name, fields[name]) for name in _TIMES if fields[name]}
    return Sample(
        _number("sequence", fields["sequence"]), Outcome(fields["outcome"]), t1, t2, t3, t4,
        forward_duplicates=_number("forward_duplicates", fields["forward_duplicates"]),
        backward_duplicates=_number("backward_duplicates", fields["backward_duplicates"]),
        clock_set_ns=_number("clock_set_ns", fields.get("clock_set_ns", "0")),
        spans_step=bool(int(fields.get("spans_step", "0"))),
        **known,
    )  # fmt: skip


def _stamp(fields: Mapping[str, str], corner: str) -> Stamp | None:
    time_ns, source = fields[f"{corner}_ns"], fields[f"{corner}_source"]
    if not time_ns:
        return None
    return Stamp(_time_ns(f"{corner}_ns", time_ns), StampSource(source))


def _time_ns(column: str, text: str) -> int:
    if not _EARLIEST_NS <= int(text) < _LATEST_NS:
        raise ValueError(f"{column} is no time: {text}")
    return int(text)


def _number(column: str, text: str) -> int:
    if not abs(int(text)) < _LARGEST:
        raise ValueError(f"{column} is too large: {text}")
    return int(text)
