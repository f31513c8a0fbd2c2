"""Samples as rows of a table: the columns of CSV files and of data frames (docs/stamp.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from netkit.model.measurement.sample import Sample, Stamp

SAMPLE_COLUMNS = (
    "src", "dst", "sequence", "outcome",
    "t1_ns", "t2_ns", "t3_ns", "t4_ns",
    "t1_source", "t2_source", "t3_source", "t4_source",
    "forward_owd_ns", "backward_owd_ns", "reflector_sequence", "forward_ttl", "reply_ttl",
    "t1_userspace_ns", "t3_userspace_ns", "send_error_ns",
    "forward_duplicates", "backward_duplicates", "clock_set_ns", "spans_step",
)  # fmt: skip

YOUNGER_COLUMNS = frozenset({"clock_set_ns", "spans_step"})
"""Files of older versions lack them: nobody looked then whether the clock was set."""

WORD_COLUMNS = frozenset(
    {"src", "dst", "outcome", "t1_source", "t2_source", "t3_source", "t4_source"}
)
"""The columns that hold words; all others hold whole numbers."""

Row = tuple[str, str, Sample]
"""Source, destination, and one of the samples between them."""


def sample_row(row: Row) -> tuple[object, ...]:
    """One value for each of :data:`SAMPLE_COLUMNS`; None is something unknown."""
    src, dst, sample = row
    stamps = (sample.t1, sample.t2, sample.t3, sample.t4)
    return (
        src,
        dst,
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
        sample.clock_set_ns,
        int(sample.spans_step),
    )


def _time_ns(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.time_ns


def _source(stamp: Stamp | None) -> str | None:
    return None if stamp is None else stamp.source


def rows_of(samples: Mapping[tuple[str, str], Sequence[Sample]]) -> list[Row]:
    """The samples of pairs as rows, pair after pair."""
    return [(*pair, one) for pair, of in samples.items() for one in of]
