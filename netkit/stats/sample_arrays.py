"""Samples as rows of a numpy array, for runs of millions of probes; and where they can go.

One row says what one :class:`netkit.model.measurement.sample.Sample` says. What is missing is
UNKNOWN, the least int64, and never 0. Sources and outcomes are indices into SOURCES and OUTCOMES.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome, Sample, Stamp, StampSource

UNKNOWN = np.iinfo(np.int64).min
"""Stands for no stamp and no number in arrays of int64: no clock ever shows it."""


OUTCOMES = tuple(Outcome)
"""Outcomes by their index in a row."""

SOURCES = tuple(StampSource)
"""Sources of stamps by their index in a row; ``none`` beside an UNKNOWN stamp."""

OUTCOME_CODE = {outcome: code for code, outcome in enumerate(OUTCOMES)}
SOURCE_CODE = {source: code for code, source in enumerate(SOURCES)}


def members(codes: Iterable[int]) -> NDArray[np.bool_]:
    """By each number of 8 bits whether it is one of ``codes``. To look a column up in it takes a
    tenth of what ``np.isin`` takes of few rows."""
    table = np.zeros(256, np.bool_)
    table[list(codes)] = True
    return table


SAMPLES = np.dtype(
    [
        ("sequence", np.int64),
        ("outcome", np.uint8),
        *[(f"t{corner}_ns", np.int64) for corner in (1, 2, 3, 4)],
        *[(f"t{corner}_source", np.uint8) for corner in (1, 2, 3, 4)],
        ("reflector_sequence", np.int64),
        ("reply_ttl", np.int64),
        ("forward_ttl", np.int64),
        ("t1_userspace_ns", np.int64),
        ("t3_userspace_ns", np.int64),
        ("send_error_ns", np.int64),
        ("forward_duplicates", np.uint32),
        ("backward_duplicates", np.uint32),
        ("clock_set_ns", np.int64),
        ("spans_step", np.bool_),
    ]
)
"""The fields of a Sample; those in ns and the numbers are UNKNOWN where a Sample has None."""

# In the order of a Sample.
_OPTIONAL = (
    "reflector_sequence", "reply_ttl", "forward_ttl", "t1_userspace_ns", "t3_userspace_ns",
    "send_error_ns",
)  # fmt: skip
_UNKNOWN = int(UNKNOWN)

Sink = Callable[[NDArray[np.void]], object]
"""Takes rows of SAMPLES as probes are decided, in order of their numbers; must copy to keep.

One that takes its time may be a generator: probes can leave after each of its steps."""


def as_samples(rows: NDArray[np.void]) -> Iterator[Sample]:
    """The rows as values, one by one."""
    corners = (_stamps(rows, corner) for corner in (1, 2, 3, 4))
    outcomes = (OUTCOMES[code] for code in rows["outcome"].tolist())
    optional = (_known(rows[name]) for name in _OPTIONAL)
    copies = (rows[f"{way}_duplicates"].tolist() for way in ("forward", "backward"))
    steps = (rows["clock_set_ns"].tolist(), rows["spans_step"].tolist())
    columns = (rows["sequence"].tolist(), outcomes, *corners, *optional, *copies, *steps)
    yield from map(Sample, *columns)


class OutcomeCount:
    """Counts ``outcomes``; its :meth:`add` is a sink."""

    def __init__(self) -> None:
        self.outcomes: Counter[Outcome] = Counter()

    def add(self, rows: NDArray[np.void]) -> None:
        """Count these rows."""
        found = np.bincount(rows["outcome"], minlength=len(OUTCOMES)).tolist()
        self.outcomes.update({o: n for o, n in zip(OUTCOMES, found, strict=True) if n})


def _stamps(rows: NDArray[np.void], corner: int) -> Iterator[Stamp | None]:
    sources = rows[f"t{corner}_source"].tolist()
    for time_ns, source in zip(_known(rows[f"t{corner}_ns"]), sources, strict=True):
        yield None if time_ns is None else Stamp(time_ns, SOURCES[source])


def _known(column: NDArray[np.int64]) -> Iterator[int | None]:
    return (None if value == _UNKNOWN else value for value in column.tolist())
