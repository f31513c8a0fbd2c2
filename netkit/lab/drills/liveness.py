"""Headends that find out by their own STAMP probes that a pair is cut off."""

from __future__ import annotations

import time
from collections.abc import Sequence

from netkit.lab.drills.operator import Operator
from netkit.lab.drills.preparation import Ends
from netkit.model.measurement.sample import Outcome
from netkit.model.progress import Progress
from netkit.probe.sender.session import SenderSession

_LOST = frozenset({Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD})


class Liveness:
    """The headends' own liveness: so many probes lost in a row. ``pairs`` are who sends to whom in
    the sessions, in their order."""

    def __init__(
        self,
        lost_in_a_row: int | None,
        pairs: Sequence[Ends],
        sessions: Sequence[SenderSession],
        operator: Operator,
        on_progress: Progress | None,
    ) -> None:
        self._lost, self._pairs = lost_in_a_row, pairs
        self._sessions, self._operator, self._on_progress = sessions, operator, on_progress

    def look(self, sent: int, all_: int) -> None:
        """Called while probes run, some four times a second."""
        if self._on_progress is not None:
            self._on_progress(sent, all_)
        if self._lost is None:
            return
        now_ns = time.monotonic_ns()
        for pair, session in zip(self._pairs, self._sessions, strict=True):
            last = session.result(now_ns).samples[-self._lost :]
            if len(last) == self._lost and all(sample.outcome in _LOST for sample in last):
                self._operator.lost(pair)
