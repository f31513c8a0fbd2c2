"""Parquet: rows as a file, and raw samples as folders of files, by day and by site.

``FOLDER/day=2026-11-29/site=beijing/….parquet`` is what DuckDB, Spark and pandas call Hive
partitioning: ``SELECT … FROM read_parquet('FOLDER/**/*.parquet', hive_partitioning=true)``. A file
appears under its name when all of it is written, and is never changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from netkit.errors import InputError
from netkit.model.measurement.sample_row import Row
from netkit.store.made_folders import in_folder, remove_empty
from netkit.store.sample_spool import SampleSpool, naming
from netkit.store.text_files import is_stream, write_bytes

_Batches = Callable[[], Iterable[Any]]


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
    table = pyarrow.table(columns, schema=pyarrow.schema(types.items()))
    _write(path, table.schema, table.to_batches)


def write_samples(folder: Path, site: str, rows: Iterable[Row]) -> list[Path]:
    """Keep raw samples that ``site`` took, in a new file for each day of theirs; returns these.

    All of them or none: whoever tries again after a full disk has no row twice. However many rows
    there are, some ten thousand are in memory.

    The day is that of T1, in UTC. Columns are SAMPLE_COLUMNS. Raises as :func:`write_rows`, and
    what ``rows`` raise.
    """
    _pyarrow()
    written: list[Path] = []
    made: list[Path] = []
    try:
        with closing(_spool(folder, made)) as spool:
            spool.take(rows)
            for day in spool.days:
                path = folder / f"day={day}" / f"site={quote(site, safe='')}"
                written.append(path / f"{secrets.token_hex(8)}.parquet")
                made.extend(_write(written[-1], spool.schema, partial(spool.batches, day)))
    except BaseException:
        for path in written:
            with suppress(OSError):
                path.unlink()
        remove_empty(made)
        raise
    if not written:
        remove_empty(made)
    return written


def _spool(folder: Path, made: list[Path]) -> SampleSpool:
    """An empty one; folders that are made for it go to ``made``."""
    opened: list[SampleSpool] = []
    made.extend(in_folder(folder, lambda: opened.append(SampleSpool(folder))))
    return opened[0]


def _type(pyarrow: Any, name: str, values: Sequence[object]) -> Any:  # noqa: ANN401
    """By what a column holds; one that is all missing holds numbers if its name has a unit."""
    known = next((value for value in values if value is not None), None)
    if isinstance(known, bool):
        return pyarrow.bool_()
    numbers = isinstance(known, int) or (known is None and name.endswith("_ns"))
    return pyarrow.int64() if numbers else pyarrow.string()


def _write(path: Path, schema: Any, batches: _Batches) -> tuple[Path, ...]:  # noqa: ANN401
    """Write a whole file or none; returns the folders that were made for it."""
    if is_stream(path):
        from pyarrow import BufferOutputStream

        sink = BufferOutputStream()
        _put(sink, schema, batches)
        write_bytes(path, sink.getvalue().to_pybytes())
        return ()
    return in_folder(path.parent, partial(_replace, path, schema, batches))


def _replace(path: Path, schema: Any, batches: _Batches) -> None:  # noqa: ANN401
    beside = path.with_name(f".netkit-{secrets.token_hex(8)}")
    try:
        with naming(path):
            _put(beside, schema, batches)
            beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _put(sink: Any, schema: Any, batches: _Batches) -> None:  # noqa: ANN401
    from pyarrow.parquet import ParquetWriter

    with ParquetWriter(sink, schema, compression="zstd") as writer:
        for batch in batches():
            writer.write_batch(batch)


def _pyarrow() -> Any:  # noqa: ANN401
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise InputError.single(
            "pyarrow is not installed", expected="it, for Parquet",
            remedy="Run: pip install 'netkit-srv6[parquet]'",
        ) from error  # fmt: skip
    return pa
