"""Brings a drill about in a booted lab while its probes run, and notes when.

It has a thread of its own, so that nothing waits for probes. A backup is taken at a set time, or
by liveness: the probes' loop says which pairs have lost so many in a row.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netkit.errors import LabError, NetkitError
from netkit.lab.clocks.kept import KeptClock
from netkit.lab.drills.analysis.windows import Moment
from netkit.lab.drills.expected import Expectation
from netkit.lab.drills.grey import WELL, line_shape
from netkit.lab.drills.headends import Headend
from netkit.lab.drills.preparation import Ends
from netkit.lab.drills.repair_routes import Patch
from netkit.lab.drills.schedule import Step
from netkit.lab.igp.backend import IgpName
from netkit.lab.igp.comparison import IgpComparison, compare
from netkit.lab.igp.flooding import left_of, without
from netkit.lab.igp.frr.backend import FrrIgp
from netkit.lab.igp.tables import Tables, kernel_table, owners
from netkit.lab.lab import Lab
from netkit.lab.plant import IP_BATCH
from netkit.model.drills.scenario import Ailment, ClockFault, DrillPhase
from netkit.model.measurement.host_clock import HostClock
from netkit.model.planning.survival import Carrier
from netkit.model.units import MS_PER_S, us_to_ms, us_to_ns

_PROBES, _INTERVALS = 2, 3
"""A phase that is to last so many intervals goes on until so many probes have left in it."""


@dataclass
class Orders:
    """What one event means in this lab: ids to cut, repairs, what each direction may do, which
    directions of links have an ailment, and which hosts' clocks a fault."""

    cut: Collection[str] = ()
    patches: Sequence[Patch] = ()
    expected: Mapping[Ends, Expectation] = field(default_factory=dict)
    ailing: Collection[tuple[str, str]] = ()
    ailment: Ailment | None = None
    clock: ClockFault | None = None


class Operator:
    """Runs the steps; :meth:`begin` when the first probe leaves, then :meth:`finish`.

    ``tables``: real IS-IS against the planner's for what was left, by the number of the event.
    """

    def __init__(
        self,
        lab: Lab,
        steps: Sequence[Step],
        orders: Sequence[Orders],
        headends: Mapping[Ends, Headend],
        clocks: Mapping[str, KeptClock],
    ) -> None:
        self.moments: list[Moment] = []
        self.tables: dict[int, IgpComparison] = {}
        self._lab, self._steps, self._orders, self._headends = lab, steps, orders, headends
        self._clocks = clocks
        self._patched: list[Patch] = []
        self._ailing: set[tuple[str, str]] = set()
        self._wake = threading.Condition()
        self._silent: set[frozenset[str]] = set()
        self._stopping = False
        self._given_up = threading.Event()
        self._error: NetkitError | None = None
        self._event = -1
        self._sent: Callable[[], int] = lambda: 0
        self._interval_s = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)

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
        self._restore()
        if self._error is not None:
            raise self._error

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
        start_ns = time.time_ns()
        if step.event >= 0:
            self._event = step.event
        match step.phase:
            case DrillPhase.DEGRADED:
                self._degrade(self._orders[step.event], step.share)
                self._go_wrong(self._orders[step.event].clock, start_ns)
            case DrillPhase.OUTAGE:
                self._lab.cut(self._orders[step.event].cut)
            case DrillPhase.REPAIR:
                self._patch(self._orders[step.event].patches)
            case DrillPhase.BACKUP:
                self._use(DrillPhase.BACKUP)
            case DrillPhase.RECONVERGED:
                self._reconverge()
            case DrillPhase.RESTORED:
                self._restore()
        if step.begins:
            self.moments.append(Moment(step.phase, step.event, start_ns, time.time_ns()))

    def _switch(self, silent: Collection[frozenset[str]]) -> None:
        """Not once the IGP has reconverged: then headends have taken what the new tables forward,
        and what is found lost was so before."""
        done = {(one.phase, one.event) for one in self.moments}
        if (DrillPhase.RECONVERGED, self._event) in done:
            return
        start_ns = time.time_ns()
        directions = self._use(DrillPhase.BACKUP, silent)
        if directions:
            moment = Moment(DrillPhase.BACKUP, self._event, start_ns, time.time_ns(), directions)
            self.moments.append(moment)

    def _use(
        self, phase: DrillPhase, only: Collection[frozenset[str]] | None = None
    ) -> tuple[Ends, ...]:
        """Have headends use what carries that phase; those that have nothing stay."""
        expected = self._orders[self._event].expected if self._event >= 0 else {}
        changed = []
        for ends, expectation in expected.items():
            carrier = expectation.carrier(phase)
            headend = self._headends[ends]
            if carrier not in (None, headend.carrier) and (only is None or frozenset(ends) in only):
                headend.use(carrier or Carrier.PRIMARY)
                changed.append(ends)
        return tuple(changed)

    def _patch(self, patches: Sequence[Patch]) -> None:
        for patch in patches:
            self._batch(patch.router, patch.repair)
            self._patched.append(patch)

    def _degrade(self, orders: Orders, share: float) -> None:
        for key in orders.ailing:
            self._shape(key, orders.ailment or WELL, share)
        self._ailing |= set(orders.ailing)

    def _go_wrong(self, fault: ClockFault | None, now_ns: int) -> None:
        if fault is not None:
            clock = HostClock(us_to_ns(fault.offset_us), fault.drift_ppb, start_ns=now_ns)
            for host in fault.hosts:
                self._clocks[host].becomes(clock, now_ns)

    def _heal(self) -> None:
        """Give back what the file states, and wait until what was held longer has left: frames
        keep their order, so that it would hold up those behind it."""
        if self._ailing:
            for key in self._ailing:
                self._shape(key, WELL, 0.0)
            self._ailing.clear()
            ailments = [order.ailment for order in self._orders if order.ailment is not None]
            most_us = max((one.delay_us + one.jitter_us for one in ailments), default=0)
            time.sleep(us_to_ms(most_us) / MS_PER_S)

    def _shape(self, key: tuple[str, str], ailment: Ailment, share: float) -> None:
        lab = self._lab
        lab.shape(*key, line_shape(lab.blueprint, key, ailment, share))

    def _reconverge(self) -> None:
        """Repairs that go ahead of IS-IS's own routes have had their time, once those are new."""
        self._settle()
        if self._given_up.is_set():
            return
        if self._lab.igp.name is IgpName.FRR:
            for place, patch in enumerate(self._patched):
                self._batch(patch.router, patch.undo_routes)
                self._patched[place] = replace(patch, undo_routes=())
        self._use(DrillPhase.RECONVERGED)
        if isinstance(self._lab.igp, FrrIgp):
            self.tables[self._event] = compare(
                left_of(self._lab.topology, without(self._lab.topology, self._lab.down)),
                self._kernel_tables(),
            )

    def _settle(self) -> None:
        """Routes of real IS-IS may take minutes: that is given up with the drill."""
        igp = self._lab.igp
        if isinstance(igp, FrrIgp):
            igp.settle(given_up=self._given_up)
        else:
            igp.settle()

    def _kernel_tables(self) -> Tables:
        owner = owners(self._lab.topology)
        return {
            name: kernel_table(self._lab.namespace(name), name, owner)
            for name in self._lab.blueprint.routers
        }

    def _restore(self) -> None:
        for clock in self._clocks.values():
            clock.becomes(HostClock(), time.time_ns())
        self._heal()
        if self._lab.down:
            self._lab.restore()
        igp = self._lab.igp
        if igp.name is IgpName.FRR and not self._stopping:
            self._settle()
        while self._patched:
            patch = self._patched.pop()
            routes = () if igp.name is IgpName.STAGED else patch.undo_routes
            self._batch(patch.router, (*patch.undo_sids, *routes))
        if igp.name is not IgpName.FRR:
            igp.settle()
        for headend in self._headends.values():
            headend.use(Carrier.PRIMARY)

    def _batch(self, router: str, lines: Sequence[str]) -> None:
        self._lab.namespace(router).batch(IP_BATCH, "".join(f"{line}\n" for line in lines))
