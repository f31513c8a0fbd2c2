"""Parquet: rows as a file, and raw samples as folders of files, by day and by site.

``FOLDER/day=2026-11-29/site=beijing/….parquet`` is what DuckDB, Spark and pandas call Hive
partitioning: ``SELECT … FROM read_parquet('FOLDER/**/*.parquet', hive_partitioning=true)``. A file
appears under its name when all of it is written, and is never changed.
"""

from __future__ import annotations

import errno
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from netkit.errors import InputError
from netkit.model.measurement.sample_row import SAMPLE_COLUMNS, WORD_COLUMNS, Row, sample_row
from netkit.model.units import NS_PER_S
from netkit.store.made_folders import with_folders
from netkit.store.text_files import is_stream, write_bytes

_UNTIMED = "unknown"
"""The day of probes that were never sent."""


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows of the same keys, at least one, as a Parquet file; None is null. What is there and
    is no file, as a pipe, is written to and stays what it is.

    Raises InputError if pyarrow is not installed, OSError if the file cannot be written.
    """
    if not rows:
        raise InputError.single("rows for a Parquet file", value="none", expected="one or more")
    pyarrow = _pyarrow()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    types = {name: _type(pyarrow, name, values) for name, values in columns.items()}
    _write(path, pyarrow.table(columns, schema=pyarrow.schema(types.items())))


def write_samples(folder: Path, site: str, rows: Iterable[Row]) -> list[Path]:
    """Keep raw samples that ``site`` took, in a new file for each day of theirs; returns these.

    All of them or none: whoever tries again after a full disk has no row twice.

    The day is that of T1, in UTC. Columns are SAMPLE_COLUMNS. Raises as :func:`write_rows`.
    """
    pyarrow = _pyarrow()
    types = [
        (name, pyarrow.string() if name in WORD_COLUMNS else pyarrow.int64())
        for name in SAMPLE_COLUMNS
    ]
    days: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for row in rows:
        days[_day(row)].append(sample_row(row))
    written: list[Path] = []
    with ExitStack() as made:
        for day, held in sorted(days.items()):
            path = folder / f"day={day}" / f"site={quote(site, safe='')}"
            made.enter_context(with_folders(path))
            columns = dict(zip(SAMPLE_COLUMNS, map(list, zip(*held, strict=True)), strict=True))
            written.append(path / f"{secrets.token_hex(8)}.parquet")
            made.push(partial(_unless_all, written[-1]))
            _write(written[-1], pyarrow.table(columns, schema=pyarrow.schema(types)))
    return written


def _unless_all(path: Path, kind: type[BaseException] | None, *_: object) -> None:
    if kind is not None:
        path.unlink(missing_ok=True)


def _day(row: Row) -> str:
    t1 = row[2].t1
    if t1 is None:
        return _UNTIMED
    return datetime.fromtimestamp(t1.time_ns // NS_PER_S, UTC).date().isoformat()


def _type(pyarrow: Any, name: str, values: Sequence[object]) -> Any:  # noqa: ANN401
    """By what a column holds; one that is all missing holds numbers if its name has a unit."""
    known = next((value for value in values if value is not None), None)
    if isinstance(known, bool):
        return pyarrow.bool_()
    numbers = isinstance(known, int) or (known is None and name.endswith("_ns"))
    return pyarrow.int64() if numbers else pyarrow.string()


def _write(path: Path, table: Any) -> None:  # noqa: ANN401
    from pyarrow import BufferOutputStream, parquet

    if is_stream(path):
        sink = BufferOutputStream()
        parquet.write_table(table, sink, compression="zstd")
        write_bytes(path, sink.getvalue().to_pybytes())
        return
    beside = path.with_name(f".netkit-{secrets.token_hex(8)}")
    with with_folders(path.parent):
        try:
            parquet.write_table(table, beside, compression="zstd")
            beside.replace(path)
        except OSError as error:
            # pyarrow's own errors have no place, and some of them no number.
            raise OSError(error.errno or errno.EIO, str(error), str(path)) from error
        finally:
            beside.unlink(missing_ok=True)


def _pyarrow() -> Any:  # noqa: ANN401
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise InputError.single(
            "pyarrow is not installed", expected="it, for Parquet",
            remedy="Run: pip install 'netkit-srv6[parquet]'",
        ) from error  # fmt: skip
    return pa
