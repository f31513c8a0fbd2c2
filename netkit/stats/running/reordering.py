"""Reordering of a run of any length: of each part of a stream with the part before it.

Both directions are judged as in :mod:`netkit.stats.loss`. A packet that overtook one of a part
further back, more than a thousand probes earlier, is not seen to have done so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.sample import Outcome, StampSource
from netkit.stats.reordering import Reordering, reordered
from netkit.stats.sample_arrays import OUTCOME_CODE, SAMPLES, SOURCE_CODE, UNKNOWN, members

_COLUMNS = [
    "sequence", "outcome", "t2_ns", "t3_ns", "t4_ns", "t3_source", "reflector_sequence",
    "forward_duplicates", "clock_set_ns", "spans_step",
]  # fmt: skip
_PACKED = np.dtype([(name, SAMPLES[name]) for name in _COLUMNS])
_RECEIVED = OUTCOME_CODE[Outcome.RECEIVED]
_BETTER = members(SOURCE_CODE[source] for source in (StampSource.KERNEL, StampSource.HARDWARE))
_Flags = NDArray[np.bool_]


class StreamReordering:
    """:meth:`add` is a sink; call :meth:`finish` once, at the end.

    ``received`` of the probes that were received once were reordered in some direction.
    """

    def __init__(self) -> None:
        self.received = 0
        self._arrived = np.zeros(2, np.int64)
        self._reordered = np.zeros(2, np.int64)
        self._part: NDArray[np.void] | None = None
        self._behind = np.zeros((2, 0), np.bool_)
        self._counts = False
        self._counted_before = False

    def begin(self, rows: NDArray[np.void]) -> None:
        """Hold the first part against these rows, which are counted elsewhere."""
        self.add(rows)
        self._counted_before = True

    def add(self, rows: NDArray[np.void]) -> None:
        """Go on with these rows."""
        part = np.empty(len(rows), _PACKED)
        for name in _COLUMNS:  # a fifth of what numpy takes to do it itself
            part[name] = rows[name]
        part = part[part["t2_ns"] != UNKNOWN]
        before = part[:0] if self._part is None else self._part
        joined = np.concatenate([before, part])
        behind = self._judge(joined)
        behind[:, : len(before)] |= self._behind
        self._settle(before, behind[:, : len(before)])
        self._part, self._behind = part, behind[:, len(before) :]

    def finish(self) -> None:
        """Count the last part as well."""
        if self._part is not None:
            self._settle(self._part, self._behind)
        self._part, self._behind = None, np.zeros((2, 0), np.bool_)

    @property
    def counted(self) -> bool:
        """Whether the order at the reflector is that of its own numbers, and not of its stamps."""
        return self._counts

    @property
    def forward(self) -> Reordering | None:
        """Without how far and how late, which need all samples."""
        return self._direction(0)

    @property
    def backward(self) -> Reordering | None:
        """Of replies, alike."""
        return self._direction(1)

    def _direction(self, way: int) -> Reordering | None:
        arrived, late = int(self._arrived[way]), int(self._reordered[way])
        return Reordering(arrived, late, late / arrived) if arrived else None

    def _settle(self, part: NDArray[np.void], behind: _Flags) -> None:
        if self._counted_before:
            self._counted_before = False
            return
        self._arrived += len(part), int(_returned(part).sum())
        self._reordered += behind.sum(axis=1)
        self.received += int((behind.any(axis=0) & (part["outcome"] == _RECEIVED)).sum())

    def _judge(self, rows: NDArray[np.void]) -> _Flags:
        sequence, t2_ns = rows["sequence"], rows["t2_ns"]
        t4_ns = rows["t4_ns"] - rows["clock_set_ns"]
        counted = self._counted(rows)
        reached = rows["reflector_sequence"] if counted else t2_ns
        reflected = rows["reflector_sequence"] if counted else rows["t3_ns"]
        behind = np.zeros((2, len(rows)), np.bool_)
        there = np.lexsort((sequence, t2_ns, reached))
        behind[0, there] = reordered(sequence[there])
        # Reflected at one instant, by a program that read its clock once: in the probes' order.
        rank = np.zeros(len(rows), np.int64)
        rank[np.lexsort((sequence, reflected))] = np.arange(len(rows))
        back = np.lexsort((rank, t4_ns))
        back = back[_returned(rows)[back]]
        behind[1, back] = reordered(rank[back])
        return behind

    def _counted(self, rows: NDArray[np.void]) -> bool:
        """Whether the reflector's own numbers tell an order: it counts, and was not restarted.

        Within one life it counts no further than there were probes and copies of them.
        """
        numbers, sequence = rows["reflector_sequence"], rows["sequence"]
        if not len(rows):
            return False
        better = _BETTER[rows["t3_source"]]
        self._counts = self._counts or bool(((numbers != sequence) | better).any())
        most = int(np.ptp(sequence)) + int(rows["forward_duplicates"].sum())
        if not self._counts or int(np.ptp(numbers)) > most:
            return False
        # They come nearly in order, where sorting beats numpy's hashing.
        return bool((np.diff(np.sort(numbers, kind="stable")) > 0).all())


def _returned(rows: NDArray[np.void]) -> _Flags:
    known = (rows["t3_ns"] != UNKNOWN) & (rows["t4_ns"] != UNKNOWN)
    return np.asarray(known & ~rows["spans_step"])
