"""Samples as pandas frames, for notebooks; needs the extra ``frames``.

Columns are those of the CSV (docs/stamp.md), words as ``category`` and numbers as nullable
``Int64``: what is unknown is ``<NA>``, and no ns is lost to floating point.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from netkit.errors import InputError
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


def samples_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """A frame of samples, one a row, in their order."""
    import pandas as pd

    # Objects first: a column of numbers and None would pass through floats.
    table = pd.DataFrame([sample_row(row) for row in rows], columns=SAMPLE_COLUMNS, dtype=object)
    return table.astype(DTYPES)


def read_samples(path: Path) -> pd.DataFrame:
    """The frame of a CSV file that netkit wrote (that of ``probe send``, or ``samples.csv``).

    Raises :class:`InputError` if columns are missing or hold something else, OSError if the file
    cannot be read.
    """
    import pandas as pd

    try:
        table = pd.read_csv(
            path, dtype=DTYPES, usecols=lambda column: column in DTYPES, encoding="utf-8-sig"
        )
    except ValueError as error:
        raise InputError.single(
            "samples", file=str(path), value=error, expected="the columns of docs/stamp.md"
        ) from error
    missing = set(SAMPLE_COLUMNS) - set(table.columns)
    if missing - YOUNGER_COLUMNS:
        raise InputError.single(
            "samples without columns", file=str(path), value=", ".join(sorted(missing)),
            expected="the columns of docs/stamp.md",
        )  # fmt: skip
    for column in missing:
        table[column] = pd.array([0] * len(table), dtype="Int64")
    return table[list(SAMPLE_COLUMNS)]


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
