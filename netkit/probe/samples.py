"""Samples as CSV; the columns are described in docs/stamp.md."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from netkit.model.sample_row import SAMPLE_COLUMNS, Row, sample_row


def write_samples(path: Path, rows: Iterable[Row]) -> int:
    """Write ``rows`` in their order, under a header; what is missing is an empty field.

    Returns the number of samples. Raises OSError if the file cannot be written.
    """
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SAMPLE_COLUMNS)
        for row in rows:
            writer.writerow(sample_row(row))
            written += 1
    return written
