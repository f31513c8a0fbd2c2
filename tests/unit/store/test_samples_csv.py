"""Files of samples that go on where others ended, and what is refused in them."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import SAMPLE_COLUMNS, Row
from netkit.store import samples_csv
from netkit.store.samples_csv import SampleFile, read_samples, write_samples


def row(sequence: int, t1_ns: int = 10**18, clock_set_ns: int = 0) -> Row:
    stamp = Stamp(t1_ns, StampSource.KERNEL)
    return "a", "b", Sample(sequence, Outcome.LOST, t1=stamp, clock_set_ns=clock_set_ns)


def append(path: Path, *rows: Row) -> None:
    with SampleFile(path, append=True) as file:
        file.add(rows)


@pytest.mark.parametrize("cut", [1, 2, 3, 12, 30])
def test_a_torn_line_spoils_no_other_and_is_told_by_its_number(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, [row(0), row(1)])
    path.write_bytes(path.read_bytes()[:-cut])
    append(path, row(2))
    assert path.read_text().splitlines()[3].startswith("a,b,2,")
    if cut == 1:  # All but the end of the line is there.
        assert read_samples(path) == [row(0), row(1), row(2)]
        return
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [3]


def test_two_lines_in_one_are_told(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, [row(0), row(1), row(2)])
    header, first, *rest = path.read_text().splitlines()
    path.write_text("\n".join([header, first + rest[0], rest[1]]) + "\n")
    with pytest.raises(InputError, match="too many fields") as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [2]


def test_a_second_run_at_once_is_refused_and_takes_nothing_away(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    with SampleFile(path, append=True) as file:
        with (
            pytest.raises(InputError, match="another run of netkit is appending"),
            SampleFile(path, append=True),
        ):
            pass
        file.add([row(0)])
    append(path, row(1))
    assert read_samples(path) == [row(0), row(1)]


def test_a_run_that_fails_before_it_measured_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    with pytest.raises(RuntimeError), SampleFile(path, append=True):
        raise RuntimeError
    assert not path.exists()
    append(path)
    assert path.read_text() == ",".join(SAMPLE_COLUMNS) + "\n"


def test_times_whose_differences_would_not_fit_are_refused(tmp_path: Path) -> None:
    """All that a peer's stamp can state is kept: from 1968 in NTP format, to 2106 in PTP."""
    path = tmp_path / "samples.csv"
    first_ns, last_ns = ((1 << 31) - 2_208_988_800) * 10**9, (1 << 32) * 10**9 - 1
    good = [row(0, first_ns), row(1, last_ns), row(2, 5, (1 << 61) - 1), row(3, 5, 1 - (1 << 61))]
    write_samples(path, good)
    assert read_samples(path) == good
    write_samples(
        path, [row(0, first_ns - 1), row(1, last_ns + 1), row(2, 5, 1 << 61), row(3, 5, -(1 << 61))]
    )
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [2, 3, 4, 5]


def test_an_empty_file_that_was_there_stays(tmp_path: Path) -> None:
    """Somebody made it, with a mode and an owner of their choice."""
    theirs, new = tmp_path / "theirs.csv", tmp_path / "new.csv"
    theirs.touch(mode=0o640)
    for path in (theirs, new):
        with pytest.raises(KeyboardInterrupt), SampleFile(path, append=True):
            raise KeyboardInterrupt
    assert [one.name for one in tmp_path.iterdir()] == ["theirs.csv"]
    assert theirs.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_opened_before_the_work_not_after(tmp_path: Path) -> None:
    """Opening it waits for a reader: after the work that would keep what was measured from all."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        # Nothing yet, but somebody who writes.
        with SampleFile(pipe, append=True), pytest.raises(BlockingIOError):
            os.read(reader, 1)
        assert os.read(reader, 4096).startswith(b"src,dst,")
    finally:
        os.close(reader)


@pytest.mark.parametrize("there", [True, False])
def test_a_full_disk_leaves_no_empty_file_that_was_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    path = tmp_path / "samples.csv"
    if there:
        path.touch()
    full = OSError(errno.ENOSPC, "No space left on device")

    class Full(io.StringIO):
        def flush(self) -> None:
            raise full

    monkeypatch.setattr(samples_csv, "_locked", lambda path: (path.touch(), Full())[1])
    with pytest.raises(OSError, match="No space left"), SampleFile(path, append=True) as file:
        file.add([row(0)])
    assert path.exists() == there
