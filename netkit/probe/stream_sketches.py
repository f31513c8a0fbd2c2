"""Percentiles of a run of any length while it runs: a sink that keeps sketches, not samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.sample import StampSource
from netkit.probe.batch_control import UNKNOWN
from netkit.probe.stream_samples import OUTCOME_CODE, SOURCE_CODE
from netkit.stats.loss import ARRIVED
from netkit.stats.sketch import DEFAULT_RELATIVE_ERROR, Sketch

_ARRIVED = [OUTCOME_CODE[outcome] for outcome in sorted(ARRIVED)]
_PRECISE = [SOURCE_CODE[source] for source in (StampSource.KERNEL, StampSource.HARDWARE)]


class DelaySketches:
    """One-way delays of both directions; :meth:`add` is a sink.

    Only delays with both stamps from kernel or hardware are in the sketches: those of a run that
    still goes on cannot wait for a better one. ``left_out`` counts the others.
    """

    def __init__(self, relative_error: float = DEFAULT_RELATIVE_ERROR) -> None:
        self.forward = Sketch(relative_error)
        self.backward = Sketch(relative_error)
        self.left_out = 0

    def add(self, rows: NDArray[np.void]) -> None:
        """Count the delays of these rows."""
        arrived = rows[np.isin(rows["outcome"], _ARRIVED)]
        self._add(self.forward, arrived, "t1", "t2")
        self._add(self.backward, arrived, "t3", "t4")

    def _add(self, sketch: Sketch, rows: NDArray[np.void], start: str, end: str) -> None:
        known = rows[(rows[f"{start}_ns"] != UNKNOWN) & (rows[f"{end}_ns"] != UNKNOWN)]
        sources = (known[f"{corner}_source"] for corner in (start, end))
        precise = np.logical_and(*(np.isin(column, _PRECISE) for column in sources))
        used = known[precise]
        self.left_out += len(known) - len(used)
        sketch.add(used[f"{end}_ns"] - used[f"{start}_ns"])
