"""What a drill changes in a booted lab, and how all of it is put back."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netkit.lab.clocks.kept import KeptClock
from netkit.lab.drills.expected import Expectation
from netkit.lab.drills.grey import WELL, line_shape
from netkit.lab.drills.headends import Headend
from netkit.lab.drills.preparation import Ends
from netkit.lab.drills.repair_routes import Patch
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


class Changes:
    """Made one at a time, by the thread of a drill, and by nobody while it runs.

    ``tables``: real IS-IS against the planner's for what was left, by the number of the event.
    """

    def __init__(
        self,
        lab: Lab,
        orders: Sequence[Orders],
        headends: Mapping[Ends, Headend],
        clocks: Mapping[str, KeptClock],
        given_up: threading.Event,
    ) -> None:
        """Once the drill is ``given_up``, nothing waits for routes."""
        self.tables: dict[int, IgpComparison] = {}
        self._lab, self._orders, self._headends, self._clocks = lab, orders, headends, clocks
        self._given_up = given_up
        self._patched: list[Patch] = []
        self._ailing: set[tuple[str, str]] = set()

    def cut(self, links: Collection[str]) -> None:
        """Cut links."""
        self._lab.cut(links)

    def use(
        self, event: int, phase: DrillPhase, only: Collection[frozenset[str]] | None = None
    ) -> tuple[Ends, ...]:
        """Have headends use what carries that phase of an event; those that have nothing stay."""
        expected = self._orders[event].expected if event >= 0 else {}
        changed = []
        for ends, expectation in expected.items():
            carrier = expectation.carrier(phase)
            headend = self._headends[ends]
            if carrier not in (None, headend.carrier) and (only is None or frozenset(ends) in only):
                headend.use(carrier or Carrier.PRIMARY)
                changed.append(ends)
        return tuple(changed)

    def patch(self, patches: Sequence[Patch]) -> None:
        """Put repairs into routers."""
        for patch in patches:
            self._batch(patch.router, patch.repair)
            self._patched.append(patch)

    def degrade(self, orders: Orders, share: float) -> None:
        """Give the links of an event so much of its ailment."""
        for key in orders.ailing:
            self._shape(key, orders.ailment or WELL, share)
        self._ailing |= set(orders.ailing)

    def go_wrong(self, fault: ClockFault | None, now_ns: int) -> None:
        """Have clocks go wrong from now on."""
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

    def reconverge(self, event: int) -> None:
        """Repairs that go ahead of IS-IS's own routes have had their time, once those are new."""
        self._settle()
        if self._given_up.is_set():
            return
        if self._lab.igp.name is IgpName.FRR:
            for place, patch in enumerate(self._patched):
                self._batch(patch.router, patch.undo_routes)
                self._patched[place] = replace(patch, undo_routes=())
        self.use(event, DrillPhase.RECONVERGED)
        if isinstance(self._lab.igp, FrrIgp):
            self.tables[event] = compare(
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

    def restore(self, stopping: Callable[[], bool]) -> None:
        """Put everything back; ``stopping`` tells whether nothing is measured any more."""
        for clock in self._clocks.values():
            clock.becomes(HostClock(), time.time_ns())
        self._heal()
        if self._lab.down:
            self._lab.restore()
        igp = self._lab.igp
        if igp.name is IgpName.FRR and not stopping():
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
