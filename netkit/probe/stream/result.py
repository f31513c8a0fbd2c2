"""What a stream says beside its samples: of the reflector, of the way back, of its own clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from netkit.model.measurement.clock import SyncSource
from netkit.model.measurement.refutation import ClockStep
from netkit.probe.sender.path_report import sync_source
from netkit.stats.sample_arrays import UNKNOWN
from netkit.wire.timestamps import ErrorEstimate, least_certain

TOO_LATE = "ignored: two timeouts late"
"""Noted of answers whose probes had been handed to the sink by then, as lost."""


@dataclass(frozen=True)
class StreamResult:
    """What is left to say when all samples have gone to the sink.

    ``sent`` probes were handed out, the closing one not counted; the other fields are those of a
    :class:`netkit.probe.sender.session.SessionResult` and its ``path``.
    """

    sent: int
    undecided: int = 0
    stateful: bool = False
    reflector_error: ErrorEstimate | None = None
    clock_source: SyncSource | None = None
    backward_dscp: Mapping[int, int] = field(default_factory=dict)
    notes: Mapping[str, int] = field(default_factory=dict)
    clock_steps: tuple[ClockStep, ...] = ()


class ReflectorReport:
    """What replies say of the reflector's clock, and how they were marked on the way back."""

    def __init__(self) -> None:
        self.backward_dscp: Counter[int] = Counter()
        self._errors: dict[int, None] = {}
        self._sync_in: int | None = None

    def learn(self, replies: NDArray[np.void], traffic_class: NDArray[np.int64] | None) -> None:
        """Keep what these replies say; ``traffic_class`` is that of each datagram, by its row."""
        self._errors.update(dict.fromkeys(replies["error"].tolist()))
        if traffic_class is not None:
            marks = traffic_class[replies["row"]]
            self.backward_dscp.update((marks[marks != UNKNOWN] >> 2).tolist())
        said = replies["sync_in"][replies["sync_in"] != UNKNOWN]
        if len(said):
            self._sync_in = int(said[-1])

    @property
    def error(self) -> ErrorEstimate | None:
        """The least certain of what it claimed of its clock."""
        return least_certain(map(ErrorEstimate.parse, self._errors))

    @property
    def clock_source(self) -> SyncSource | None:
        """What its clock is synchronised by, as it said last."""
        return None if self._sync_in is None else sync_source(self._sync_in)
