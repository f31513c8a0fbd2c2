"""An agent that lives through days in seconds: its clocks, its network and its peers are made up.

Faults come from a seed: losses, copies, stalls of the program, silent peers, peers that were
started again, hostile ones, a clock that is set. Every probe that was handed out is kept, and what
became of it on its way out, so that the sum of all windows can be held against it.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from random import Random

import numpy as np
from fleet_twins import EPOCH_NS, MS, OURS, WIDTH, name_of

from netkit.model.measurement.sample import Stamp, StampSource
from netkit.model.measurement.window import Window, WindowKey
from netkit.probe.agent.engine import AgentEngine
from netkit.probe.agent.flow import AgentFlow, FlowKey
from netkit.probe.agent.reflected.arrivals import AnsweredFlows
from netkit.probe.agent.reflected.flow import AnsweredFlow
from netkit.probe.agent.replies import receive, refuse
from netkit.probe.agent.rows import settle_ns
from netkit.probe.reflector.counting import CountingReflector
from netkit.probe.sender.clock_watch import ClockReading
from netkit.stats.sample_arrays import UNKNOWN

S = 1000 * MS
_TICK_NS = 900 * MS
_WORK_NS = 400 * MS
"""How often a peer looks what is over: a second without a look would be a stall."""
YEAR_NS = 365 * 86_400 * S


@dataclass
class Out:
    """What became of the requests of one window on their way: counts of numbers, and of copies."""

    sent: int = 0
    arrived: set[int] = field(default_factory=set)
    copies: int = 0
    refused: int = 0


class Peer:
    """A site that answers, and keeps what it saw in ``windows``, each once by its key.

    ``heard`` counts its requests, ``told`` those that windows and counters speak of.
    """

    def __init__(self, flow: AgentFlow, windows: dict[WindowKey, Window]) -> None:
        self._flow, self.windows = flow, windows
        self.refused: Counter[str] = Counter()
        self.heard = self.told = 0
        self.begin()

    def begin(self) -> None:
        """As a new process; nothing is left of what was in progress."""
        flow = self._flow
        patience_ns = settle_ns(flow)
        self.answered = AnsweredFlows([
            AnsweredFlow(flow.key, flow.ssid, (OURS[0],), flow.window_ns, patience_ns)
        ])  # fmt: skip
        self.reflector = CountingReflector()
        self.reflector.arrivals = self.answered

    def end(self, *, killed: bool = False) -> None:
        """What is in progress is kept, unless it was killed."""
        self.keep(self.answered.end(), lost=killed)
        self.refused.update(self.answered.counters)
        self.told += sum(self.answered.counters.values())

    def keep(self, new: list[Window], *, lost: bool = False) -> None:
        for window in new:
            self.told += (window.forward.received or 0) + window.forward.duplicates
            if not lost:
                self.windows.setdefault(window.key, window)


class Day:
    """Call :meth:`live`, then look at ``windows`` and at the probes ``sent`` by flow.

    ``seen`` are windows of the other ends, ``out`` what was the case, by peer and sender's window.
    """

    def __init__(
        self,
        flows: list[AgentFlow],
        seed: int,
        taken: Collection[tuple[FlowKey, int]] = (),
    ) -> None:
        self.random = Random(seed)
        self.engine = AgentEngine(flows)
        self.now_ns, self.set_ns = 0, 0
        self.windows: list[Window] = []
        self.sent: Counter[str] = Counter()
        self.strange = 0
        self.seen: dict[WindowKey, Window] = {}
        self.out: defaultdict[tuple[str, int], Out] = defaultdict(Out)
        self.peers = {flow.key.dst: Peer(flow, self.seen) for flow in flows}
        self.hostile = 0
        self._going: list[tuple[int, int, str, bytes, tuple[str, int], Out | None]] = []
        self._peers_ns = self._worked_ns = 0
        self._silent_until: dict[str, int] = {}
        self._returning: list[tuple[int, int, bytes]] = []
        self.engine.begin(self.reading(), taken)
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
            self._others()
            self._mishap()
            self._send()
            self._deliver()
            self.windows += self.engine.work(self.now_ns)

    def end(self) -> None:
        self.windows += self.engine.end(self.now_ns)
        self.now_ns += 60 * S
        self._others()
        for peer in self.peers.values():
            peer.end()

    def _others(self) -> None:
        """The other sites live on, whatever this one does."""
        while self._peers_ns < self.now_ns:
            self._peers_ns = min(self._peers_ns + _TICK_NS, self.now_ns)
            while self._going and self._going[0][0] <= self._peers_ns:
                at_ns, _, peer, data, source, out = heapq.heappop(self._going)
                self._reflect(peer, data, source, at_ns, out)
            if self._peers_ns < self._worked_ns + _WORK_NS:
                continue
            self._worked_ns = self._peers_ns
            reading = ClockReading(self._peers_ns, EPOCH_NS + self._peers_ns, self._peers_ns)
            for one in self.peers.values():
                one.keep(one.answered.work(reading))

    def _mishap(self) -> None:
        luck = self.random.random()
        if luck < 2e-5:
            self.now_ns += self.random.randrange(90 * S)  # the program stood still
        elif luck < 5e-5:
            self.set_ns += self.random.choice((-3 * S, 2 * S, -3600 * S, 3600 * S, 40 * MS))
        elif luck < 2e-4:
            peer = self.random.choice(list(self.peers))
            self._silent_until[peer] = self.now_ns + self.random.randrange(200 * S)
        elif luck < 3e-4:
            peer = self.random.choice(list(self.peers))
            self.peers[peer].end(killed=self.random.random() < 0.5)
            self.peers[peer].begin()

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
            out = self._out(flow)
            out.sent += 1
            if luck < 0.004:
                refuse(fleet, data, "Connection refused")
                out.refused += 1
            elif luck > 0.01 and self._silent_until.get(peer, 0) <= self.now_ns:
                self._on_its_way(peer, data, out)

    def _out(self, flow: int) -> Out:
        fleet = self.engine.fleet
        timeline = fleet.roster.timelines[int(fleet.state[flow]["length"])]
        return self.out[fleet.flows[flow].key.dst, timeline.turn(timeline.now).start_ns]

    def _on_its_way(self, peer: str, data: bytes, out: Out) -> None:
        """It comes, perhaps twice, perhaps late; strangers send the like."""
        random = self.random
        late_ns = random.randrange(20 * S) if random.random() < 0.002 else 0
        at_ns = self.now_ns + 3 * MS + random.randrange(MS) + late_ns
        for _ in range(1 + (random.random() < 0.003)):
            self._push(at_ns, peer, data, OURS, out)
            at_ns += random.randrange(50 * MS)
        if random.random() < 0.003:
            old = data[:4] + (int.from_bytes(data[4:8]) - YEAR_NS // S).to_bytes(4) + data[8:]
            self._push(at_ns, peer, old, OURS, None)
            self._push(at_ns, peer, data, (OURS[0], OURS[1] + 1), None)
            self._push(at_ns, peer, data, ("2001:db8::bad", OURS[1]), None)
            self.hostile += 1

    def _push(
        self, at_ns: int, peer: str, data: bytes, source: tuple[str, int], out: Out | None
    ) -> None:
        heapq.heappush(self._going, (at_ns, self.random.getrandbits(60), peer, data, source, out))

    def _reflect(
        self, peer: str, data: bytes, source: tuple[str, int], at_ns: int, out: Out | None
    ) -> None:
        if out is not None:
            number = int.from_bytes(data[:4])
            out.copies += number in out.arrived
            out.arrived.add(number)
        reflector = self.peers[peer].reflector
        self.peers[peer].heard += 1
        reply = reflector.reflect(
            data, source, Stamp(EPOCH_NS + at_ns, StampSource.KERNEL), 250,
            now_ns=at_ns, wall_ns=EPOCH_NS + at_ns + 5000,
        )  # fmt: skip
        if reply is None or out is None or self.random.random() < 0.005:
            return
        reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + at_ns + 9000)
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
