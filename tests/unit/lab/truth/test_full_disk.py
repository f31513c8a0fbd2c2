"""A disk that is full while a lab writes its truth: said in words, by whoever needs the records."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from waiting import until

from netkit.errors import LabError
from netkit.lab.delay.child import TruthWriter
from netkit.lab.delay.in_kernel.drain import Drain
from netkit.lab.truth.file import write_records
from netkit.lab.truth.probe_key import RECORD

FULL = "the lab's truth file: No space left on device"


@pytest.fixture
def full():
    """A file that takes nothing."""
    with Path("/dev/full").open("wb", buffering=0) as file:
        yield file


def test_all_is_written_in_as_many_pieces_as_it_takes(tmp_path, monkeypatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, bytes(data[:7])))
    with (tmp_path / "truth").open("w+b") as file:
        assert write_records(file.fileno(), b"abc" * 20) == 60
        assert os.pread(file.fileno(), 100, 0) == b"abc" * 20


def test_a_child_ends_with_one_line(full) -> None:
    writer = TruthWriter(full.fileno())
    writer.add(b"record")
    with pytest.raises(SystemExit, match=FULL):
        writer.flush()


def test_of_the_kernels_records_whoever_asks_is_told_and_the_end_is_quiet(full) -> None:
    record = RECORD.pack(0, 0, 1, 2, 3, bytes(40))
    reads: list[int] = []
    lines = SimpleNamespace(read_records=lambda: reads.append(1) or [record], records_fill=1.0)
    drain = Drain(lines, full, 1)
    until(lambda: reads, "a try of its thread")
    with pytest.raises(LabError, match=FULL):
        drain.flush()
    drain.stop()
