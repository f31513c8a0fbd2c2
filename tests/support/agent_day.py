"""An agent that lives through days in seconds: its clocks, its network and its peers are made up.

Faults come from a seed: losses, copies, stalls of the program, silent peers, peers that were
started again, hostile ones, a clock that is set. Every probe that was handed out is kept, so that
the sum of all windows can be held against it.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import numpy as np
from fleet_twins import EPOCH_NS, MS, OURS, WIDTH, name_of

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.model.measurement.window import Window
from netkit.probe.agent.engine import AgentEngine
from netkit.probe.agent.flow import AgentFlow
from netkit.probe.agent.replies import receive, refuse
from netkit.probe.reflector.engine import Reflector
from netkit.probe.sender.clock_watch import ClockReading
from netkit.stats.sample_arrays import UNKNOWN

S = 1000 * MS


class Day:
    """Call :meth:`live`, then look at ``windows`` and at the probes ``sent`` by flow."""

    def __init__(self, flows: list[AgentFlow], seed: int) -> None:
        self.random = Random(seed)
        self.engine = AgentEngine(flows)
        self.now_ns, self.set_ns = 0, 0
        self.windows: list[Window] = []
        self.sent: Counter[str] = Counter()
        self.strange = 0
        self._reflectors = {flow.key.dst: Reflector() for flow in flows}
        self._silent_until: dict[str, int] = {}
        self._returning: list[tuple[int, int, bytes]] = []
        self.engine.begin(self.reading())
        self.place()

    def reading(self) -> ClockReading:
        return ClockReading(self.now_ns, EPOCH_NS + self.now_ns + self.set_ns, self.now_ns)

    def place(self) -> None:
        """Give every flow its address; its number is in the name of its peer."""
        for place, flow in enumerate(self.engine.fleet.flows):
            self.engine.fleet.roster.address(place, name_of(int(flow.key.dst[1:])), 0)

    def live(self, until_ns: int) -> None:
        while self.now_ns < until_ns:
            due_ns = self.engine.fleet.due_ns() or 0
            self.now_ns = max(self.now_ns + 20 * MS, min(due_ns, self.now_ns + 5 * S))
            self._mishap()
            self._send()
            self._deliver()
            self.windows += self.engine.work(self.now_ns)

    def end(self) -> None:
        self.windows += self.engine.end(self.now_ns)

    def _mishap(self) -> None:
        luck = self.random.random()
        if luck < 2e-5:
            self.now_ns += self.random.randrange(90 * S)  # the program stood still
        elif luck < 5e-5:
            self.set_ns += self.random.choice((-3 * S, 2 * S, -3600 * S, 3600 * S, 40 * MS))
        elif luck < 2e-4:
            peer = self.random.choice(list(self._reflectors))
            self._silent_until[peer] = self.now_ns + self.random.randrange(200 * S)
        elif luck < 3e-4:
            self._reflectors[self.random.choice(list(self._reflectors))] = Reflector()

    def _send(self) -> None:
        due, fleet, random = (
            self.engine.fleet.take_due(self.reading()),
            self.engine.fleet,
            self.random,
        )
        for flow, sequence in zip(due.flows.tolist(), due.sequences.tolist(), strict=True):
            self.sent[fleet.flows[flow].key.dst] += 1
            peer, luck = fleet.flows[flow].key.dst, random.random()
            data = fleet.request(flow, sequence, due.timestamp)
            if luck < 0.002:
                fleet.not_sent(flow, sequence, "Network is unreachable")
                continue
            stamp_ns = self.reading().utc_ns + 20_000
            fleet.transmitted(np.array([flow]), np.array([sequence]), np.array([stamp_ns]))
            if luck < 0.004:
                refuse(fleet, data, "Connection refused")
            elif luck > 0.01 and self._silent_until.get(peer, 0) <= self.now_ns:
                self._reflect(peer, data)

    def _reflect(self, peer: str, data: bytes) -> None:
        at_ns = self.now_ns + 3 * MS + self.random.randrange(MS)
        reply = self._reflectors[peer].reflect(
            data, OURS, Stamp(EPOCH_NS + at_ns, StampSource.KERNEL), 250,
            now_ns=at_ns, wall_ns=EPOCH_NS + at_ns + 5000,
        )  # fmt: skip
        if reply is None or self.random.random() < 0.005:
            return
        self._reflectors[peer].transmitted(reply.key, reply.sequence, EPOCH_NS + at_ns + 9000)
        number, back_ns = int(peer[1:]), at_ns + 4 * MS
        for _ in range(1 + (self.random.random() < 0.002)):
            self._returning.append((back_ns, number, reply.data))
        if self.random.random() < 0.01:  # somebody else says the same, or something else
            self._returning.append((back_ns, number + 5000, reply.data))
            self._returning.append((back_ns, number, self.random.randbytes(72)))
            self.strange += 2

    def _deliver(self) -> None:
        arrived = [one for one in self._returning if one[0] <= self.now_ns]
        if not arrived:
            return
        self._returning = [one for one in self._returning if one[0] > self.now_ns]
        data, names = (
            np.zeros((len(arrived), WIDTH), np.uint8),
            np.zeros((len(arrived), 28), np.uint8),
        )
        for row, (_, number, content) in enumerate(arrived):
            data[row, : len(content)] = np.frombuffer(content, np.uint8)
            names[row] = np.frombuffer(name_of(number), np.uint8)
        time_ns = np.array([EPOCH_NS + self.set_ns + at_ns for at_ns, _, _ in arrived])
        lengths = np.array([len(content) for _, _, content in arrived], np.uint32)
        receive(
            self.engine.fleet, data, lengths, names, time_ns, np.full(len(arrived), 60),
            self.reading().utc_ns,
        )  # fmt: skip
        self.engine.fleet.look(self.reading())
        assert UNKNOWN not in time_ns
