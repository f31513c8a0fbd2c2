"""A fleet, and for each of its flows a plain session that lives through the same things."""

from __future__ import annotations

from random import Random

import numpy as np

from netkit.model.measurement.sample import Sample, Stamp, StampSource
from netkit.model.units import NS_PER_S
from netkit.probe.agent.authenticated.opening import Opened, open_replies, opened_quote
from netkit.probe.agent.fleet import Fleet
from netkit.probe.agent.flow import AgentFlow, Destination, FlowKey
from netkit.probe.agent.replies import receive, refuse
from netkit.probe.reflector.engine import Reflector
from netkit.probe.reflector.policy import ReflectorPolicy
from netkit.probe.sender.clock_watch import ClockReading
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import smallest_request
from netkit.probe.sender.schedule import periodic
from netkit.probe.sender.session import SenderSession
from netkit.stats.sample_arrays import UNKNOWN, as_samples
from netkit.wire.timestamps import UNSYNCHRONISED, ErrorEstimate

MS = 1_000_000
EPOCH_NS = 1_700_000_000 * 10**9
CLOCKS = [ErrorEstimate(True, scale=scale) for scale in (10, 20)] + [UNSYNCHRONISED]
OURS = ("2001:db8::1", 40000)
WIDTH = 256


def name_of(number: int) -> bytes:
    """struct sockaddr_in6 of a peer."""
    return (
        b"\x0a\x00\x03\x5e"
        + bytes(4)
        + bytes.fromhex("20010db8")
        + number.to_bytes(12, "big")
        + bytes(4)
    )


def agent_flow(
    number: int, interval_ns: int, *, random_gaps: bool = False, key: bytes | None = None
) -> AgentFlow:
    """One whose plan is that of a plain session with its number as seed."""
    start_ns = periodic(1, interval_ns, number)[0]
    return AgentFlow(
        FlowKey("mesh", "a", f"b{number}", "be"), Destination((), 862, hmac_key=key), 100 + number,
        interval_ns, NS_PER_S,
        60 * NS_PER_S, (EPOCH_NS + start_ns) % interval_ns, number, poisson=random_gaps,
        request_bytes=smallest_request(authenticated=key is not None),
    )  # fmt: skip


class Twins:
    """The fleet and its plain sessions, over paths that lose, copy, delay, and refuse."""

    def __init__(
        self, flows: list[AgentFlow], seed: int, trouble: float, restarts: float = 0
    ) -> None:
        self._restarts = restarts
        self.flows, self.trouble, self.random = flows, trouble, Random(seed)
        self.fleet = Fleet(flows)
        self.fleet.begin(0, EPOCH_NS)
        self.plain = [SenderSession(_config(flow)) for flow in flows]
        self.key = flows[0].destination.hmac_key
        self.reflectors = [_reflector(self.key) for _ in flows]
        self.returning: list[tuple[int, int, bytes]] = []
        self.rows: list[tuple[np.ndarray, np.ndarray]] = []
        for number, plain in enumerate(self.plain):
            plain.begin(0)
            self.fleet.roster.address(number, name_of(number), 0)

    def send(self, now_ns: int) -> None:
        """All that is due; both must make the same bytes."""
        due = self.fleet.take_due(ClockReading(now_ns, EPOCH_NS + now_ns, now_ns))
        for flow, sequence in zip(due.flows.tolist(), due.sequences.tolist(), strict=True):
            request = self.plain[flow].next_request(now_ns, EPOCH_NS + now_ns)
            assert request is not None
            assert request.sequence == sequence
            made = self.fleet.request(flow, sequence, due.timestamp)
            assert made == request.data
            if self.random.random() < self._restarts:
                self.reflectors[flow] = _reflector(self.key)
            self._one(flow, sequence, made, now_ns)

    def deliver(self, now_ns: int) -> None:
        """What has come back by now, in batches of any size."""
        self.returning.sort()
        arrived = [item for item in self.returning if item[0] <= now_ns]
        self.returning = self.returning[len(arrived) :]
        while arrived:
            size = self.random.randrange(1, 20)
            self._receive(arrived[:size])
            arrived = arrived[size:]

    def settle(self, now_ns: int, *, last: bool = False) -> None:
        decided = self.fleet.finish(now_ns) if last else self.fleet.settle(now_ns)
        self.rows.append((decided.flows, decided.samples))

    def samples(self, flow: int) -> list[Sample]:
        """What the fleet says of a flow."""
        return [
            sample
            for flows, rows in self.rows
            for sample in as_samples(rows[flows == flow])
        ]  # fmt: skip

    def _one(self, flow: int, sequence: int, data: bytes, now_ns: int) -> None:
        random, fleet, plain = self.random, self.fleet, self.plain[flow]
        if random.random() < self.trouble / 8:
            plain.not_sent(sequence, "No route to host")
            fleet.not_sent(flow, sequence, "No route to host")
            return
        if random.random() < 0.9:
            plain.transmitted(sequence, EPOCH_NS + now_ns + 20_000)
            fleet.transmitted(
                np.array([flow]), np.array([sequence]), np.array([EPOCH_NS + now_ns + 20_000])
            )
        if random.random() < self.trouble / 8:
            plain.refused(data[:28], "Connection refused")
            quoted = data[:28] if self.key is None else opened_quote(data[:28])
            refuse(fleet, quoted, "Connection refused")
        for _ in range(self._copies()):
            self._reflect(flow, data, now_ns + random.randrange(MS, 40 * MS))

    def _reflect(self, flow: int, data: bytes, at_ns: int) -> None:
        random, reflector = self.random, self.reflectors[flow]
        reflector.error_estimate = random.choice(CLOCKS)
        reply = reflector.reflect(
            data, OURS, Stamp(EPOCH_NS + at_ns, StampSource.KERNEL), 250,
            now_ns=at_ns, wall_ns=EPOCH_NS + at_ns + 5000,
        )  # fmt: skip
        if reply is None:
            assert self.key is not None, "only an authenticated copy is a replay"
            return
        if random.random() < 0.8:
            reflector.transmitted(reply.key, reply.sequence, EPOCH_NS + at_ns + 9000)
        for _ in range(self._copies()):
            late = random.random() < self.trouble / 10
            back_ns = at_ns + random.randrange(MS, 40 * MS) + late * 1200 * MS
            self.returning.append((back_ns, flow, reply.data))

    def _copies(self) -> int:
        if self.random.random() < self.trouble:
            return self.random.choice((0, 0, 2))
        return 1

    def _receive(self, arrived: list[tuple[int, int, bytes]]) -> None:
        count = len(arrived)
        data, names = np.zeros((count, WIDTH), np.uint8), np.zeros((count, 28), np.uint8)
        time_ns = np.full(count, UNKNOWN)
        wall_ns = EPOCH_NS + arrived[-1][0]
        for row, (at_ns, flow, content) in enumerate(arrived):
            data[row, : len(content)] = np.frombuffer(content, np.uint8)
            names[row] = np.frombuffer(name_of(flow), np.uint8)
            by_kernel = self.random.random() < 0.9
            stamp = Stamp(wall_ns, StampSource.USERSPACE)
            if by_kernel:
                stamp = Stamp(EPOCH_NS + at_ns, StampSource.KERNEL)
                time_ns[row] = stamp.time_ns
            self.plain[flow].received(content, stamp, 60)
        lengths = np.array([len(content) for _, _, content in arrived], np.uint32)
        came = Opened(data, lengths, np.arange(count))
        if self.key is not None:
            came = open_replies(self.fleet, data, lengths, names)
            assert len(came.rows) == count
        receive(
            self.fleet, came.data, came.lengths, names, time_ns, np.full(count, 60), wall_ns,
            authentic=self.key is not None,
        )  # fmt: skip


def _config(flow: AgentFlow) -> SessionConfig:
    return SessionConfig(
        100_000, flow.interval_ns, flow.timeout_ns, flow.ssid, flow.seed, flow.request_bytes,
        poisson=flow.poisson, key=flow.destination.hmac_key,
    )  # fmt: skip


def _reflector(key: bytes | None) -> Reflector:
    return Reflector(key=key, policy=ReflectorPolicy(sync_source=2))
