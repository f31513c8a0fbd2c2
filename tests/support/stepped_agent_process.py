"""``stepped_agent_process.py CAMPAIGN SITE STORE SECONDS``: an agent on a host whose clock SIGUSR1
sets by so many seconds: all that its senders read is read off that clock, the kernel's stamps too.

Network namespaces share one clock, and time namespaces have none of UTC.
"""

from __future__ import annotations

import signal
import sys
import time

import agent_process
import numpy as np

from netkit.probe.agent.fleet import Fleet
from netkit.probe.clock import reading
from netkit.probe.run.agent import agent, lane, loop
from netkit.probe.sender.clock_watch import ClockReading
from netkit.stats.sample_arrays import UNKNOWN

S = 10**9


class Clock:
    """By so much ahead of this machine's since it was set."""

    def __init__(self, by_ns: int) -> None:
        self._by_ns, self._since_ns = by_ns, 1 << 62

    def set(self, _number: int, _frame: object) -> None:
        self._since_ns = time.time_ns()

    def of(self, times_ns: np.ndarray) -> np.ndarray:
        later = (times_ns >= self._since_ns) & (times_ns != UNKNOWN)
        return times_ns + np.where(later, self._by_ns, 0)

    def read(self) -> ClockReading:
        found = reading.read_clocks()
        return found._replace(utc_ns=int(self.of(np.array([found.utc_ns]))[0]))


def main() -> None:
    clock = Clock(int(sys.argv.pop()) * S)
    for module in (agent, lane, loop):
        module.read_clocks = clock.read
    transmitted, receive = Fleet.transmitted, lane.receive
    Fleet.transmitted = lambda fleet, flows, numbers, time_ns: transmitted(
        fleet, flows, numbers, clock.of(time_ns)
    )
    lane.receive = lambda fleet, data, lengths, names, time_ns, *rest, **more: receive(
        fleet, data, lengths, names, clock.of(time_ns), *rest, **more
    )
    signal.signal(signal.SIGUSR1, clock.set)
    agent_process.main()


if __name__ == "__main__":
    main()
