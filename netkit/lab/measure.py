"""STAMP between customer hosts of a lab, each probe laid beside what really happened to it.

All sessions and reflectors run in this one process: sockets are opened inside the hosts'
namespaces and stay there. A host may have a clock of its own: then the samples of the session are
as its hosts read them, and those laid beside the truth are in true time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from ipaddress import IPv6Address
from types import MappingProxyType, TracebackType
from typing import Self

from netkit.errors import InputError, Problem
from netkit.lab.clocks.ends import ClockedSession, LabReflector
from netkit.lab.clocks.kept import KeptClock, true_sample
from netkit.lab.kernel.awake import ahead
from netkit.lab.lab import Lab
from netkit.lab.staggered import StaggeredConfig, staggered_offsets
from netkit.lab.truth.probe_key import ProbeKey
from netkit.lab.truth.records import ProbeTruth
from netkit.lab.truth.traced import Measurement, PairMeasurement, TracedSample, all_told
from netkit.model.progress import Progress
from netkit.model.units import NS_PER_MS
from netkit.probe.kernel.opening import open_stamp_socket
from netkit.probe.kernel.sockets import StampSocket
from netkit.probe.run.loop import ReflectorPort, run_sessions
from netkit.probe.run.sender_port import SenderPort
from netkit.probe.sender.config import SessionConfig
from netkit.probe.sender.request import MIN_REQUEST_BYTES
from netkit.probe.sender.result import RunEnd, SessionResult
from netkit.probe.sender.session import SenderSession
from netkit.wire.ports import STAMP_PORT
from netkit.wire.timestamps import UNSYNCHRONISED

Pair = tuple[str, str]
"""Two routers with customer hosts: the sender's and the reflector's."""

Clocks = Mapping[str, KeptClock]
"""The clocks of hosts that have one of their own, by router; all others read true time."""

TRUE_TIME: Clocks = MappingProxyType({})

_UNSEEN = ("dropped", "unrecorded")


def measure(
    lab: Lab,
    pairs: Sequence[Pair],
    *,
    count: int = 20,
    interval_ms: float = 100,
    timeout_ms: float = 1000,
    request_bytes: int = MIN_REQUEST_BYTES,
    seed: int = 0,
    on_progress: Progress | None = None,
    clocks: Clocks = TRUE_TIME,
) -> Measurement:
    """Send ``count`` probes from each pair's first host to its second, one every ``interval_ms``.

    Hosts read ``clocks``. Ctrl-C ends it early with what there is.

    Raises:
        InputError: pairs whose routers have no customer host, all of them.
        ProbeError: a socket cannot be had.
    """
    with Bench(
        lab,
        pairs,
        count=count,
        interval_ms=interval_ms,
        timeout_ms=timeout_ms,
        request_bytes=request_bytes,
        seed=seed,
        clocks=clocks,
    ) as bench:
        return bench.run(on_progress)


class Bench:
    """Open sockets and sessions for some pairs, ready to :meth:`run` once.

    ``sessions`` may be looked at from the progress callback while they run.
    """

    def __init__(
        self,
        lab: Lab,
        pairs: Sequence[Pair],
        *,
        count: int,
        interval_ms: float,
        timeout_ms: float,
        request_bytes: int = MIN_REQUEST_BYTES,
        seed: int = 0,
        clocks: Clocks = TRUE_TIME,
    ) -> None:
        _check(lab, pairs)
        self._lab = lab
        self._pairs = pairs
        self._clocks = clocks
        self._stack = ExitStack()
        interval_ns = round(interval_ms * NS_PER_MS)
        offsets = staggered_offsets(len(pairs), count, interval_ns, seed)
        self.sessions = [
            _session(
                StaggeredConfig(
                    count, interval_ns, round(timeout_ms * NS_PER_MS), request_bytes=request_bytes,
                    ssid=1 + index % 0xFFFF, offsets_ns=offsets[index],
                    error_estimate=UNSYNCHRONISED if clock is None else clock.error_estimate,
                ),
                clock,
            )
            for index, clock in enumerate(clocks.get(src) for src, _ in pairs)
        ]  # fmt: skip

    def run(self, on_progress: Progress | None = None) -> Measurement:
        """Send everything, wait for the last answer, and fetch the truth."""
        lab, since, unseen = self._lab, self._lab.mark(), self._unseen()
        reflectors = {
            router: LabReflector(self._clocks.get(router))
            for router in dict.fromkeys(dst for _, dst in self._pairs)
        }
        ports = [
            ReflectorPort(reflector, self._open(router, STAMP_PORT))
            for router, reflector in reflectors.items()
        ]
        senders = [
            SenderPort(session, self._open(src), (str(_address(lab, dst)), STAMP_PORT, 0, 0))
            for (src, dst), session in zip(self._pairs, self.sessions, strict=True)
        ]
        with ahead():
            run = run_sessions(senders, ports, on_progress=on_progress)

        def traced() -> list[PairMeasurement]:
            truth, lost = lab.truth(since), self._unseen() - unseen
            return [
                _trace(lab, pair, result, sender.socket.port, truth, self._clocks,
                       reflectors[pair[1]], lost)
                for pair, result, sender in zip(self._pairs, run.sessions, senders, strict=True)
            ]  # fmt: skip

        measured, end = traced(), run.end
        if end is not RunEnd.INTERRUPTED:
            try:
                measured = all_told(traced, measured, lab.longest_ns)
            except KeyboardInterrupt:
                end = RunEnd.INTERRUPTED
        return Measurement(tuple(measured), end)

    def _unseen(self) -> int:
        """Frames that the delay backend has lost, or not told of, and could not help."""
        stats = self._lab.stats()
        return sum(stats.get(name, 0) for name in _UNSEEN)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def _open(self, router: str, port: int = 0) -> StampSocket:
        with self._lab.host_namespace(router).entered():
            opened = open_stamp_socket(str(_address(self._lab, router)), port)
        self._stack.callback(opened.close)
        return opened


def _check(lab: Lab, pairs: Sequence[Pair]) -> None:
    without = sorted({end for pair in pairs for end in pair} - set(lab.blueprint.hosts))
    problems = [
        Problem("pairs", None, "no customer host to probe from", name, "a router given as host")
        for name in without
    ]
    problems += [
        Problem("pairs", None, "a pair needs two routers", f"{src} to {dst}")
        for src, dst in pairs
        if src == dst
    ]
    if problems:
        raise InputError(problems)


def _address(lab: Lab, router: str) -> IPv6Address:
    topology = lab.topology
    return topology.addresses.customer_host(topology.node[router].sid_index)


def _session(config: SessionConfig, clock: KeptClock | None) -> SenderSession:
    return SenderSession(config) if clock is None else ClockedSession(config, clock)


def _trace(
    lab: Lab,
    pair: Pair,
    session: SessionResult,
    port: int,
    truth: Mapping[ProbeKey, ProbeTruth],
    clocks: Clocks,
    reflector: LabReflector,
    unseen: int,
) -> PairMeasurement:
    src, dst = (_address(lab, router) for router in pair)
    replied = reflector.replied.get((str(src), port), {})
    read_by = [clocks.get(router) for router in pair]
    traced = []
    for sample in session.samples:
        forward = truth.get(ProbeKey(src, dst, port, STAMP_PORT, sample.sequence))
        reply = replied.get(sample.sequence)
        number = sample.reflector_sequence
        if number is None and reply is not None:
            number = reply.number
        backward = (
            None if number is None else truth.get(ProbeKey(dst, src, STAMP_PORT, port, number))
        )
        true, replied_ns = true_sample(sample, *read_by), None if reply is None else reply.at_ns
        traced.append(TracedSample(true, forward, backward, replied_ns))
    return PairMeasurement(*pair, session, tuple(traced), unseen)
