"""Samples as CSV; the columns are described in docs/stamp.md."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from netkit.model.sample import Sample, Stamp

SAMPLE_COLUMNS = (
    "src", "dst", "sequence", "outcome",
    "t1_ns", "t2_ns", "t3_ns", "t4_ns",
    "t1_source", "t2_source", "t3_source", "t4_source",
    "forward_owd_ns", "backward_owd_ns", "reflector_sequence", "forward_ttl", "reply_ttl",
    "t1_userspace_ns", "t3_userspace_ns", "send_error_ns",
    "forward_duplicates", "backward_duplicates",
)  # fmt: skip

Row = tuple[str, str, Sample]
"""Source, destination, and one of the samples between them."""


def write_samples(path: Path, rows: Iterable[Row]) -> int:
    """Write ``rows`` in their order, under a header; what is missing is an empty field.

    Returns the number of samples. Raises OSError if the file cannot be written.
    """
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SAMPLE_COLUMNS)
        for src, dst, sample in rows:
            writer.writerow((src, dst, *_fields(sample)))
            written += 1
    return written


def _fields(sample: Sample) -> tuple[object, ...]:
    stamps = (sample.t1, sample.t2, sample.t3, sample.t4)
    return (
        sample.sequence,
        sample.outcome,
        *map(_time_ns, stamps),
        *map(_source, stamps),
        sample.forward_owd_ns,
        sample.backward_owd_ns,
        sample.reflector_sequence,
        sample.forward_ttl,
        sample.reply_ttl,
        sample.t1_userspace_ns,
        sample.t3_userspace_ns,
        sample.send_error_ns,
        sample.forward_duplicates,
        sample.backward_duplicates,
    )


def _time_ns(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.time_ns


def _source(stamp: Stamp | None) -> str | None:
    return None if stamp is None else stamp.source
