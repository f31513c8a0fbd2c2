"""CSV tables with a header line: rows by column name, every defect with its line."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netkit.errors import counted, did_you_mean, shown
from netkit.files.reading.findings import Findings

_SEPARATORS = ",;\t"
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{0,9})?|\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Row:
    """One record; an empty cell is a missing one."""

    line: int
    cells: Mapping[str, str]
    findings: Findings

    def text(self, key: str) -> str | None:
        """The cell; None where it is empty or the column is missing."""
        return self.cells.get(key) or None

    def number(self, key: str, high: float, *, zero: bool = False) -> float | None:
        """A number above 0, or with ``zero`` from 0, and at most ``high``; None where there is
        none, or a wrong one."""
        word = self.cells.get(key, "")
        if not word:
            return None
        value = float(word) if _NUMBER.fullmatch(word) else math.nan
        if (value > 0 or (zero and value == 0)) and value <= high:
            return value
        least = "from 0" if zero else "above 0"
        self.problem(key, shown(word), f"a number {least}, at most {high:.15g}")
        return None

    def problem(
        self,
        what: str,
        value: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        """Note a problem of this record."""
        self.findings.problem(self.line, what, value, expected, remedy)


def csv_rows(
    text: str, findings: Findings, columns: Sequence[str], needed: Sequence[str] = ()
) -> Iterator[Row]:
    """The records of ``text``, whose header may have ``columns``, each once, in any order.

    Without one of those that are ``needed``, nothing is said of records: they are not given.
    """
    missing = list(needed)

    def known(line: int, cells: list[str]) -> list[str]:
        missing[:] = [name for name in needed if name not in cells]
        for name in sorted(set(cells)):
            if name not in columns or cells.count(name) > 1:
                expected = "each once of " + ", ".join(columns)
                remedy = did_you_mean(name, columns)
                findings.problem(line, "column", shown(name), expected, remedy)
        for name in missing:
            findings.problem(line, "no column", name, "it in the first line")
        return cells

    rows = table_rows(text, findings, known, "some of " + ",".join(columns))
    return (row for row in rows if not missing)


def table_rows(
    text: str, findings: Findings, header_of: Callable[[int, list[str]], list[str]], expected: str
) -> Iterator[Row]:
    """The records of a table whose header ``header_of`` takes or notes problems of; it gives the
    names of columns back. Cells are separated by what the header line has most of: commas,
    semicolons or tabs."""
    reader = csv.reader(text.splitlines(), strict=True, delimiter=separator_of(text))
    header: list[str] | None = None
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if header is None:
                header = header_of(reader.line_num, cells)
            elif len(cells) != len(header):
                what, columns = counted(len(cells), "field"), ",".join(header)
                findings.problem(reader.line_num, what, shown(",".join(cells)), columns)
            else:
                yield Row(reader.line_num, dict(zip(header, cells, strict=True)), findings)
    except csv.Error as error:
        findings.problem(reader.line_num, f"not valid CSV: {error}")
    if header is None:
        findings.problem(1, "no header line", expected=expected)


def header_line(text: str) -> str:
    """The first line that is neither blank nor a comment."""
    return next(
        (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")),
        "",
    )


def separator_of(text: str) -> str:
    """What separates the cells of a table: what its header has most of."""
    head = header_line(text)
    return max(_SEPARATORS, key=head.count)
