"""Frames hold what samples hold, to the ns, and come back from CSV as they were."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from netkit.errors import InputError
from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource
from netkit.model.measurement.sample_row import SAMPLE_COLUMNS
from netkit.stats.frames import DTYPES, long_delays, read_samples, samples_frame
from netkit.store.samples_csv import read_samples as read_rows
from netkit.store.samples_csv import write_samples

EPOCH_NS = 1_763_800_000_123_456_789  # no float holds it
KERNEL, PROGRAM = StampSource.KERNEL, StampSource.USERSPACE


def answered(sequence: int, forward_ns: int, backward_ns: int) -> Sample:
    t1 = EPOCH_NS + sequence
    t2, t3 = t1 + forward_ns, t1 + forward_ns + 5
    return Sample(
        sequence, Outcome.RECEIVED, Stamp(t1, KERNEL), Stamp(t2, KERNEL), Stamp(t3, PROGRAM),
        Stamp(t3 + backward_ns, KERNEL), reply_ttl=250,
    )  # fmt: skip


ROWS = [
    ("a", "b", answered(0, 1001, -7)),
    ("a", "b", Sample(1, Outcome.LOST, Stamp(EPOCH_NS, KERNEL))),
    ("b", "a", answered(0, 2002, 3003)),
]


def test_to_the_nanosecond_and_missing_is_missing() -> None:
    frame = samples_frame(ROWS)
    assert dict(frame.dtypes.astype(str)) == DTYPES
    assert tuple(frame.columns) == SAMPLE_COLUMNS
    assert list(frame["t1_ns"]) == [EPOCH_NS, EPOCH_NS, EPOCH_NS]
    assert frame["backward_owd_ns"][0] == -7
    assert frame["t2_ns"].isna().tolist() == [False, True, False]
    assert frame["t2_source"].isna().tolist() == [False, True, False]


def test_nothing_measured_is_an_empty_frame() -> None:
    frame = samples_frame([])
    assert frame.empty
    assert dict(frame.dtypes.astype(str)) == DTYPES
    assert long_delays(frame).empty


def test_csv_reads_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, ROWS)
    pd.testing.assert_frame_equal(read_samples(path), samples_frame(ROWS), check_categorical=False)
    path.write_text(path.read_text().replace("t3_ns", "t5_ns"))
    with pytest.raises(InputError, match=r"samples.csv.*t3_ns"):
        read_samples(path)
    path.write_text("")
    with pytest.raises(InputError, match="samples"):
        read_samples(path)


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("a,b,7,received,17638", "too few fields"),
        ("a,b,7", "too few fields"),
        (",".join(["a", "b", *["0"] * 30]), "too many fields"),
        ("a,b,7,lost" + ",x" + "," * 15 + ",0,0,0,0", "t1_ns is no whole number of 64 bits: 'x'"),
        ("a,b,1e3,lost" + "," * 16 + ",0,0,0,0", "sequence is no whole number"),
        (f"a,b,{1 << 63},lost" + "," * 16 + ",0,0,0,0", "sequence is no whole number"),
        ("a,b,7,lost" + "," * 16 + ",0,0,0,", "no spans_step"),
        ("a,b,,lost" + "," * 16 + ",0,0,0,0", "no sequence"),
    ],
)
def test_a_line_that_is_no_sample_is_told_with_its_place(
    tmp_path: Path, line: str, wrong: str
) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, ROWS)
    path.write_text(path.read_text() + line)
    for read in (read_samples, read_rows):
        with pytest.raises(InputError, match=r"samples\.csv:5: not a sample") as caught:
            read(path)
        assert read is read_rows or wrong in str(caught.value)


def test_all_lines_that_are_no_samples_are_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    write_samples(path, ROWS)
    head, *lines = path.read_text().splitlines()
    path.write_text("\n".join([head, lines[0][:40], lines[1], lines[2][:60]]))
    with pytest.raises(InputError) as caught:
        read_samples(path)
    assert [problem.line for problem in caught.value.problems] == [2, 4]


def test_a_node_may_have_any_name(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    rows = [("NA", "null", sample) for _, _, sample in ROWS]
    write_samples(path, rows)
    frame = read_samples(path)
    assert set(frame["src"]) == {"NA"}
    assert set(frame["dst"]) == {"null"}


def test_delays_of_both_directions_one_a_row() -> None:
    delays = long_delays(samples_frame(ROWS))
    assert delays["owd_ns"].tolist() == [1001, 2002, -7, 3003]
    assert delays["direction"].tolist() == ["forward", "forward", "backward", "backward"]
    assert delays["stamps"].tolist() == ["kernel+kernel"] * 2 + ["userspace+kernel"] * 2
    grouped = delays.groupby(["src", "dst", "direction"], observed=True).owd_ns.min()
    assert grouped["a", "b", "backward"] == -7
