"""STAMP between customer hosts of a lab, each probe laid beside what really happened to it.

All sessions and reflectors run in this one process: sockets are opened inside the hosts'
namespaces and stay there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv6Address
from random import Random

from netkit.errors import InputError, Problem
from netkit.lab.lab import Lab
from netkit.lab.sighting import STAMP_PORT, ProbeKey
from netkit.lab.truth import ProbeTruth, path_is_certified
from netkit.model.plan import Certificate
from netkit.model.sample import Outcome, Sample
from netkit.model.units import NS_PER_MS
from netkit.probe.reflector import Reflector
from netkit.probe.runner import Progress, ReflectorPort, RunEnd, SenderPort, run_sessions
from netkit.probe.session import CLOSING_GAP_NS, SenderSession, SessionConfig, SessionResult
from netkit.probe.sockets import StampSocket, open_stamp_socket

Pair = tuple[str, str]
"""Two routers with customer hosts: the sender's and the reflector's."""


@dataclass(frozen=True, slots=True)
class TracedSample:
    """A sample, and the lab's record of the probe and of its reply; None where it saw neither."""

    sample: Sample
    forward: ProbeTruth | None
    backward: ProbeTruth | None


@dataclass(frozen=True)
class PairMeasurement:
    """All probes of one pair."""

    src: str
    dst: str
    session: SessionResult
    traced: tuple[TracedSample, ...]

    def forward_truth_ns(self) -> list[int]:
        """How long links held each received probe on its way there."""
        return _held(traced.forward for traced in self._received())

    def backward_truth_ns(self) -> list[int]:
        """How long links held each received reply on its way back."""
        return _held(traced.backward for traced in self._received())

    def path_proven(self, forward: Certificate, backward: Certificate | None) -> bool:
        """Whether every received probe and reply crossed certified links only, end to end.

        Without a certificate for the way back only the probes are looked at. False if no probe
        came back: nothing is proven then.
        """
        received = self._received()
        return bool(received) and all(
            _proven(traced.forward, forward, self.src, self.dst)
            and (backward is None or _proven(traced.backward, backward, self.dst, self.src))
            for traced in received
        )

    def _received(self) -> list[TracedSample]:
        return [traced for traced in self.traced if traced.sample.outcome is Outcome.RECEIVED]


@dataclass(frozen=True)
class Measurement:
    """Every pair in the order asked, whole or as far as it got (see ``end``)."""

    pairs: tuple[PairMeasurement, ...]
    end: RunEnd


@dataclass(frozen=True, slots=True)
class SlottedConfig(SessionConfig):
    """A session that sends at given offsets; :func:`slots` keeps sessions out of step."""

    offsets_ns: tuple[int, ...] = ()

    def schedule(self) -> tuple[int, ...]:
        """The offsets, and the closing probe's."""
        return (*self.offsets_ns, self.offsets_ns[-1] + min(self.interval_ns, CLOSING_GAP_NS))


def slots(sessions: int, count: int, interval_ns: int, seed: int) -> list[tuple[int, ...]]:
    """Send times by session: one slot of each interval each, dealt out anew every interval.

    Probes are evenly spread, so that few meet in the wire, and which ones meet changes, so that no
    pair is always in another's way.
    """
    random = Random(seed)  # noqa: S311 - spreads load, guards nothing
    offsets: list[list[int]] = [[] for _ in range(sessions)]
    for round_ in range(count):
        order = random.sample(range(sessions), sessions)
        for session, slot in enumerate(order):
            offsets[session].append(round_ * interval_ns + slot * interval_ns // sessions)
    return [tuple(found) for found in offsets]


def measure(
    lab: Lab,
    pairs: Sequence[Pair],
    *,
    count: int = 20,
    interval_ms: int = 100,
    timeout_ms: int = 1000,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Measurement:
    """Send ``count`` probes from each pair's first host to its second, one every ``interval_ms``.

    Ctrl-C ends it early with what there is.

    Raises:
        InputError: pairs whose routers have no customer host, all of them.
        ProbeError: a socket cannot be had.
    """
    _check(lab, pairs)
    since = lab.mark()
    offsets = slots(len(pairs), count, interval_ms * NS_PER_MS, seed)
    with ExitStack() as stack:
        reflectors = [
            ReflectorPort(Reflector(), _open(lab, router, stack, STAMP_PORT))
            for router in dict.fromkeys(dst for _, dst in pairs)
        ]
        senders = [
            _sender(lab, pair, stack, SlottedConfig(
                count, interval_ms * NS_PER_MS, timeout_ms * NS_PER_MS,
                ssid=1 + index % 0xFFFF, offsets_ns=offsets[index],
            ))
            for index, pair in enumerate(pairs)
        ]  # fmt: skip
        run = run_sessions(senders, reflectors, on_progress=on_progress)
        ports = [sender.socket.port for sender in senders]
    truth = lab.truth(since)
    measured = zip(pairs, run.sessions, ports, strict=True)
    return Measurement(
        tuple(_trace(lab, pair, session, port, truth) for pair, session, port in measured), run.end
    )


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


def _open(lab: Lab, router: str, stack: ExitStack, port: int = 0) -> StampSocket:
    with lab.host_namespace(router).entered():
        opened = open_stamp_socket(str(_address(lab, router)), port)
    stack.callback(opened.close)
    return opened


def _sender(lab: Lab, pair: Pair, stack: ExitStack, config: SessionConfig) -> SenderPort:
    src, dst = pair
    destination = (str(_address(lab, dst)), STAMP_PORT, 0, 0)
    return SenderPort(SenderSession(config), _open(lab, src, stack), destination)


def _trace(
    lab: Lab, pair: Pair, session: SessionResult, port: int, truth: Mapping[ProbeKey, ProbeTruth]
) -> PairMeasurement:
    src, dst = (_address(lab, router) for router in pair)
    traced = []
    for sample in session.samples:
        forward = truth.get(ProbeKey(src, dst, port, STAMP_PORT, sample.sequence))
        number = sample.reflector_sequence
        backward = (
            None if number is None else truth.get(ProbeKey(dst, src, STAMP_PORT, port, number))
        )
        traced.append(TracedSample(sample, forward, backward))
    return PairMeasurement(*pair, session, tuple(traced))


def _held(truths: Iterable[ProbeTruth | None]) -> list[int]:
    held = (truth.held_ns for truth in truths if truth is not None)
    return [value for value in held if value is not None]


def _proven(truth: ProbeTruth | None, certificate: Certificate, src: str, dst: str) -> bool:
    return truth is not None and path_is_certified(truth.hops, certificate, src, dst)
