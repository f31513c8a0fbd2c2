"""The loop of an agent: probes out, stamps and replies in, requests answered, then a short sleep.

Probes that are due within the same few milliseconds leave together, and replies wait for the next
round: the kernel has stamped both, so no delay is blurred. How late a probe left is in its sample.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from netkit.model.measurement.window import Window
from netkit.model.units import NS_PER_MS, NS_PER_S
from netkit.probe.agent.engine import AgentEngine
from netkit.probe.agent.reflected.arrivals import AnsweredFlows
from netkit.probe.clock.reading import read_clocks
from netkit.probe.reflector.server import ReflectorServer
from netkit.probe.run.agent.lanes import Lanes

_SHARE = 10
_SHORTEST_NS, _LONGEST_NS = NS_PER_MS, 50 * NS_PER_MS
_NAP_NS = 200 * NS_PER_MS
_SERVED_AT_ONCE = 64


class AgentLoop:
    """One :meth:`turn` after the other; whatever else there is to do is done in between."""

    def __init__(
        self,
        engine: AgentEngine,
        lanes: Lanes,
        answered: AnsweredFlows,
        put: Callable[[Sequence[Window]], None],
    ) -> None:
        self.engine, self.lanes = engine, lanes
        self._put, self._answered = put, answered
        self._servers: dict[int, ReflectorServer] = {}
        self._epoll = select.epoll()
        self.tick_ns = _LONGEST_NS
        self._round_ns = 0

    def set_pace(self) -> None:
        """How often to look at the clock: ten times in the shortest interval, 1 to 50 ms."""
        flows = self.engine.fleet.flows
        shortest_ns = min((flow.interval_ns for flow in flows), default=NS_PER_S)
        self.tick_ns = min(max(shortest_ns // _SHARE, _SHORTEST_NS), _LONGEST_NS)

    def serve(self, servers: Sequence[ReflectorServer]) -> None:
        """Answer what comes to these, and to no others any more, which may be closed already."""
        for descriptor in self._servers:
            with suppress(OSError):
                self._epoll.unregister(descriptor)
        self._servers = {server.socket.fileno(): server for server in servers}
        for descriptor in self._servers:
            self._epoll.register(descriptor, select.EPOLLIN)

    def turn(self) -> int:
        """Go round once; the monotonic clock after it."""
        reading = read_clocks()
        if reading.before_ns >= self._round_ns:
            due = self.engine.fleet.take_due(reading)
            if due.flows.size:
                self.lanes.send(due)
            self.lanes.take_in()
            self._put(self.engine.work(reading.before_ns))
            self._put(self._answered.work(reading))
            self._round_ns = self._next_round_ns(time.monotonic_ns())
        self._wait()
        return time.monotonic_ns()

    def close(self) -> None:
        """Let go of the reflectors' sockets."""
        self._epoll.close()

    def _next_round_ns(self, now_ns: int) -> int:
        """When the next probe is due, but a tick from now at least; soon if work waits."""
        if self.engine.busy:
            return now_ns + self.tick_ns
        due_ns = self.engine.fleet.due_ns()
        latest_ns = now_ns + _NAP_NS
        return latest_ns if due_ns is None else min(max(due_ns, now_ns + self.tick_ns), latest_ns)

    def _wait(self) -> None:
        """Until the next round; requests are answered meanwhile."""
        left_ns = self._round_ns - time.monotonic_ns()
        if not self._servers:
            time.sleep(max(0, left_ns) / NS_PER_S)
            return
        # epoll rounds up to whole milliseconds: the last of them is slept.
        if left_ns < NS_PER_MS:
            self._answer(0)
            time.sleep(max(0, self._round_ns - time.monotonic_ns()) / NS_PER_S)
        else:
            self._answer(left_ns // NS_PER_MS / 1000)

    def _answer(self, patience_s: float) -> None:
        for _ in range(_SERVED_AT_ONCE):
            ready = self._epoll.poll(patience_s, len(self._servers))
            for descriptor, events in ready:
                self._servers[descriptor].serve(events)
            if not ready:
                return
            patience_s = 0
