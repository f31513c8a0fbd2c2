"""Samples as pandas frames, for notebooks; needs the extra ``frames``.

Columns are those of the CSV (docs/stamp.md), words as ``category`` and numbers as nullable
``Int64``: what is unknown is ``<NA>``, and no ns is lost to floating point.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.errors import InputError, Problem, shown
from netkit.model.measurement.sample_row import (
    SAMPLE_COLUMNS,
    WORD_COLUMNS,
    YOUNGER_COLUMNS,
    Row,
    sample_row,
)

if TYPE_CHECKING:
    import pandas as pd

DTYPES = {column: "category" if column in WORD_COLUMNS else "Int64" for column in SAMPLE_COLUMNS}
"""The type of each column."""

_ALWAYS_KNOWN = frozenset(
    {"src", "dst", "sequence", "outcome", "forward_duplicates", "backward_duplicates"}
) | YOUNGER_COLUMNS  # fmt: skip
_EXPECTED = "the columns of docs/stamp.md"
_INT64 = 1 << 63


def samples_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """A frame of samples, one a row, in their order."""
    import pandas as pd

    # Objects first: a column of numbers and None would pass through floats.
    table = pd.DataFrame([sample_row(row) for row in rows], columns=SAMPLE_COLUMNS, dtype=object)
    return table.astype(DTYPES)


def read_samples(path: Path) -> pd.DataFrame:
    """The frame of a CSV file that netkit wrote (that of ``probe send``, or ``samples.csv``).

    Raises :class:`InputError` if columns are missing, and with every line that is no sample, such
    as the torn last one of a run that was killed; OSError if the file cannot be read.
    """
    import pandas as pd

    try:
        # pandas would fill a line that is too short with unknowns, and say of no word where it is.
        problems = list(_misshapen(path))
        if problems:
            raise InputError(problems)
        table = pd.read_csv(
            path, dtype=DTYPES, usecols=lambda column: column in DTYPES, encoding="utf-8-sig",
            keep_default_na=False, na_values=[""],
        )  # fmt: skip
    except (ValueError, csv.Error) as error:
        raise InputError.single(
            "samples", file=str(path), value=error, expected=_EXPECTED
        ) from error
    for column in set(SAMPLE_COLUMNS) - set(table.columns):
        table[column] = pd.array([0] * len(table), dtype="Int64")
    return table[list(SAMPLE_COLUMNS)]


def _misshapen(path: Path) -> Iterator[Problem]:
    """The lines that are no samples."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        missing = sorted(set(SAMPLE_COLUMNS) - YOUNGER_COLUMNS - set(header))
        if missing:
            words = ", ".join(missing)
            yield Problem(str(path), 1, "samples without columns", words, _EXPECTED)
            return
        for cells in reader:
            wrong = _wrong(header, cells) if cells else None
            if wrong is not None:
                yield Problem(str(path), reader.line_num, "not a sample", wrong)


def _wrong(header: Sequence[str], cells: Sequence[str]) -> str | None:
    """What is wrong with one line; None if nothing is."""
    if len(cells) != len(header):
        return f"too {'few' if len(cells) < len(header) else 'many'} fields"
    for column, text in zip(header, cells, strict=True):
        if not text:
            if column in _ALWAYS_KNOWN:
                return f"no {column}"
        elif DTYPES.get(column) == "Int64" and not _is_whole(text):
            return f"{column} is no whole number of 64 bits: {shown(text)}"
    return None


def _is_whole(text: str) -> bool:
    try:
        return -_INT64 <= int(text) < _INT64
    except ValueError:
        return False


def long_delays(samples: pd.DataFrame) -> pd.DataFrame:
    """One row a delay: ``src``, ``dst``, ``direction``, ``sent_ns``, ``owd_ns``, ``stamps``.

    ``stamps`` says who took both, such as ``kernel+kernel``. The delays back from dst to src have
    ``direction`` ``backward``. Made to be grouped:
    ``long_delays(frame).groupby(["src", "dst", "direction"], observed=True).owd_ns.describe()``.
    """
    import pandas as pd

    parts = []
    for direction, start, end in (("forward", "t1", "t2"), ("backward", "t3", "t4")):
        arrived = samples.dropna(subset=[f"{direction}_owd_ns"])
        stamps = arrived[f"{start}_source"].astype(str) + "+" + arrived[f"{end}_source"].astype(str)
        parts.append(
            pd.DataFrame(
                {
                    "src": arrived["src"],
                    "dst": arrived["dst"],
                    "direction": direction,
                    "sent_ns": arrived[f"{start}_ns"],
                    "owd_ns": arrived[f"{direction}_owd_ns"],
                    "stamps": stamps,
                }
            )
        )
    table = pd.concat(parts, ignore_index=True)
    words = ("src", "dst", "direction", "stamps")
    return table.astype(dict.fromkeys(words, "category"))
