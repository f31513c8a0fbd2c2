"""A fleet and its windows as one: what an agent does between two looks at its sockets.

Everything here is pure; the clocks and what sockets said come as arguments. Work on windows is done
a few flows at a time, so that no probe waits for those of all flows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from netkit.model.measurement.window import Window
from netkit.model.units import NS_PER_MS
from netkit.probe.agent.fleet import Fleet
from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.agent.windows import OwnClock, WindowCutter
from netkit.probe.sender.clock_watch import ClockReading
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate

SETTLE_NS = 500 * NS_PER_MS
"""So often probes are decided."""

_FLOWS_AT_ONCE = 16


class AgentEngine:
    """Feed :attr:`fleet` as a :class:`Fleet`; call :meth:`work` after each round."""

    def __init__(
        self, flows: Sequence[AgentFlow], estimate: ErrorEstimate = UNSYNCHRONISED
    ) -> None:
        self.fleet = Fleet(flows, estimate)
        self.clock = OwnClock()
        self._cutter = WindowCutter(self.fleet)
        self._cutting: Iterator[Window | None] = iter(())
        self._idle = True
        self._settle_ns = 0

    def begin(self, reading: ClockReading, taken: Collection[tuple[FlowKey, int]] = ()) -> None:
        """Schedule the flows; see :meth:`Fleet.begin`."""
        self.fleet.begin(reading.before_ns, reading.utc_ns, taken)

    def work(self, now_ns: int) -> list[Window]:
        """Decide what is due, and make some of the windows that are over."""
        if now_ns >= self._settle_ns:
            self._settle_ns = now_ns + SETTLE_NS
            self._cutter.add(self.fleet.settle(now_ns))
            if self._idle and self._cutter.is_due:
                self._cutting, self._idle = self._cutter.cut(self.clock), False
        return self._some(_FLOWS_AT_ONCE)

    @property
    def busy(self) -> bool:
        """Whether windows wait to be made."""
        return not self._idle

    def reconfigure(self, flows: Sequence[AgentFlow], reading: ClockReading) -> list[Window]:
        """Go on with these; the windows in progress of those that are not among them."""
        made = self._end(reading.before_ns, self.fleet.leaving(flows).tolist())
        self.fleet.reconfigure(flows, reading.before_ns, reading.utc_ns)
        return made

    def end(self, now_ns: int) -> list[Window]:
        """Every window in progress; to be called once, at the end."""
        return self._end(now_ns, range(len(self.fleet.flows)))

    def _end(self, now_ns: int, places: Sequence[int]) -> list[Window]:
        made = self._some(None)
        self._cutter.add(self.fleet.settle(now_ns))
        if len(places):
            self._cutter.add(self.fleet.finish(now_ns, np.array(places, np.int64)))
        gone = frozenset(self.fleet.flows[place].key for place in places)
        self._cutting, self._idle = self._cutter.cut(self.clock, gone), False
        return [*made, *self._some(None)]

    def _some(self, flows: int | None) -> list[Window]:
        """The windows of the next so many flows, or of all."""
        made: list[Window] = []
        while not self._idle and (flows is None or flows > 0):
            try:
                window = next(self._cutting)
            except StopIteration:
                self._idle = True
                break
            if window is not None:
                made.append(window)
            elif flows is not None:
                flows -= 1
        return made
