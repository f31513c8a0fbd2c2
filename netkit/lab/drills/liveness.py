"""Headends that find out by their own STAMP probes that a pair is cut off."""

from __future__ import annotations

import time
from collections.abc import Sequence

from netkit.lab.drills.operator import Operator
from netkit.model.drills.scenario import Scenario
from netkit.model.measurement.sample import Outcome
from netkit.model.progress import Progress
from netkit.probe.sender.session import SenderSession

_LOST = frozenset({Outcome.LOST, Outcome.LOST_FORWARD, Outcome.LOST_BACKWARD})


class Liveness:
    """The headends' own liveness: so many probes lost in a row."""

    def __init__(
        self,
        scenario: Scenario,
        sessions: Sequence[SenderSession],
        operator: Operator,
        on_progress: Progress | None,
    ) -> None:
        self._lost = scenario.reaction.lost_in_a_row
        self._pairs = [pair for pair in scenario.pairs for _ in range(scenario.flows)]
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
