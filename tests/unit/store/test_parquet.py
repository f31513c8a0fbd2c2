"""Raw samples as Parquet, read by DuckDB as they are."""

from __future__ import annotations

import errno
import os
import stat
import tracemalloc
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import duckdb
import pytest

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.store import sample_spool
from netkit.store.parquet import write_rows, write_samples

DAY_NS = 86_400 * 10**9
NOON_NS = 1_795_910_400 * 10**9 + DAY_NS // 2


def sample(number: int, time_ns: int) -> Sample:
    t1, t2 = (Stamp(time_ns + delay, StampSource.KERNEL) for delay in (0, 20_000_000 + number))
    return Sample(number, Outcome.RECEIVED, t1, t2, forward_ttl=60)


def test_duckdb_reads_days_and_sites_as_columns(tmp_path):
    rows = [("a", "b", sample(n, NOON_NS + n * DAY_NS // 4)) for n in range(4)]
    rows.append(("a", "c", Sample(9, Outcome.NOT_SENT)))
    written = write_samples(tmp_path, "beijing", rows)
    assert [path.parent.parent.name for path in written] == [
        "day=2026-11-29", "day=2026-11-30", "day=unknown",
    ]  # fmt: skip
    write_samples(tmp_path, "beijing", rows[:1])
    write_samples(tmp_path, "xi'an/east", rows[:1])
    table = f"read_parquet('{tmp_path}/**/*.parquet', hive_partitioning=true)"
    found = duckdb.sql(
        f"SELECT site, day::VARCHAR, count(*), max(forward_owd_ns) FROM {table}"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == [
        ("beijing", "2026-11-29", 3, 20_000_001),
        ("beijing", "2026-11-30", 2, 20_000_003),
        ("beijing", "unknown", 1, None),
        ("xi'an/east", "2026-11-29", 1, 20_000_000),
    ]
    types = dict(
        duckdb.sql(
            f"SELECT name, type FROM (DESCRIBE SELECT * FROM {table}) t(name, type, n, k, d, e)"
        ).fetchall()
    )
    assert (types["t1_ns"], types["outcome"]) == ("BIGINT", "VARCHAR")


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path):
    """Nor the folder that was made for it."""
    with pytest.raises(OSError, match=r"out\.parquet"):
        write_rows(tmp_path / "none" / f"{'long' * 70}-out.parquet", [{"a": 1}])
    assert list(tmp_path.iterdir()) == []


def test_of_several_days_all_are_written_or_none(tmp_path, monkeypatch):
    """Whoever tries again once the disk has room would have had the first days twice."""
    rows = [("a", "b", sample(n, NOON_NS + n * DAY_NS)) for n in range(3)]
    move, moved = Path.replace, []

    def filling(path, to):
        if len(moved) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        moved.append(to)
        return move(path, to)

    (tmp_path / "day=2026-11-29").mkdir()
    monkeypatch.setattr(Path, "replace", filling)
    with pytest.raises(OSError, match="No space left"):
        write_samples(tmp_path, "beijing", rows)
    assert list(tmp_path.rglob("*")) == [tmp_path / "day=2026-11-29"]


def test_rows_of_a_year_are_never_all_in_memory(tmp_path, tmp_path_factory, monkeypatch):
    """Days in turn, as several sites and files bring them: each in its order, and in one file."""
    monkeypatch.setattr(sample_spool, "BATCH", 200)
    days, count = 5, 10_000
    # What pyarrow takes for itself, once, when it is loaded, is no row's.
    write_samples(tmp_path_factory.mktemp("first"), "beijing", [("a", "b", sample(0, NOON_NS))])
    rows = (("a", "b", sample(n, NOON_NS + n % days * DAY_NS)) for n in range(count))
    tracemalloc.start()
    try:
        written = write_samples(tmp_path, "beijing", rows)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 200 * count  # bytes; a row has more than a thousand
    assert len(written) == days
    for day, path in enumerate(written):
        numbers = duckdb.sql(f"SELECT sequence FROM read_parquet('{path}')").fetchall()
        assert numbers == [(n,) for n in range(day, count, days)]
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(written)


def test_rows_that_end_in_an_error_leave_nothing(tmp_path, monkeypatch):
    """As those of a file, whose faults are known at its end."""
    monkeypatch.setattr(sample_spool, "BATCH", 2)

    def rows():
        yield from (("a", "b", sample(n, NOON_NS)) for n in range(9))
        raise InputError.single("not a sample")

    with pytest.raises(InputError, match="not a sample"):
        write_samples(tmp_path / "new" / "below", "beijing", rows())
    assert not write_samples(tmp_path / "new" / "below", "beijing", ())
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_with_its_folder(tmp_path, monkeypatch):
    full = partial(Path("/dev/full").open, "r+b")
    monkeypatch.setattr(sample_spool, "TemporaryFile", lambda **_: full())
    rows = [("a", "b", sample(n, NOON_NS)) for n in range(9)]
    with pytest.raises(OSError, match="No space left") as caught:
        write_samples(tmp_path / "new", "beijing", rows)
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "new"))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_is_told_by_its_name(tmp_path, monkeypatch):
    """And not by one that this run made up."""
    refused = PermissionError(errno.EACCES, "Permission denied", str(tmp_path / "tmp1r1n6dsh"))
    monkeypatch.setattr(sample_spool, "TemporaryFile", Mock(side_effect=refused))
    with pytest.raises(PermissionError) as caught:
        write_samples(tmp_path, "beijing", [("a", "b", sample(1, NOON_NS))])
    assert caught.value.filename == str(tmp_path)


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    """As root a device had been replaced: after /dev/null nothing of the host works any more."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_rows(pipe, [{"a": 1}, {"a": None}])
        data = os.read(reading, 1 << 16)
    finally:
        os.close(reading)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert data[:4] == data[-4:] == b"PAR1"
    assert list(tmp_path.iterdir()) == [pipe]
