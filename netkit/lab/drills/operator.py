"""Brings a drill about in a booted lab while its probes run, and notes when.

It has a thread of its own, so that nothing waits for probes. A backup is taken at a set time, or
by liveness: the probes' loop says which pairs have lost so many in a row.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence

from netkit.errors import LabError, NetkitError
from netkit.lab.clocks.kept import KeptClock
from netkit.lab.drills.analysis.windows import Moment
from netkit.lab.drills.changes import Changes, Orders
from netkit.lab.drills.headends import Headend
from netkit.lab.drills.preparation import Ends
from netkit.lab.drills.schedule import Step
from netkit.lab.igp.comparison import IgpComparison
from netkit.lab.lab import Lab
from netkit.model.drills.scenario import DrillPhase

_PROBES, _INTERVALS = 2, 3
"""A phase that is to last so many intervals goes on until so many probes have left in it."""


class Operator:
    """Runs the steps; :meth:`begin` when the first probe leaves, then :meth:`finish`."""

    def __init__(
        self,
        lab: Lab,
        steps: Sequence[Step],
        orders: Sequence[Orders],
        headends: Mapping[Ends, Headend],
        clocks: Mapping[str, KeptClock],
    ) -> None:
        self.moments: list[Moment] = []
        self._steps, self._orders = steps, orders
        self._given_up = threading.Event()
        self._changes = Changes(lab, orders, headends, clocks, self._given_up)
        self._wake = threading.Condition()
        self._silent: set[frozenset[str]] = set()
        self._stopping = False
        self._error: NetkitError | None = None
        self._event = -1
        self._sent: Callable[[], int] = lambda: 0
        self._interval_s = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def tables(self) -> dict[int, IgpComparison]:
        """Real IS-IS against the planner's for what was left, by the number of the event."""
        return self._changes.tables

    def begin(self, sent: Callable[[], int], interval_s: float) -> None:
        """The first probe leaves now; ``sent`` tells how many each session has sent at the least,
        one every ``interval_s``."""
        self._sent, self._interval_s = sent, interval_s
        self._thread.start()

    def lost(self, pair: Collection[str]) -> None:
        """The probes between two routers are lost, as their headends see it."""
        with self._wake:
            self._silent.add(frozenset(pair))
            self._wake.notify()

    def finish(self, *, given_up: bool = False) -> None:
        """Stop, and put everything back; raises what went wrong meanwhile. ``given_up``: nobody
        asks for the rest any more, as after Ctrl-C, and nothing waits for routes."""
        if given_up:
            self._given_up.set()
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.ident is not None:
            self._join()
        self._changes.restore(self._is_stopping)
        if self._error is not None:
            raise self._error

    def _is_stopping(self) -> bool:
        return self._stopping

    def _join(self) -> None:
        try:
            self._thread.join()
        except BaseException:  # Ctrl-C once all probes are over
            self._given_up.set()
            self._thread.join()
            raise

    def _run(self) -> None:
        """Each step when it is due; none sooner after the one before was done than half of what is
        planned between them, and than probes were sent: on a machine that is late a phase would
        else be over at once."""
        start_s = done_s = time.monotonic()
        before_s = late_s = 0.0
        sent = 0
        try:
            for step in self._steps:
                due_s = start_s + step.at_s + (late_s if step.reacts else 0.0)
                planned_s = step.at_s - before_s
                if not self._wait(max(due_s, done_s + planned_s / 2)):
                    return
                long = step.begins and planned_s > _INTERVALS * self._interval_s
                if long and not self._probed(sent + _PROBES):
                    return
                if step.phase is DrillPhase.OUTAGE:
                    late_s = time.monotonic() - start_s - step.at_s
                self._do(step)
                before_s, done_s, sent = step.at_s, time.monotonic(), self._sent()
            self._wait(float("inf"))
        except NetkitError as error:
            self._error = error
        except OSError as error:  # a machine without room for one process more
            self._error = LabError(f"the drill could not go on: {error}")

    def _probed(self, count: int) -> bool:
        """Wait until every session has sent so many; False when all is to end."""
        while self._sent() < count:
            if not self._wait(time.monotonic() + self._interval_s):
                return False
        return True

    def _wait(self, until_s: float) -> bool:
        """Until then, changing headends over meanwhile; False when all is to end."""
        while True:
            with self._wake:
                left_s = min(until_s - time.monotonic(), threading.TIMEOUT_MAX)
                if left_s > 0 and not self._silent and not self._stopping:
                    self._wake.wait(left_s)
                silent, self._silent = self._silent, set()
                stopping = self._stopping
            if stopping:
                return False
            if silent:
                self._switch(silent)
            if time.monotonic() >= until_s:
                return True

    def _do(self, step: Step) -> None:
        changes, start_ns = self._changes, time.time_ns()
        if step.event >= 0:
            self._event = step.event
        match step.phase:
            case DrillPhase.DEGRADED:
                changes.degrade(self._orders[step.event], step.share)
                changes.go_wrong(self._orders[step.event].clock, start_ns)
            case DrillPhase.OUTAGE:
                changes.cut(self._orders[step.event].cut)
            case DrillPhase.REPAIR:
                changes.patch(self._orders[step.event].patches)
            case DrillPhase.BACKUP:
                changes.use(self._event, DrillPhase.BACKUP)
            case DrillPhase.RECONVERGED:
                changes.reconverge(self._event)
            case DrillPhase.RESTORED:
                changes.restore(self._is_stopping)
        if step.begins:
            self.moments.append(Moment(step.phase, step.event, start_ns, time.time_ns()))

    def _switch(self, silent: Collection[frozenset[str]]) -> None:
        """Not once the IGP has reconverged: then headends have taken what the new tables forward,
        and what is found lost was so before."""
        done = {(one.phase, one.event) for one in self.moments}
        if (DrillPhase.RECONVERGED, self._event) in done:
            return
        start_ns = time.time_ns()
        directions = self._changes.use(self._event, DrillPhase.BACKUP, silent)
        if directions:
            moment = Moment(DrillPhase.BACKUP, self._event, start_ns, time.time_ns(), directions)
            self.moments.append(moment)
